import { createHash } from 'node:crypto';
import { contentSecurityPolicy } from '../../src/admin/contentSecurityPolicy.js';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('contentSecurityPolicy', () => {
  it('admits only the scripts and styles of the page', () => {
    const policy = contentSecurityPolicy(
      '<style>a{}</style><p>b</p><script type="x">c()\nd()</script><script>e</script>',
    );
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        `script-src ${hash('c()\nd()')} ${hash('e')}`,
        `style-src ${hash('a{}')}`,
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy).not.toContain('unsafe');
  });

  it('admits no script and no style if the page has none', () => {
    expect(contentSecurityPolicy('<p>')).toContain("script-src 'none'; style-src 'none'");
  });
});
