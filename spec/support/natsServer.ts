import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fromEvent, map, Observable } from 'rxjs';

/** Answers the request with this subject. */
export type Answer = (subject: string) => object;

/** A server of NATS on this machine, as far as a stream needs it, while subscribed. Emits its host and port. */
export const natsServer = (answer: Answer): Observable<string> =>
  new Observable((subscriber) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      talk(socket, answer);
    }).listen(0, '127.0.0.1');
    subscriber.add(
      fromEvent(server, 'listening')
        .pipe(map(() => `127.0.0.1:${(server.address() as AddressInfo).port}`))
        .subscribe(subscriber),
    );
    return () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
  });

/**
 * Lines, of which a message is followed by its bytes. https://docs.nats.io/reference/reference-protocols/nats-protocol
 */
function talk(socket: Socket, answer: Answer): void {
  const info = { server_id: 'A', version: '2.10.0', proto: 1, headers: true, max_payload: 1_024 };
  socket.on('error', () => undefined).write(`INFO ${JSON.stringify(info)}\r\n`);
  let [received, sid] = ['', ''];
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
    for (;;) {
      const [line, verb = '', subject = '', second = ''] =
        /^(\S+) ?(\S*) ?(\S*).*\r\n/.exec(received) ?? [];
      if (line === undefined) return;
      const size = /^H?PUB /.test(line) ? Number(/(\d+)\r\n$/.exec(line)?.[1]) + 2 : 0;
      if (received.length < line.length + size) return;
      received = received.slice(line.length + size);
      if (verb === 'PING') socket.write('PONG\r\n');
      if (verb === 'SUB') sid = second;
      if (size > 0) {
        const reply = JSON.stringify(answer(subject));
        socket.write(`MSG ${second} ${sid} ${reply.length}\r\n${reply}\r\n`);
      }
    }
  });
}
