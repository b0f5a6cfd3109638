import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { basename } from 'node:path';
import { defer, EMPTY, filter, finalize, map, Observable, share } from 'rxjs';
import { outputOf } from './outputOf.js';

/** What a resolver reports about a name: its addresses, or why there are none. */
export interface Answer {
  readonly addresses: readonly string[];
  readonly error?: LookupFailure | undefined;
}

/** An error of the system: `ENOTFOUND` is that the name has no address. */
export interface LookupFailure {
  readonly code?: string | undefined;
  readonly errno?: number | undefined;
}

/**
 * Runs `getent`, a program of Linux's C libraries. Emits addresses or nothing: its exit status does not
 * distinguish an unknown name from name servers that do not answer.
 *
 * A name that begins with `-` would be an option, and Alpine's `getent` looks `--` up as a name.
 */
export const askGetent = (name: string): Observable<Answer> =>
  name.startsWith('-')
    ? EMPTY
    : outputOf('getent', ['ahosts', name]).pipe(
        map((table) => ({ addresses: addressesIn(table) })),
        filter(({ addresses }) => addresses.length > 0),
      );

/** Each line is an address and a type of socket: `127.0.0.1  STREAM localhost`. */
const addressesIn = (table: string): readonly string[] => [
  ...new Set(table.match(/^\S+(?=\s+STREAM)/gm)),
];

/**
 * Runs a second Node, whose thread ends with it. Emits nothing if it cannot be run, or if this program is not
 * `node` but embeds Node, because it would run itself. Concurrent look-ups of one name share one process,
 * because a hundred processes would take gigabytes.
 */
export const askNode = (name: string): Observable<Answer> =>
  defer(() => {
    const answer$ =
      inFlight.get(name) ??
      answerOfNode(name).pipe(
        finalize(() => inFlight.delete(name)),
        share(),
      );
    inFlight.set(name, answer$);
    return answer$;
  });

const inFlight = new Map<string, Observable<Answer>>();

const answerOfNode = (name: string): Observable<Answer> =>
  NODE.test(basename(process.execPath))
    ? outputOf(process.execPath, ['--v8-pool-size=0', '--eval', SCRIPT, '--', name], {
        // With few threads, it also starts under a limit of threads.
        env: { ...process.env, NODE_OPTIONS: '', UV_THREADPOOL_SIZE: '1' },
      }).pipe(map((json) => JSON.parse(json) as Answer))
    : EMPTY;

const NODE = /^node(?:js)?[\d.-]*(?:\.exe)?$/i;

const SCRIPT = `
  require('node:dns').lookup(process.argv[1], { all: true, verbatim: true }, (error, found = []) => {
    const addresses = found.map(({ address }) => address);
    const { code, errno } = error ?? {};
    process.stdout.write(JSON.stringify({ addresses, error: error ? { code, errno } : undefined }));
  });`;

/** Uses a thread of this process. It cannot be stopped, and the process does not exit before it has ended. */
export const askThread = (name: string): Observable<Answer> =>
  new Observable((subscriber) => {
    const { lookup } = process.getBuiltinModule('node:dns');
    lookup(name, { all: true, verbatim: true }, (error, found) => {
      subscriber.next(
        error
          ? { addresses: [], error: openFilesError() ?? error }
          : { addresses: found.map(({ address }) => address) },
      );
      subscriber.complete();
    });
  });

/** Without a free descriptor, the C library cannot read its tables, and reports every name as unknown. */
function openFilesError(): LookupFailure | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
