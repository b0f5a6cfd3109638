import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { type Comment, commentOf } from './comment.js';

/** Something that an entry point exports. */
export interface Exported {
  readonly name: string;
  /** The file in which it is declared. */
  readonly file: string;
  readonly comment: Comment;
  readonly declaration: ts.Declaration;
}

/** What an entry point exports, in its order. */
export function exportsOf(file: string): readonly Exported[] {
  return parsed(file).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) return [];
    const from = fileOf(file, statement.moduleSpecifier);
    const { exportClause } = statement;
    const names =
      exportClause && ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : namesIn(from);
    return names.map((name) => exported(from, name));
  });
}

/** Something that a file declares, or hands on, by its name. */
export function exported(file: string, name: string): Exported {
  const declaration = declarations(file).find((one) => nameOf(one) === name);
  if (declaration) return { name, file, declaration, comment: commentFor(declaration) };
  const from = importOf(file, name);
  if (!from) throw new Error(`${file} declares no ${name}`);
  return exported(fileOf(file, from.moduleSpecifier), name);
}

const importOf = (file: string, name: string): ts.ImportDeclaration | undefined =>
  parsed(file).statements.find(
    (one): one is ts.ImportDeclaration =>
      ts.isImportDeclaration(one) && new RegExp(`\\b${name}\\b`).test(textOf(one.importClause)),
  );

/** The last comment in front of a declaration. */
export function commentFor(node: ts.Node): Comment {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const text = node.getSourceFile().text;
  const range = ts.getLeadingCommentRanges(text, statement.getFullStart())?.at(-1);
  return commentOf(range ? text.slice(range.pos, range.end) : '');
}

/** The value of the constant that an identifier names, if it is one of ours; otherwise the expression itself. */
export function resolved(expression: ts.Expression): string {
  const { fileName } = expression.getSourceFile();
  const constant = ts.isIdentifier(expression) && constantOf(fileName, expression.text);
  return constant ? resolved(constant) : expression.getText();
}

function constantOf(file: string, name: string): ts.Expression | undefined {
  const isOurs =
    declarations(file).some((one) => nameOf(one) === name) ||
    importOf(file, name)?.moduleSpecifier.getText().startsWith("'.");
  const declaration = isOurs ? exported(file, name).declaration : undefined;
  return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
}

export function parsed(file: string): ts.SourceFile {
  const known = files.get(file);
  if (known) return known;
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  files.set(file, source);
  return source;
}

const files = new Map<string, ts.SourceFile>();

const textOf = (node?: ts.Node): string => node?.getText() ?? '';

const fileOf = (from: string, specifier: ts.Expression): string =>
  join(dirname(from), ts.isStringLiteral(specifier) ? specifier.text : '').replace(/\.js$/, '.ts');

const declarations = (file: string): readonly ts.Declaration[] =>
  parsed(file).statements.flatMap((statement): readonly ts.Declaration[] => {
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations;
    return isDeclaration(statement) ? [statement] : [];
  });

const isDeclaration = (node: ts.Statement): node is ts.Statement & ts.Declaration =>
  ts.isFunctionDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isTypeAliasDeclaration(node);

const nameOf = (declaration: ts.Declaration): string =>
  ts.getNameOfDeclaration(declaration)?.getText() ?? '';

const namesIn = (file: string): readonly string[] =>
  declarations(file)
    .filter((one) => (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Export) !== 0)
    .map(nameOf);
