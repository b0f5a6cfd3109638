import { EMPTY, finalize, type Observable, of } from 'rxjs';
import type { Store } from '../store/store.js';
import type { ServerEvent } from './events.js';
import { Gate, type GateOptions } from './gate.js';
import { receive, type ReceiveOptions, type Sender } from './receive.js';
import { opened, refused } from './report.js';

export interface Arrival {
  /** What is told of it at once: its number, or why it is refused. */
  readonly greeting$: Observable<ServerEvent>;
  readonly transfer$: Observable<ServerEvent>;
}

/** Lets connections in, each with a part of its own, or refuses them, which takes no number. */
export function arrivals(
  store: Store,
  options: GateOptions & ReceiveOptions,
): (sender: Sender) => Arrival {
  const gate = new Gate(options);
  return (sender) => {
    const { peer } = sender;
    const refusal = gate.refusal(peer);
    if (refusal !== undefined) {
      sender.abort();
      return { greeting$: of(refused(peer, refusal)), transfer$: EMPTY };
    }
    gate.enter(peer);
    const part = store.begin();
    return {
      greeting$: opened(peer, part),
      transfer$: receive(sender, part, options).pipe(
        finalize(() => {
          gate.leave(peer);
        }),
      ),
    };
  };
}
