import { asEngineFailure } from '../../../src/store/s3/asEngineFailure.js';

const answer = (status: number, name: string) =>
  Object.assign(new Error('Access key AKIA0 is wrong'), {
    name,
    $metadata: { httpStatusCode: status },
  });

const failure = (code: string, errno?: number) =>
  Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code, errno });

const DENIED = 'the engine denies access to the bucket';
const BAD_CREDENTIALS = 'the engine does not accept the credentials';
const OTHER_REGION = 'the bucket is in another region (AWS_REGION)';
const IN_CONFLICT = 'another request for the same object is under way';
const CLOCK = 'the clock of this machine differs from that of the engine';
const TLS = 'TLS failed: the certificate of the engine';
const UNTRUSTED = `${TLS} is not trusted (NODE_EXTRA_CA_CERTS)`;
const NO_TLS = 'TLS failed: the engine does not speak it, or no common version';
const UNREACHABLE = 'the engine cannot be reached';

describe('asEngineFailure', () => {
  it.each([
    [answer(404, 'NoSuchBucket'), 'refused', 'there is no such bucket'],
    [answer(403, 'AccessDenied'), 'refused', DENIED],
    [answer(403, 'Unknown'), 'refused', DENIED],
    [answer(403, 'InvalidAccessKeyId'), 'refused', BAD_CREDENTIALS],
    [answer(403, 'SignatureDoesNotMatch'), 'refused', BAD_CREDENTIALS],
    [answer(400, 'ExpiredToken'), 'refused', 'the credentials have expired'],
    [answer(403, 'RequestTimeTooSkewed'), 'unavailable', CLOCK],
    [answer(301, 'PermanentRedirect'), 'refused', OTHER_REGION],
    [answer(301, 'Unknown'), 'refused', OTHER_REGION],
    [answer(307, 'TemporaryRedirect'), 'refused', OTHER_REGION],
    [answer(412, 'PreconditionFailed'), 'taken', 'an object has that name'],
    [answer(412, 'InvalidRequest'), 'taken', 'an object has that name'],
    [answer(409, 'ConditionalRequestConflict'), 'unavailable', IN_CONFLICT],
    [answer(409, 'OperationAborted'), 'unavailable', IN_CONFLICT],
    [answer(409, 'ConcurrentModification'), 'unavailable', IN_CONFLICT],
    [answer(404, 'NoSuchUpload'), 'missing', 'there is no such object or upload'],
    [answer(501, 'NotImplemented'), 'unsupported', 'the engine does not support the request'],
    [answer(503, 'SlowDown'), 'unavailable', 'the engine asks for fewer requests'],
    [answer(500, 'InternalError'), 'unavailable', 'the engine answers 500 (InternalError)'],
    [answer(503, 'Unknown'), 'unavailable', 'the engine answers 503'],
    [answer(503, 'constructor'), 'unavailable', 'the engine answers 503 (constructor)'],
    [answer(503, '\x1b[2J'), 'unavailable', 'the engine answers 503'],
    [answer(400, 'EntityTooLarge'), 'refused', 'the engine answers 400 (EntityTooLarge)'],
    [answer(400, 'RequestTimeout'), 'unavailable', 'the engine does not answer'],
    [answer(408, 'Unknown'), 'unavailable', 'the engine does not answer'],
    [answer(400, 'BadDigest'), 'unavailable', 'the engine has received other bytes'],
    [answer(400, 'IncompleteBody'), 'unavailable', 'the engine has received other bytes'],
    [failure('ECONNREFUSED', -111), 'unavailable', `${UNREACHABLE}: connection refused`],
    [failure('ENOTFOUND', -3008), 'unavailable', `${UNREACHABLE}: unknown node or service`],
    [failure('EAI_AGAIN'), 'unavailable', `${UNREACHABLE}: EAI_AGAIN`],
    [new Error('socket hang up'), 'unavailable', `${UNREACHABLE}: Error`],
    [{ name: 'TimeoutError' }, 'unavailable', 'the engine does not answer'],
    ['thrown', 'unavailable', `${UNREACHABLE}: reason unknown`],
    [failure('CERT_HAS_EXPIRED'), 'refused', 'TLS failed: cert has expired'],
    [failure('CERT_NOT_YET_VALID'), 'refused', 'TLS failed: cert not yet valid'],
    [failure('DEPTH_ZERO_SELF_SIGNED_CERT'), 'refused', UNTRUSTED],
    [failure('SELF_SIGNED_CERT_IN_CHAIN'), 'refused', UNTRUSTED],
    [failure('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'refused', UNTRUSTED],
    [failure('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'refused', UNTRUSTED],
    [failure('ERR_TLS_CERT_ALTNAME_INVALID'), 'refused', `${TLS} is for other names`],
    [failure('EPROTO', -71), 'refused', NO_TLS],
    [failure('ERR_SSL_WRONG_VERSION_NUMBER'), 'refused', NO_TLS],
    [new Error('Region is missing'), 'refused', 'no valid region is set (AWS_REGION)'],
  ])('makes of %o one that is %s: %s', (error, kind, message) => {
    expect(asEngineFailure(error)).toMatchObject({ kind, message });
  });

  it('keeps nothing of the original, which has the request and may name a key', () => {
    const error = asEngineFailure(answer(500, 'InternalError'));
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('AKIA0');
  });

  it('returns its own errors as they are', () => {
    const error = asEngineFailure(answer(404, 'NoSuchBucket'));
    expect(asEngineFailure(error)).toBe(error);
  });
});
