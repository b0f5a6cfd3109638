import { accessControl, type AccessRequest } from '../../src/admin/access.js';

const TOKEN = 'correct-horse';
const host = '127.0.0.1:9000';

const asking = (
  url: string,
  headers: AccessRequest['headers'] = {},
  method = 'GET',
): AccessRequest => ({
  ...{ method, url },
  headers: { host, ...headers },
});

const withToken = accessControl(TOKEN);
const withoutToken = accessControl(undefined);

describe('accessControl', () => {
  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', ''])('refuses %s', (method) => {
    expect(withoutToken(asking('/', {}, method))).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
    expect(withToken(asking('/livez', {}, method))).toMatchObject({ status: 405 });
  });

  it.each([
    '127.0.0.1',
    '127.0.0.1:9000',
    '[::1]:9000',
    'localhost',
    'LOCALHOST:9000',
    'a.localhost:1',
    '192.0.2.1:80',
  ])('accepts %s as a host that no site has', (host) => {
    expect(withoutToken(asking('/', { host }))).toBeUndefined();
    expect(withoutToken(asking('/', { host }, 'HEAD'))).toBeUndefined();
  });

  it.each([
    'evil.example',
    'evil.example:9000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    '',
    '[evil]:1',
  ])('refuses the host %p, which may be the name of a site (DNS rebinding)', (host) => {
    expect(withoutToken(asking('/', { host }))).toMatchObject({ status: 421 });
    expect(withoutToken(asking('/livez', { host }))).toMatchObject({ status: 421 });
  });

  it('refuses a request without a host', () => {
    expect(withoutToken({ method: 'GET', url: '/', headers: {} })).toMatchObject({ status: 421 });
  });

  it.each([
    '/',
    '/events',
    '/metrics',
    '/elsewhere',
    '/livez/',
    '//livez',
    '/?token=wrong',
    '/?token=',
  ])('requires the token for %s', (url) => {
    expect(withToken(asking(url))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    });
  });

  it.each(['/livez', '/readyz', '/readyz?x'])(
    'answers %s without the token, because probes have none',
    (url) => {
      expect(withToken(asking(url, { host: 'pod.example' }))).toBeUndefined();
    },
  );

  it.each([
    [`Bearer ${TOKEN}`, undefined],
    [`bearer  ${TOKEN}`, undefined],
    [`Bearer ${TOKEN}x`, 401],
    ['Bearer ', 401],
    [`Basic ${TOKEN}`, 401],
    [TOKEN, 401],
  ])('checks the authorization %p', (authorization, status) => {
    expect(withToken(asking('/metrics', { authorization }))?.status).toBe(status);
  });

  it('redirects a link with the token, and sets a cookie that does not contain the token', () => {
    const denial = withToken(asking(`//evil.example/?token=${TOKEN}`));
    expect(denial).toMatchObject({ status: 303, headers: { location: '/' } });
    const setCookie = denial?.headers?.['set-cookie'] ?? '';
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(setCookie).not.toContain(TOKEN);
    const [cookie = ''] = setCookie.split(';');
    expect(withToken(asking('/', { cookie }))).toBeUndefined();
    expect(withToken(asking('/', { cookie: `a=b; ${cookie}; c=d` }))).toBeUndefined();
    expect(withToken(asking('/', { cookie: `${cookie}0` }))).toMatchObject({ status: 401 });
    expect(accessControl('another')(asking('/', { cookie }))).toMatchObject({ status: 401 });
  });

  it('accepts any host in a request with the token', () => {
    const headers = { host: 'files.example', authorization: `Bearer ${TOKEN}` };
    expect(withToken(asking('/', headers))).toBeUndefined();
  });

  it.each(['', '?', '\\', '/%', '/?token=%ff', 'http://[', '//'])(
    'does not throw for the path %p',
    (url) => {
      expect(withToken(asking(url))).toMatchObject({ status: 401 });
      expect(withoutToken(asking(url))).toBeUndefined();
    },
  );
});
