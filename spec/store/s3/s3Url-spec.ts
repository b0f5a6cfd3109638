import { parseS3Url } from '../../../src/store/s3/s3Url.js';

describe('parseS3Url', () => {
  it.each([
    ['s3://bucket', 'bucket', ''],
    ['s3://bucket/', 'bucket', ''],
    ['s3://my.bucket-1/a', 'my.bucket-1', 'a/'],
    ['s3://bucket/a/b/', 'bucket', 'a/b/'],
  ])('reads %s', (url, bucket, prefix) => {
    expect(parseS3Url(url)).toStrictEqual({ bucket, prefix });
  });

  it.each([
    '',
    's3://',
    's3:///a',
    'http://a/b',
    's3://key:secret@bucket',
    's3://bucket/a?b=c',
    's3://b/a b',
  ])('refuses "%s", and does not repeat it: it may have a secret', (url) => {
    expect(() => parseS3Url(url)).toThrow(new RangeError('bad URL: expected s3://bucket/prefix'));
  });
});
