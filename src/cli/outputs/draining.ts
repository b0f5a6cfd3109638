import {
  endWith,
  filter,
  ignoreElements,
  map,
  type Observable,
  scan,
  startWith,
  take,
  takeUntil,
  tap,
  withLatestFrom,
} from 'rxjs';
import type { ServerEvent } from '../../server/events.js';
import type { Print } from '../printer.js';
import { formatDuration } from '../units.js';
import type { Output } from './output.js';

/** When the server stops, and how long it may take. */
export interface DrainingOptions {
  /** The first value begins the drain. */
  readonly stop$: Observable<unknown>;
  /** Milliseconds. */
  readonly drain: number;
  /** Whether a command runs after each file (`exec`). */
  readonly exec: boolean;
}

/**
 * Prints what a server that drains waits for, because nothing else shows that it has noticed the signal.
 *
 *     events$  -o-o-r-----r|
 *     stop$    ------s-----
 *     print          p          1 transfer
 */
export const draining =
  (print: Print, { stop$, drain, exec }: DrainingOptions): Output =>
  (events$) =>
    stop$.pipe(
      take(1),
      withLatestFrom(events$.pipe(scan(add, NOTHING), startWith(NOTHING))),
      map(([, { transfers, commands }]) => describe(transfers, exec ? commands : 0)),
      filter((what) => what !== ''),
      tap((what) => {
        const time = formatDuration(drain);
        print(`stopping within ${time}: waiting for ${what}; a second signal ends them`);
      }),
      ignoreElements(),
      takeUntil(events$.pipe(ignoreElements(), endWith(undefined))),
    );

interface Unfinished {
  readonly transfers: number;
  /** Of `exec`, if there is one. */
  readonly commands: number;
}

const NOTHING: Unfinished = { transfers: 0, commands: 0 };

function add({ transfers, commands }: Unfinished, { type }: ServerEvent): Unfinished {
  switch (type) {
    case 'opened':
      return { transfers: transfers + 1, commands };
    case 'failed':
      return { transfers: transfers - 1, commands };
    case 'received':
      return { transfers: transfers - 1, commands: commands + 1 };
    case 'hook':
      return { transfers, commands: commands - 1 };
    default:
      return { transfers, commands };
  }
}

const describe = (transfers: number, commands: number): string =>
  [count(transfers, 'transfer'), count(commands, 'command')].filter((text) => text).join(' and ');

const count = (number: number, noun: string): string =>
  number === 0 ? '' : `${number} ${noun}${number === 1 ? '' : 's'}`;
