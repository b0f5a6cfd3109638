import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as secure, type TLSSocket } from 'node:tls';
import { mergeMap, type Observable, ReplaySubject, tap } from 'rxjs';
import { type Connection, handshake, listen, type ListenOptions } from '../../src/node/index.js';
import { identity, pem } from './certificates.js';
import { following } from './following.js';
import { first } from './outcome.js';
import { freePort } from './ports.js';

/** How the bytes of a connection are read: one of the ways of `listen`, or decrypted from TLS. */
export type Kind = NonNullable<ListenOptions['reading']> | 'TLS';

export const LOOPBACK = '127.0.0.1';

/** The other side of a connection: plain sockets of Node over the loopback interface. */
export function loopback() {
  const { closing, follow } = following();

  /** Destroys a socket after the spec, and ignores its errors. */
  const kept = <S extends Socket>(socket: S): S => {
    closing(() => {
      socket.destroy();
    });
    return socket.on('error', () => undefined);
  };

  const plainClient = async (port: number, host = LOOPBACK): Promise<Socket> => {
    const socket = kept(connect({ port, host, allowHalfOpen: true }));
    await once(socket, 'connect');
    return socket;
  };

  /** Its sockets are paused. */
  const plainServer = async (): Promise<{ port: number; sockets$: Observable<Socket> }> => {
    const sockets$ = new ReplaySubject<Socket>(Infinity);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      sockets$.next(kept(socket));
    });
    closing(() => {
      server.close();
    });
    await once(server.listen(0, LOOPBACK), 'listening');
    return { port: (server.address() as AddressInfo).port, sockets$ };
  };

  /** A port that answers no SYN, because its process is stopped and its queue is full. */
  const deafPort = async (): Promise<number> => {
    const holder = spawn(process.execPath, ['--eval', STOPPED_LISTENER]);
    closing(() => {
      holder.kill('SIGKILL');
    });
    const [announced] = (await once(holder.stdout, 'data')) as [Buffer];
    const port = Number(announced);
    const fillers = Array.from({ length: 4 }, () => kept(connect(port, LOOPBACK)));
    await Promise.all(fillers.slice(0, 2).map((filler) => once(filler, 'connect')));
    return port;
  };

  /** Accepts connections, and aborts them after the spec. */
  const accept = (connections$: Observable<Connection>) =>
    follow(
      connections$.pipe(
        tap((connection) => {
          closing(() => {
            connection.abort();
          });
        }),
      ),
    );

  /** A TLS client over the socket of a plain client, or over a stream above it. */
  const secured = (tcp: Duplex, options: ConnectionOptions = {}): TLSSocket =>
    kept(secure({ socket: tcp, servername: 'localhost', ca: pem('ca'), ...options }));

  /** A connection of `listen`, the client at its other end, and the TCP socket of the client. */
  const meet = async (
    kind: Kind,
  ): Promise<{ connection: Connection; client: Socket; tcp: Socket }> => {
    const how = kind === 'TLS' ? { readSize: 64 * 1024 } : { reading: kind };
    const { seen$ } = follow(listen({ port: 0, host: LOOPBACK, ...how }));
    const { address, connections$ } = await first(seen$);
    const met$ =
      kind === 'TLS' ? connections$.pipe(mergeMap(handshake(identity('server')))) : connections$;
    const { seen$: accepted$ } = accept(met$);
    const tcp = await plainClient(address.port);
    const client = kind === 'TLS' ? secured(tcp) : tcp;
    return { connection: await first(accepted$), client, tcp };
  };

  return {
    accept,
    closing,
    deafPort,
    follow,
    freePort,
    kept,
    meet,
    plainClient,
    plainServer,
    secured,
  };
}

/** Resolves once our kernel has accepted the bytes, so that an RST can follow them immediately. */
export const handOver = (socket: Socket, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    socket.write(bytes, () => {
      resolve();
    });
  });

/**
 * How the peer ends a plain socket, or a TLS socket over a TCP socket. Node reports an RST that follows data as an end;
 * but then not even zero bytes can be written.
 */
export const parting = (socket: Socket, tcp = socket): Promise<'FIN' | 'RST'> =>
  new Promise((resolve) => {
    socket
      .on('end', () => {
        if (socket.writableEnded) resolve('FIN');
        else {
          tcp.write('', (error) => {
            resolve(error ? 'RST' : 'FIN');
          });
        }
      })
      .on('error', () => {
        resolve('RST');
      })
      .resume();
  });

const STOPPED_LISTENER = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '${LOOPBACK}', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port));
    process.kill(process.pid, 'SIGSTOP');
  });`;
