import type { Place } from './s3Engine.js';

/**
 * The bucket and the prefix of `s3://bucket/prefix`. Throws RangeError, which does not repeat the URL: it may have a
 * secret.
 */
export function parseS3Url(url: string): Place {
  const { bucket, prefix } = URL_PARTS.exec(url)?.groups ?? {};
  if (bucket === undefined) throw new RangeError('bad URL: expected s3://bucket/prefix');
  return { bucket, prefix: prefix ? `${prefix}/` : '' };
}

/** A bucket has 3 to 63 characters. What stands behind a question mark could be meant as a password. */
const URL_PARTS = /^s3:\/\/(?<bucket>[\w.-]{3,63})(?:\/(?<prefix>[^\s?#@:\\]{0,512}?))?\/?$/;
