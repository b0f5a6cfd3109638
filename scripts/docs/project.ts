import { relative } from 'node:path';
import {
  Application,
  type Context,
  Converter,
  type DeclarationReflection,
  type Reflection,
  TSConfigReader,
  TypeDocReader,
} from 'typedoc';
import ts from 'typescript';
import { type Comment, commentOf } from './comment.js';

/** Something that an entry point exports. */
export interface Exported {
  readonly name: string;
  /** The file in which it is declared. */
  readonly file: string;
  readonly comment: Comment;
  readonly declaration: DeclarationReflection;
}

/** What the entry point `src/…/index.ts` exports, in its order. */
export function exportsOf(entry: string): readonly Exported[] {
  const found = modules.get(entry);
  if (!found) throw new Error(`typedoc finds no entry point ${entry}`);
  return found;
}

export function exported(entry: string, name: string): Exported {
  const found = exportsOf(entry).find((one) => one.name === name);
  if (!found) throw new Error(`${entry} exports no ${name}`);
  return found;
}

/** What the source has for a reflection. */
export const nodeOf = (reflection: Reflection): ts.Node | undefined =>
  context?.getSymbolFromReflection(reflection)?.declarations?.[0];

/** The symbol that a node of the source refers to. */
export function symbolOf(node: ts.Node): ts.Symbol | undefined {
  const checker = context?.programs[0]?.getTypeChecker();
  const symbol = checker?.getSymbolAtLocation(node);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker?.getAliasedSymbol(symbol) : symbol;
}

function exportedAs(child: Reflection): Exported {
  const declaration = child.isReference() ? child.getTargetReflectionDeep() : child;
  if (!declaration.isDeclaration()) throw new Error(`${child.name} is no declaration`);
  const { name, signatures: [signature] = [] } = declaration;
  const file = relative('.', nodeOf(declaration)?.getSourceFile().fileName ?? '');
  const comment = commentOf(signature?.comment ?? declaration.comment);
  return { name, file, comment, declaration };
}

const application = await Application.bootstrap({ sort: [], skipErrorChecking: true }, [
  new TypeDocReader(),
  new TSConfigReader(),
]);
let context: Context | undefined;
application.converter.on(Converter.EVENT_END, (ended) => {
  context = ended;
});
const project = await application.convert();
const modules = new Map(
  project?.children?.map(({ name, children = [] }) => [name, children.map(exportedAs)]),
);
