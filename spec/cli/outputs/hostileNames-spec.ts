import fc from 'fast-check';
import { from, type Observable } from 'rxjs';
import { changes } from '../../../src/admin/changes.js';
import { exposition } from '../../../src/admin/exposition.js';
import { metricsOf } from '../../../src/admin/metrics.js';
import { stateOf } from '../../../src/admin/stateOf.js';
import { Tally } from '../../../src/admin/tally.js';
import { eventLines } from '../../../src/cli/outputs/eventLines.js';
import { lineOf } from '../../../src/cli/outputs/line.js';
import { problems } from '../../../src/cli/outputs/problems.js';
import { toWarnings } from '../../../src/cli/outputs/warnings.js';
import { explain } from '../../../src/cli/explain.js';
import {
  CheckError,
  type Failed,
  type ServerEvent,
  StoreError,
  TlsError,
} from '../../../src/index.js';
import { failed, opened, received, refused, STAMP } from '../../support/events.js';

/** Text as a peer, a certificate or a command may have it: much of it controls a terminal. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\x1b[2J', '\x9b', '\n', '\r', '\x07', '\0', '\x7f', '\u202e', '"', '\\'),
  }),
);

const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Each event that has a text from outside. */
const eventsOf = (text: string): readonly ServerEvent[] => {
  const client = { name: text, names: [text], fingerprint: 'AB' };
  const cause = Object.assign(new Error(text), { code: 'ESOMETHING' });
  return [
    { ...opened(1), client },
    { ...received({ id: 1, bytes: 5, ms: 1 }), client },
    { ...opened(2), client, file: text },
    {
      ...failed(new CheckError(text, { status: 1, output: text }), { id: 2, bytes: 5, ms: 1 }),
      client,
    },
    { ...failed(new StoreError({ cause }), { id: 3, bytes: 5, ms: 1 }), client },
    { ...refused('TLS', { error: new TlsError({ cause }) }), client },
    { ...refused('TLS_NAME'), client },
    {
      ...({ type: 'hook', hook: 'exec', connection: 1, peer: '192.0.2.1:5000', client } as const),
      ...{ id: 1, file: text, status: 1, ms: 1, output: text },
    },
  ].map((fact): ServerEvent => ({ ...STAMP, ...fact }));
};

const explainFailed = ({ error }: Failed): string => explain(error);

describe('a text from outside', () => {
  it('controls neither a terminal, nor a log, a file of events, the metrics or the page (10,000)', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const events = eventsOf(text);
        const printed: string[] = [];
        const print = (line: string) => {
          printed.push(line);
          return true;
        };
        for (const event of events) print(lineOf(event, { verbosity: 'verbose', dir: text }) ?? '');
        emitted(from(events).pipe(eventLines(print)));
        emitted(from(events).pipe(problems(), toWarnings())).forEach(print);
        const tally = new Tally(0);
        for (const event of events) tally.count(event, 0);
        const facts = {
          version: '1',
          dir: text,
          limits: {},
          whyFailed: explainFailed,
          whyRefused: () => text,
          whyDown: () => '',
        };
        const state = stateOf(tally, facts, {}, { at: 0, now: 0 });
        emitted(from([state]).pipe(changes())).forEach(print);
        exposition(metricsOf(tally, facts, {}, 0))
          .split('\n')
          .forEach(print);
        expect(printed.filter((line) => CONTROL.test(line))).toStrictEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });
});

const fail = (error: unknown) => {
  throw error;
};

/** What a source emits at once. */
function emitted<T>(source$: Observable<T>): readonly T[] {
  const values: T[] = [];
  source$.subscribe({
    next: (value) => values.push(value),
    error: fail,
  });
  return values;
}
