import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The part of the S3 API that a server needs for files of one request. It keeps only their names, and takes its time.
 *
 * @param {number} delayMs for each request
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
export async function slowEngine(delayMs) {
  /** @type {Set<string>} */
  const names = new Set();
  /** @param {import('node:http').IncomingMessage} request */
  const statusOf = ({ method, url = '', headers }) => {
    if (method === 'HEAD') return names.has(url) ? 200 : 404;
    if (method === 'PUT' && names.has(url) && headers['if-none-match'] === '*') return 412;
    if (method === 'PUT') names.add(url);
    if (method === 'DELETE') names.delete(url);
    return 200;
  };
  const server = createServer((request, response) => {
    void (async () => {
      await once(request.resume(), 'end');
      await sleep(delayMs);
      response.writeHead(statusOf(request), { etag: '"none"', 'content-type': 'application/xml' });
      response.end(
        request.method === 'GET' ? '<Result><IsTruncated>false</IsTruncated></Result>' : '',
      );
    })().catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
