import { parseArgs } from 'node:util';

export const USAGE = `npm run test:faults -- [options]

  --rounds N      every case N times as often (default 1)
  --only NAME     this case alone; may be repeated
  --markdown      end with a Markdown table
  --all-required  what cannot be run here is a failure
  --list          tell the cases
`;

/** Reads the command line; what is wrong with it is thrown. */
export function commandLine(argv = process.argv.slice(2)) {
  const { values } = parseArgs({
    args: argv,
    options: {
      rounds: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true },
      markdown: { type: 'boolean', default: false },
      'all-required': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is 1 or more');
  return { ...values, rounds };
}
