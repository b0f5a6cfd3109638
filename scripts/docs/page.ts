import { existsSync } from 'node:fs';
import { sentenceOf, tagged } from './comment.js';
import { diagramFile, diagramOf } from './diagrams.js';
import { type Entry, slug, typesIn } from './entries.js';
import { codeOf, errors } from './errors.js';
import { linked } from './links.js';
import type { Exported } from './project.js';
import { aliasOf, membersOf, type Member, parametersOf, signatureOf } from './signature.js';
import { code, table } from './table.js';

/** The page of an operator or of an adapter: all of it comes from its comment, its types and its diagram. */
export function pageOf(value: Exported, entry: Entry): string {
  const { name, comment, file } = value;
  const diagram = diagramOf(name);
  const signature = signatureOf(value);
  const types = typesIn(signature, entry);
  const options = types.filter(isOptions);
  return linked(
    [
      `<!-- Made by \`npm run docs\` from ${[file, ...(diagram ? [diagramFile(name)] : [])].join(' and ')}. -->`,
      `# ${name}`,
      comment.lead,
      diagram
        ? `![Marble diagram: ${diagram.call}](${slug(value)}.svg)`
        : fenced('', comment.marble.map((line) => line.slice(4)).join('\n')),
      diagram ? legend(diagram.legend) : '',
      ...comment.prose,
      fenced('ts', `import { ${name} } from '${entry.specifier}';\n\n${signature}`),
      section('Example', tagged(comment, 'example').join('\n\n')),
      section('Parameters', tableOf(parametersOf(value))),
      ...options.map((type) => section(`Options: \`${type.name}\``, described(type, value))),
      section('Errors', list(tagged(comment, 'throws').map(error))),
      ...types
        .filter((type) => !isOptions(type))
        .map((type) => section(`\`${type.name}\``, described(type))),
      section('When not to use it', comment.notFor ?? ''),
      section('See also', list(tagged(comment, 'see'))),
      `[Source](../../${file})${specOf(value)} · [All operators and adapters](../operators.md) · [Documentation](../README.md)`,
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
    { name, folder: `docs/${entry.name}` },
  );
}

const isOptions = ({ name }: Exported): boolean => name.endsWith('Options');

const section = (title: string, content: string): string =>
  content === '' ? '' : `## ${title}\n\n${content}`;

const list = (items: readonly string[]): string =>
  items.map((item) => `- ${item.replace(/\n/g, ' ')}`).join('\n');

const fenced = (language: string, code: string): string =>
  code === '' ? '' : `\`\`\`${language}\n${code}\n\`\`\``;

const legend = (letters: Readonly<Record<string, string>>): string =>
  list(Object.entries(letters).map(([letter, value]) => `**${letter}** is \`${value}\``));

const described = (type: Exported, user?: Exported): string =>
  [
    type.comment.lead,
    ...type.comment.prose,
    fenced('ts', aliasOf(type)),
    tableOf(membersOf(type, user)),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

function tableOf(members: readonly Member[]): string {
  const withDefault = members.some(({ optional }) => optional);
  const rows = members.map(({ name, type, optional, fallback, text }) => [
    code(name),
    code(optional ? type.replace(/ \| undefined$/, '') : type),
    ...(withDefault
      ? [optional ? (fallback === undefined ? '–' : code(fallback)) : 'required']
      : []),
    (fallback === undefined ? text : withoutDefault(text)).replace(/\n/g, ' '),
  ]);
  const head = ['name', 'type', ...(withDefault ? ['default'] : []), 'meaning'];
  return rows.length === 0 ? '' : table(head, rows);
}

/** The column of defaults has it already. */
const withoutDefault = (text: string): string => text.replace(/[;,] \S+ by default\b/, '');

/** An error of ours is described by the comment of its class, if its tag has no text. */
function error(text: string): string {
  const [, name = '', rest = ''] = /^(\w+)(.*)$/s.exec(text) ?? [];
  const known = errors().find((one) => one.name === name);
  if (!known) return text;
  return `[\`${name}\`](../../${known.file}), \`${codeOf(known)}\`: ${rest.trim() || sentenceOf(known.comment.lead)}`;
}

function specOf({ file }: Exported): string {
  const spec = file.replace(/^src\/(.*)\.ts$/, 'spec/$1-spec.ts');
  return existsSync(spec) ? ` · [Spec](../../${spec})` : '';
}
