import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { connect, filter, merge, Subject, switchMap, take, toArray } from 'rxjs';
import { admin, type AdminOptions } from '../../src/admin/admin.js';
import { ListenError, serve, type ServeOptions } from '../../src/index.js';
import { temporaryDirectory } from '../support/directory.js';
import { following } from '../support/following.js';
import { cleanUp, dial, drop, freePort, afterSpec } from '../support/programs.js';
import { messages, watchStates } from '../support/serverSentEvents.js';
import { first, last } from '../support/outcome.js';

const { follow } = following();
const path = temporaryDirectory();
afterEach(cleanUp);

const PAGE = '<!doctype html><style>a{}</style><script>"$&"</script>';

/** A server and its admin port. */
async function serving(changed: Partial<AdminOptions> = {}, options: Partial<ServeOptions> = {}) {
  const [adminPort, port, stop$] = [await freePort(), await freePort(), new Subject<void>()];
  const serveOptions = {
    port,
    dir: path('inbox'),
    stop$,
    progress: 20,
    ...options,
  } as ServeOptions;
  const { seen$ } = follow(
    admin({
      ...{ port: adminPort, serving: serveOptions, stop$, version: '1.2.3', page: PAGE },
      whyFailed: ({ error }) => error.message,
      whyRefused: ({ reason }) => reason,
      whyDown: () => '',
      ...changed,
    }).pipe(
      switchMap(({ show }) =>
        serve(serveOptions).pipe(connect((events$) => merge(show(events$), events$))),
      ),
    ),
  );
  await first(seen$.pipe(filter(({ type }) => type === 'listening')));
  return {
    ...{ adminPort, port, seen$ },
    url: (page: string) => `http://127.0.0.1:${adminPort}${page}`,
    stop: () => {
      stop$.next();
    },
  };
}

async function answerTo(url: string, init?: RequestInit) {
  const response = await fetch(url, { redirect: 'manual', ...init });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The first state that has something. */
const stateWith = (url: string, has: (state: string) => boolean) =>
  first(watchStates(url).pipe(filter((state) => has(JSON.stringify(state)))));

describe('admin', () => {
  it('serves a page whose policy admits only its own script and style', async () => {
    const { url } = await serving();
    const { status, text, headers } = await answerTo(url('/'));
    expect({ status, text }).toStrictEqual({ status: 200, text: PAGE });
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-/,
    );
  });

  it('sends a page once if it is larger than the buffers of a connection', async () => {
    const page = 'x'.repeat(8 * 2 ** 20);
    const { url } = await serving({ page });
    expect((await answerTo(url('/'))).text.length).toBe(page.length);
  });

  it.each(['/', '/events', '/livez', '/metrics', '/readyz', '/elsewhere'])(
    'allows a browser only to show %s',
    async (page) => {
      const { url } = await serving();
      const { headers, text } = await answerTo(url(page), { method: 'HEAD' });
      expect(text).toBe('');
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers.has('access-control-allow-origin')).toBe(false);
    },
  );

  it('serves metrics of the server', async () => {
    const { url, port } = await serving();
    expect(await drop(port, 'hello')).toBe('FIN');
    const { status, text, headers } = await answerTo(url('/metrics'));
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('rxdrop_received_files_total 1\n');
    expect(text).toContain('rxdrop_received_bytes_total 5\n');
    expect(text).toMatch(/^rxdrop_disk_free_bytes \d+$/m);
    expect(text).toMatch(/^rxdrop_limit_max_connections \d+$/m);
  });

  it('reports that the server is alive, and that it is ready until it drains', async () => {
    const { url, port, stop, seen$ } = await serving({}, { drain: 20_000 });
    expect(await answerTo(url('/livez'))).toMatchObject({ status: 200, text: 'alive\n' });
    expect(await answerTo(url('/readyz'))).toMatchObject({ status: 200, text: 'ready\n' });
    const { socket, verdict } = await dial(port);
    await first(seen$.pipe(filter(({ type }) => type === 'opened')));
    stop();
    expect(await answerTo(url('/readyz'))).toMatchObject({ status: 503, text: 'draining\n' });
    expect(await answerTo(url('/livez'))).toMatchObject({ status: 200 });
    socket.end();
    expect(await verdict).toBe('FIN');
    await last(seen$);
  });

  it('reports that the server is not ready without its directory', async () => {
    const { url } = await serving();
    rmSync(path('inbox'), { recursive: true });
    expect(await answerTo(url('/readyz'))).toMatchObject({
      ...{ status: 503, text: 'cannot be written: ENOENT\n' },
    });
  });

  it('reports that the server is not ready while the disk is full', async () => {
    const minFree = Number.MAX_SAFE_INTEGER;
    const { url } = await serving({ serving: { dir: path('inbox'), minFree } });
    expect(await answerTo(url('/readyz'))).toMatchObject({
      status: 503,
      text: 'the disk is full\n',
    });
    expect((await answerTo(url('/metrics'))).text).toContain('rxdrop_ready 0\n');
  });

  it('checks no disk for a store of the user', async () => {
    const { url } = await serving({ serving: {} });
    expect(await answerTo(url('/readyz'))).toMatchObject({ status: 200 });
    expect((await answerTo(url('/metrics'))).text).not.toContain('disk');
  });

  it('sends the whole state to each reader, and then the changes', async () => {
    const { url, port } = await serving();
    const [whole, change] = await first(messages(url('/events')).pipe(take(2), toArray()));
    expect(whole).toMatchObject({ server: { phase: 'listening', port }, inFlight: 0, files: [] });
    expect(Object.keys(change ?? {})).toContain('at');
    expect(change).not.toHaveProperty('server');
  });

  it('shows a transfer that grows and ends', async () => {
    const { url, port } = await serving();
    const { socket, verdict } = await dial(port);
    await stateWith(url('/events'), (state) => state.includes('"inFlight":1'));
    socket.write('x'.repeat(1_000));
    const grown = await stateWith(url('/events'), (state) => state.includes('"bytes":1000'));
    expect(grown.transfers).toMatchObject([{ connection: 1, file: '1.file' }]);
    socket.end();
    await verdict;
    expect(
      await stateWith(url('/events'), (state) => state.includes('"received":1')),
    ).toMatchObject({
      inFlight: 0,
      files: [{ file: '1.file', bytes: 1_000 }],
    });
  });

  it('ends with the server, after its readers have got the last state (S3)', async () => {
    const { url, port, seen$, stop, adminPort } = await serving();
    const states = follow(watchStates(url('/events'))).seen$;
    await dial(port);
    await first(states.pipe(filter(({ inFlight }) => inFlight === 1)));
    stop();
    expect(await last(states)).toMatchObject({
      server: { phase: 'stopped' },
      inFlight: 0,
      failures: [{ reason: 'SHUTDOWN', why: 'the server stopped' }],
    });
    expect(await last(seen$)).toMatchObject({ type: 'stopped' });
    await expect(fetch(`http://127.0.0.1:${adminPort}/livez`)).rejects.toThrow('fetch failed');
  });

  it.each([
    'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET / HTTP',
    '',
  ])('does not wait for a client that requests %j and reads nothing (S3)', async (request) => {
    const { adminPort, seen$, stop } = await serving({ page: 'x'.repeat(64 * 2 ** 20) });
    const socket = connectSocket(adminPort, '127.0.0.1')
      .pause()
      .on('error', () => undefined);
    afterSpec(() => socket.destroy());
    await once(socket, 'connect');
    socket.write(request);
    stop();
    expect(await last(seen$)).toMatchObject({ type: 'stopped' });
  });

  it('continues after a client that leaves in the middle of an answer', async () => {
    const { adminPort, url } = await serving();
    for (let clients = 0; clients < 20; clients++) {
      const socket = connectSocket(adminPort, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await once(socket, 'data');
      socket.resetAndDestroy();
    }
    expect(await answerTo(url('/livez'))).toMatchObject({ status: 200 });
  });

  it('serves its pages only to requests with the token', async () => {
    const { url } = await serving({ token: 'secret' });
    expect(await answerTo(url('/'))).toMatchObject({ status: 401 });
    expect(await answerTo(url('/metrics'))).toMatchObject({ status: 401 });
    expect(await answerTo(url('/livez'))).toMatchObject({ status: 200 });
    const headers = { authorization: 'Bearer secret' };
    expect(await answerTo(url('/metrics'), { headers })).toMatchObject({ status: 200 });
    const { status, headers: given } = await answerTo(url('/?token=secret'));
    expect(status).toBe(303);
    const cookie = given.get('set-cookie')?.split(';')[0] ?? '';
    expect(await answerTo(url('/'), { headers: { cookie } })).toMatchObject({ text: PAGE });
  });

  it('serves nothing to a foreign web site (DNS rebinding)', async () => {
    const { adminPort } = await serving();
    const socket = connectSocket(adminPort, '127.0.0.1');
    afterSpec(() => socket.destroy());
    socket.write('GET /events HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 421 /);
  });

  it.each([
    ['/elsewhere', 'GET', 404],
    ['/toString', 'GET', 404],
    ['/metrics', 'POST', 405],
  ])('answers %s %s with %d', async (page, method, status) => {
    const { url } = await serving();
    expect(await answerTo(url(page), { method })).toMatchObject({ status });
  });

  it('errors before the server listens if its port is in use (S2)', async () => {
    const { adminPort } = await serving();
    await expect(serving({ port: adminPort })).rejects.toThrow(ListenError);
  });
});
