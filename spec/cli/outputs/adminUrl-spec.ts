import { adminUrl } from '../../../src/cli/outputs/adminUrl.js';

describe('adminUrl', () => {
  it.each([
    [undefined, 'http://127.0.0.1:9000/'],
    ['127.0.0.2', 'http://127.0.0.2:9000/'],
    ['localhost', 'http://localhost:9000/'],
    ['::1', 'http://[::1]:9000/'],
    ['0.0.0.0', 'http://localhost:9000/'],
    ['::', 'http://localhost:9000/'],
  ])('is an address that a browser of this machine can open, for --admin-host %s', (host, url) => {
    expect(adminUrl({ port: 0, host, tokenFile: undefined }, 9000)).toBe(`live page at ${url}`);
  });

  it('names the file of the token', () => {
    expect(adminUrl({ port: 9000, host: undefined, tokenFile: 'a\x1btoken' }, 9000)).toBe(
      'live page at http://127.0.0.1:9000/?token=TOKEN, with the TOKEN of a\\x1btoken',
    );
  });
});
