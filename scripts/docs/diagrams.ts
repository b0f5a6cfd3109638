import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import type { Picture } from './picture.js';

/** A diagram as its spec runs it, and what its letters stand for. */
export interface DiagramData extends Picture {
  /** The value as in the source, if it is not a word. */
  readonly legend: Readonly<Record<string, string>>;
}

export const diagramFile = (name: string): string => `spec/diagrams/${name}.ts`;

/** The diagram of an operator. Its data are read, not run: they have to stand there as they are. */
export function diagramOf(name: string): DiagramData | undefined {
  const file = diagramFile(name);
  if (!existsSync(file)) return undefined;
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.ES2023,
    true,
  );
  const drawn = source.statements.find(ts.isExportAssignment)?.expression;
  if (!drawn || !ts.isCallExpression(drawn)) throw new Error(`${file} exports no diagram`);
  const diagram = fields(drawn.arguments[0]);
  const read = fields(diagram.get('read'));
  const values = [...fields(diagram.get('values'))];
  const words = values.map(([letter, value]) => [letter, wordOf(value)] as const);
  return {
    call: string(diagram.get('call')),
    sources: [...fields(diagram.get('sources'))].map(([source, row]) => ({
      name: source,
      row: string(row),
      read: strings(read.get(source)),
    })),
    result: string(diagram.get('result')),
    words: Object.fromEntries(
      words.filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
    legend: Object.fromEntries(
      values
        .filter(([letter, value]) => wordOf(value) === undefined && value.getText() !== letter)
        .map(([letter, value]) => [letter, value.getText().replace(/\s+/g, ' ')]),
    ),
    error: errorOf(diagram.get('error')),
  };
}

const fields = (object?: ts.Expression): ReadonlyMap<string, ts.Expression> =>
  new Map(
    object && ts.isObjectLiteralExpression(object)
      ? object.properties
          .filter(ts.isPropertyAssignment)
          .map(({ name, initializer }) => [nameOf(name), initializer])
      : [],
  );

const nameOf = (name: ts.PropertyName): string =>
  ts.isStringLiteral(name) ? name.text : name.getText();

function string(node?: ts.Expression): string {
  if (!node || !ts.isStringLiteralLike(node)) {
    throw new Error(`a row of a diagram has to be a text: ${node?.getText() ?? 'none'}`);
  }
  return node.text.trim();
}

const strings = (node?: ts.Expression): readonly string[] | undefined =>
  node && ts.isArrayLiteralExpression(node) ? node.elements.map(string) : undefined;

/** The values that are short enough to be written on a marble. */
const wordOf = (value: ts.Expression): string | undefined =>
  ['true', 'false'].find((word) => word === value.getText());

const errorOf = (error?: ts.Expression): string | undefined =>
  error && ts.isNewExpression(error) ? error.expression.getText() : undefined;
