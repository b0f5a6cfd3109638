import { createHash } from 'node:crypto';

/**
 * Returns the Content-Security-Policy of a page with inline scripts and styles. It admits these by their hashes, and no
 * others; it admits connections to this server only; and no text becomes HTML (Trusted Types).
 */
export const contentSecurityPolicy = (html: string): string =>
  Object.entries({
    'default-src': "'none'",
    'script-src': hashes(html, 'script'),
    'style-src': hashes(html, 'style'),
    'img-src': 'data:',
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  })
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; ');

function hashes(html: string, element: 'script' | 'style'): string {
  const contents = html.matchAll(new RegExp(`<${element}[^>]*>(?<content>.*?)</${element}>`, 'gs'));
  const sources = Array.from(contents, ({ groups }) => `'sha256-${sha256(groups?.content ?? '')}'`);
  return sources.length > 0 ? sources.join(' ') : "'none'";
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');
