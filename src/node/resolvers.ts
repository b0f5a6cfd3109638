import { lookup } from 'node:dns';
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
 * Asks `getent`, which the C libraries of Linux bring. Emits addresses or nothing: its status does not
 * distinguish a name that nobody knows from name servers that do not answer.
 *
 * A name that begins with `-` would be an option, and `--` before it is a name to Alpine's.
 */
export const askGetent = (name: string): Observable<Answer> =>
  name.startsWith('-')
    ? EMPTY
    : outputOf('getent', ['ahosts', name]).pipe(
        map((table) => ({ addresses: addressesIn(table) })),
        filter(({ addresses }) => addresses.length > 0),
      );

/** One line an address and kind of socket: `127.0.0.1  STREAM localhost`. */
const addressesIn = (table: string): readonly string[] => [
  ...new Set(table.match(/^\S+(?=\s+STREAM)/gm)),
];

/**
 * Asks a second Node, whose thread ends with it. Emits nothing if it cannot be run, or if this process is
 * another program with Node inside, which would run itself. Look-ups of one name at the same time share one
 * process, because a hundred of them would take gigabytes.
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
        // With few threads it starts under a limit of them, too.
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

/** Asks in a thread of this process. It cannot be stopped, and the process does not end before it. */
export const askThread = (name: string): Observable<Answer> =>
  new Observable((subscriber) => {
    lookup(name, { all: true, verbatim: true }, (error, found) => {
      subscriber.next(
        error
          ? { addresses: [], error: lackOfFiles() ?? error }
          : { addresses: found.map(({ address }) => address) },
      );
      subscriber.complete();
    });
  });

/** If the process can open no file, the C library cannot read a table of names, and knows none. */
function lackOfFiles(): LookupFailure | undefined {
  try {
    closeSync(openSync(devNull, 'r'));
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
