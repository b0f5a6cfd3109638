import { commandLine as client } from '../../src/cli/clientCommand.js';
import { commandLine as server } from '../../src/cli/serverCommand.js';
import { byCategory } from './contents.js';
import { errorTable } from './errors.js';
import { eventTable, reasons } from './events.js';
import { figures, figuresByNode, figuresInBrief } from './figures.js';
import { specsOf } from './rules.js';
import { optionsInBrief, optionTables, statusTable } from './options.js';

/** The generated parts of written pages, by the name in their marker: `<!-- docs: errors -->`. */
const PARTS: Readonly<Record<string, () => string>> = {
  'operators by category': byCategory,
  'server options': () => optionTables(server),
  'client options': () => optionTables(client),
  'server options in brief': () => optionsInBrief(server),
  'client options in brief': () => optionsInBrief(client),
  'server exit statuses': () => statusTable(server),
  'client exit statuses': () => statusTable(client),
  'server events': () => eventTable('ServerEvent'),
  'reasons of refused': () => reasons('Refused'),
  'reasons of hook': () => reasons('Hook'),
  'client events': () => eventTable('ClientEvent'),
  errors: errorTable,
  figures,
  'figures by Node': figuresByNode,
  'figures in brief': figuresInBrief,
};

/** A written page with its generated parts as they have to be. */
export const withParts = (page: string): string =>
  page.replace(
    /(?<=^<!-- docs: (?<name>[\w ]+) -->\n).*?(?=^<!-- \/docs -->)/gms,
    (_, name: string) => {
      const { rule } = /^specs of (?<rule>\w+)$/.exec(name)?.groups ?? {};
      const part = rule === undefined ? PARTS[name] : () => specsOf(rule);
      if (!part) throw new Error(`no part of the documentation has the name "${name}"`);
      return `\n${part()}\n\n`;
    },
  );
