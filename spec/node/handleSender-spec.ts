import type { RawHandle } from '../../src/node/handle.js';
import { HandleSender } from '../../src/node/handleSender.js';

const handle = (fd: number) => ({ fd }) as RawHandle;

describe('HandleSender', () => {
  /** A channel that notes what is sent, and keeps a queue as Node does after a handle. */
  const channel = () => {
    const sent: unknown[] = [];
    const to = {
      _handleQueue: null as unknown,
      send(message: unknown, handle?: { fd?: number }) {
        sent.push(handle ? [message, handle.fd] : [message]);
        if (handle) to._handleQueue = [];
        return true;
      },
    };
    return { sent, to, sender: new HandleSender(to as never) };
  };

  it('leaves it to Node to wait for acknowledgements if no credit is granted', () => {
    const { sent, to, sender } = channel();
    sender.send({ n: 1 }, handle(7));
    sender.send({ n: 2 }, handle(8));
    expect(sent).toStrictEqual([
      [{ n: 1 }, 7],
      [{ n: 2 }, 8],
    ]);
    expect(to._handleQueue).toStrictEqual([]);
  });

  it('sends as many handles as credit is granted for, and none is acknowledged', () => {
    const { sent, to, sender } = channel();
    sender.grant(2);
    for (const n of [1, 2, 3, 4]) sender.send({ n }, handle(n));
    expect(sent).toStrictEqual([
      [{ n: 1 }, 1],
      [{ n: 2 }, 2],
    ]);
    expect(to._handleQueue).toBeNull();
    sender.grant(1);
    expect(sent.slice(2)).toStrictEqual([[{ n: 3 }, 3]]);
    sender.grant(2);
    sender.send({ n: 5 }, handle(5));
    sender.send({ n: 6 }, handle(6));
    expect(sent.slice(3)).toStrictEqual([
      [{ n: 4 }, 4],
      [{ n: 5 }, 5],
    ]);
  });

  it('keeps the order of messages with and without a handle', () => {
    const { sent, sender } = channel();
    sender.grant(1);
    sender.send({ n: 1 }, handle(1));
    sender.send({ n: 2 });
    sender.send({ n: 3 }, handle(3));
    sender.send({ n: 4 });
    expect(sent).toStrictEqual([[{ n: 1 }, 1], [{ n: 2 }]]);
    sender.grant(1);
    expect(sent.slice(2)).toStrictEqual([[{ n: 3 }, 3], [{ n: 4 }]]);
  });

  it('sends no handle that was closed while it waited, and spends no credit on it', () => {
    const { sent, sender } = channel();
    sender.grant(1);
    const closed: { fd: number } = { fd: 2 };
    sender.send({ n: 1 }, handle(1));
    sender.send({ n: 2 }, closed as RawHandle);
    sender.send({ n: 3 }, handle(3));
    closed.fd = -9;
    sender.grant(1);
    expect(sent).toStrictEqual([
      [{ n: 1 }, 1],
      [{ n: 3 }, 3],
    ]);
  });
});
