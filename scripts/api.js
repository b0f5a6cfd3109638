/**
 * Writes what each entry of the package promises to the compiler, as it is built, into `spec/api/`, where
 * a reviewer sees each change of it: the declarations that it exports and those that they are made of,
 * without comments. With `--print`, prints them as JSON instead.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { name: packageName, exports: entries } = /** @type {{ name: string, exports: Entries }} */ (
  JSON.parse(readFileSync('package.json', 'utf8'))
);
const ours = resolve('dist');

/** @typedef {Record<string, { types?: string }>} Entries */

/** Whatever is not ours is only a name here. */
const program = ts.createProgram(
  Object.values(entries).flatMap(({ types }) => (types ? [resolve(types)] : [])),
  { module: ts.ModuleKind.NodeNext, noLib: true, types: [] },
);
const checker = program.getTypeChecker();
const printer = ts.createPrinter({ removeComments: true });

/** @param {string} entry @param {string} types its declarations */
function report(entry, types) {
  const original = (/** @type {ts.Symbol} */ symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

  /** Where a name of ours is declared, as statements; none for members, parameters and others' names. */
  const statements = (/** @type {ts.Symbol} */ symbol) =>
    (symbol.declarations ?? [])
      .map((node) => (ts.isVariableDeclaration(node) ? node.parent.parent : node))
      .filter(
        (node) => ts.isSourceFile(node.parent) && node.getSourceFile().fileName.startsWith(ours),
      );

  /**
   * By name, what a symbol is made of, itself too.
   *
   * @param {ts.Symbol} symbol @param {Map<string, ts.Node[]>} found
   */
  const parts = (symbol, found) => {
    const declared = found.has(symbol.name) ? [] : statements(symbol);
    if (declared.length > 0) found.set(symbol.name, declared);
    const visit = (/** @type {ts.Node} */ node) => {
      const used = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      if (used) parts(original(used), found);
      ts.forEachChild(node, visit);
    };
    declared.forEach(visit);
  };

  const file = program.getSourceFile(resolve(types));
  const entryModule = file && checker.getSymbolAtLocation(file);
  if (!entryModule) throw new Error(`${types} is no module`);
  const exported = checker.getExportsOfModule(entryModule).map(original);
  const names = new Set(exported.map(({ name }) => name));
  /** @type {Map<string, ts.Node[]>} */
  const found = new Map();
  for (const symbol of exported) parts(symbol, found);

  const text = (/** @type {(name: string) => boolean} */ chosen) =>
    [...found]
      .filter(([name]) => chosen(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, nodes]) => nodes)
      .map((node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()))
      .join('\n');
  const block = (/** @type {string} */ code) =>
    code ? `\n\`\`\`ts\n${code}\n\`\`\`\n` : '\nNothing.\n';

  return [
    `# ${entry.replace('.', packageName)}\n`,
    block(text((name) => names.has(name))),
    '\n## Not exported, but seen through it\n',
    block(text((name) => !names.has(name))),
  ].join('');
}

const pages = Object.fromEntries(
  Object.entries(entries).flatMap(([entry, { types }]) =>
    types ? [[`${entry.slice(2) || packageName}.md`, report(entry, types)]] : [],
  ),
);
if (process.argv[2] === '--print') process.stdout.write(JSON.stringify(pages));
else {
  mkdirSync('spec/api', { recursive: true });
  for (const [page, text] of Object.entries(pages)) writeFileSync(`spec/api/${page}`, text);
}
