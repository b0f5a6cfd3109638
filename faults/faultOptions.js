import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export const USAGE = `npm run test:faults -- [options]

  --rounds N      every case N times as often (default 1)
  --only NAME     this case alone, or NAME=N: with N rounds; may be repeated
  --workers N     with that many workers, where a case does not ask for what needs one process
  --seed N        repeat the run that printed this seed
  --markdown      end with a Markdown table
  --all-required  a program that is not installed is a failure; what the machine forbids is skipped
  --list          list the cases
`;

/** Reads the command line; throws an error for a wrong one. */
export function faultOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      markdown: { type: 'boolean', default: false },
      'all-required': { type: 'boolean', default: false },
      workers: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = new Map(
    values.only.map((word) => {
      const [name = '', rounds] = word.split('=');
      return [name, rounds === undefined ? undefined : whole('--only NAME=N', rounds)];
    }),
  );
  return {
    ...values,
    only,
    rounds: whole('--rounds', values.rounds),
    seed: whole('--seed', values.seed),
    workers: whole('--workers', values.workers),
  };
}

/** @param {string} name @param {string} text */
function whole(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} is 1 or more`);
  return number;
}
