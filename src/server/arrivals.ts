import { defer, identity, mergeMap, type Observable, takeUntil } from 'rxjs';
import { Admission, type AdmissionOptions } from './admission.js';
import { Gate, type GateOptions } from './gate.js';
import { idle } from './lifetime.js';
import type { Arrival } from './newcomer.js';
import type { Guest } from './receive.js';

export interface ArrivalOptions<S extends T, T extends Guest>
  extends GateOptions, AdmissionOptions<S, T> {}

/**
 * Admits connections, and begins a part for each, or refuses them. A refused connection takes no number. A
 * connection counts as admitted from the start of its handshake, and takes a number after it. If anything
 * throws, this connection alone gets an RST, and its event reports the error.
 *
 *     senders     -1--2--3------
 *     handshake     --2|
 *                     ----#
 *     arrivals    -1----2-----(refused)
 */
export const arrivals =
  <S extends T, T extends Guest>(options: ArrivalOptions<S, T>) =>
  (senders$: Observable<S>): Observable<Arrival> =>
    defer(() => {
      const { exitIdle = Infinity } = options;
      const gate = new Gate(options);
      const admission = new Admission(gate, options);
      return senders$.pipe(
        exitIdle === Infinity ? identity : takeUntil(idle(gate, exitIdle, options)),
        mergeMap((sender, index) => admission.admit({ sender, connection: index + 1 })),
      );
    });
