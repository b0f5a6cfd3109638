import type { ChildProcess, SendHandle } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { RawHandle, TcpHandle } from './handle.js';

/**
 * Sends a message to another process, and a copy of a handle with it. Node sends handles as they are, although its
 * types demand sockets; a socket would cost half of the transfer of a small file.
 */
export function sendWithHandle(
  to: Pick<ChildProcess, 'send'>,
  message: object,
  handle?: TcpHandle,
): void {
  to.send(message, handle as SendHandle | undefined, IGNORED);
}

/** What sends handles: Node keeps here what waits for the acknowledgement of a handle. */
export interface WithQueue extends Pick<ChildProcess, 'send'> {
  _handleQueue?: unknown;
}

/**
 * Takes the handles that come from the process that has started this one, without an acknowledgement of each. They come
 * as before, by the event `message`.
 *
 * @param took is called after each
 * @returns what undoes it; `undefined` if this version of Node does not allow it, and nothing has changed
 */
export function takeSentHandles(took: () => void): (() => void) | undefined {
  const messages = process as Pick<EventEmitter, 'emit' | 'listeners' | 'off' | 'on'>;
  const [byNode, ...others] = messages.listeners('internalMessage') as Listener[];
  if (!byNode || others.length > 0 || !('_handleQueue' in process)) return undefined;
  const take = (message: InternalMessage, handle?: RawHandle) => {
    if (message.cmd !== 'NODE_HANDLE') {
      byNode.call(process, message, handle);
      return;
    }
    messages.emit('message', message.msg, handle);
    took();
  };
  messages.off('internalMessage', byNode);
  messages.on('internalMessage', take);
  return () => {
    messages.off('internalMessage', take);
    messages.on('internalMessage', byNode);
  };
}

type Listener = (...values: unknown[]) => void;

interface InternalMessage {
  readonly cmd: string;
  readonly msg?: unknown;
}

/** The other process may have died: its end is reported elsewhere. */
const IGNORED = (): void => undefined;
