import { hostname } from 'node:os';
import { defer, map, type Observable } from 'rxjs';
import { environment } from '../../node/engines/environment.js';
import { isNatsUrl } from '../../node/engines/natsUrl.js';
import type { Numbers } from '../numbers.js';
import { idsUrl } from './idsUrl.js';
import { patientNumbers } from './patientNumbers.js';
import { sequenceNumbers } from './sequenceNumbers.js';
import { streamNumbers } from './streamNumbers.js';

/**
 * Connects to the engine that numbers the files of several servers, and emits its numbers. It stays connected while
 * subscribed.
 *
 * @throws TypeError for a bad URL; EngineError if the engine does not answer
 */
export const numbersOf = (url: string): Observable<Numbers> =>
  defer(() => {
    idsUrl(url);
    const client = { name: `rxdrop-server on ${hostname()}`, env: environment() };
    const engine$ = isNatsUrl(url) ? streamNumbers(url, client) : sequenceNumbers(url);
    return engine$.pipe(map((engine) => patientNumbers(engine)));
  });
