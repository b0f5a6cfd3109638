import { createServer, type Socket } from 'node:net';
import { Observable } from 'rxjs';

/** Node's own sockets, as they come, unread: they are written to as well. */
export const accept = (port: number): Observable<Socket> =>
  new Observable((subscriber) => {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.on('error', (error) => {
      subscriber.error(error);
    });
    server.on('connection', (socket) => {
      subscriber.next(socket);
    });
    server.listen(port);
    return () => {
      server.close();
    };
  });
