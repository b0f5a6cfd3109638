import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range that systems take the ports of connections from: whoever connects anywhere meanwhile may be given a
 * port in that range that was free a moment ago.
 */
const [FIRST, LAST] = [12_000, 32_000];
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** A port that nobody listens on, another one each time. */
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
