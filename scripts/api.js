/**
 * Writes what each entry of the package promises to the compiler, as it is built, into `spec/api/`, where
 * a reviewer sees each change of it: the declarations that it exports and those that they are made of,
 * without comments. With the name of an entry (`./node`), prints that one instead.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { name: packageName, exports: entries } = JSON.parse(readFileSync('package.json', 'utf8'));
const ours = resolve('dist');

const printer = ts.createPrinter({ removeComments: true });

function report(entry) {
  const path = resolve(entries[entry].types);
  const program = ts.createProgram([path], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ['node'],
  });
  const checker = program.getTypeChecker();

  const original = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  /** Where a name of ours is declared, as statements; none for members, parameters and others' names. */
  const statements = (symbol) =>
    (symbol.declarations ?? [])
      .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
      .filter((node) => ts.isSourceFile(node.parent) && node.getSourceFile().fileName.startsWith(ours));

  /** By name, what a symbol is made of, itself too. */
  const parts = (symbol, found = new Map()) => {
    const declared = found.has(symbol.name) ? [] : statements(symbol);
    if (declared.length > 0) found.set(symbol.name, declared);
    const visit = (node) => {
      const used = ts.isIdentifier(node) && checker.getSymbolAtLocation(node);
      if (used) parts(original(used), found);
      ts.forEachChild(node, visit);
    };
    declared.forEach(visit);
    return found;
  };

  const exported = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)))
    .map(original);
  const names = new Set(exported.map(({ name }) => name));
  const found = new Map();
  for (const symbol of exported) parts(symbol, found);

  const text = (chosen) =>
    [...found]
      .filter(([name]) => chosen(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, nodes]) => nodes)
      .map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()))
      .join('\n');
  const block = (code) => (code ? `\n\`\`\`ts\n${code}\n\`\`\`\n` : '\nNothing.\n');

  return [
    `# ${entry.replace('.', packageName)}\n`,
    block(text((name) => names.has(name))),
    '\n## Not exported, but seen through it\n',
    block(text((name) => !names.has(name))),
  ].join('');
}

const [only] = process.argv.slice(2);
if (only) process.stdout.write(report(only));
else {
  mkdirSync('spec/api', { recursive: true });
  for (const [entry, { types }] of Object.entries(entries))
    if (types) writeFileSync(`spec/api/${entry.slice(2) || packageName}.md`, report(entry));
}
