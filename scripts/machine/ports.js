import { createServer } from 'node:net';

/** Below the range that Linux takes the ports of clients from, or they would be in each other's way. */
const [FIRST, LAST] = [12_000, 32_000];
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** @returns {Promise<number>} A port on which nothing listens, a different one each time */
export async function freePort() {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = (next = next < LAST ? next + 1 : FIRST);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port');
}

/** @param {number} port @returns {Promise<boolean>} */
const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => {
        resolve(false);
      })
      .listen(port, () => {
        probe.close(() => {
          resolve(true);
        });
      });
  });
