import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take the ports of outgoing connections: such a connection could take a port that
 * was free a moment ago.
 */
const [FIRST, LAST] = [12_000, 32_000];
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** Returns a port on which nothing listens, a different one each time. */
export async function freePort(): Promise<number> {
  next = next < LAST ? next + 1 : FIRST;
  const port = next;
  return (await isFree(port)) ? port : freePort();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
