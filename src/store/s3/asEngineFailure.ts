import { getSystemErrorMap } from 'node:util';
import { EngineFailure } from '../objects/engine.js';

/**
 * Makes an EngineFailure of an error of the SDK. Its text is ours, because the text of an engine may name keys, and the
 * error of the SDK has the request in it.
 */
export function asEngineFailure(error: unknown): EngineFailure {
  if (error instanceof EngineFailure) return error;
  const name = textOf(error, 'name');
  const code = textOf(error, 'code');
  const status = statusOf(error);
  const kind = KINDS.get(name) ?? KINDS.get(code) ?? KINDS.get(`${status}`);
  if (kind) return new EngineFailure(...kind);
  if (/^Region (?:is missing|not accepted)/.test(textOf(error, 'message')))
    return new EngineFailure('refused', 'no valid region is set (AWS_REGION)');
  if (/CERT|SIGNED|SSL|TLS|UNABLE_TO/.test(code))
    return new EngineFailure('refused', `TLS failed: ${code.toLowerCase().replaceAll('_', ' ')}`);
  if (status !== undefined) {
    // The answer to HEAD has no name, and an engine may answer anything.
    const answer = ERROR_NAME.test(name) ? `${status} (${name})` : String(status);
    return new EngineFailure(
      status < 500 ? 'refused' : 'unavailable',
      `the engine answers ${answer}`,
    );
  }
  return new EngineFailure('unavailable', `the engine cannot be reached: ${reasonOf(error, code)}`);
}

type Kind = readonly [kind: EngineFailure['kind'], text: string];

const NO_CREDENTIALS: Kind = [
  'refused',
  'there are no credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or a profile)',
];
const BAD_CREDENTIALS: Kind = ['refused', 'the engine does not accept the credentials'];
const OTHER_REGION: Kind = ['refused', 'the bucket is in another region (AWS_REGION)'];
const TAKEN: Kind = ['taken', 'an object has that name'];
const MISSING: Kind = ['missing', 'there is no such object or upload'];
const NO_BUCKET: Kind = ['refused', 'there is no such bucket'];
const DENIED: Kind = ['refused', 'the engine denies access to the bucket'];
const UNSUPPORTED: Kind = ['unsupported', 'the engine does not support the request'];
const BUSY: Kind = ['unavailable', 'the engine asks for fewer requests'];
const SILENT: Kind = ['unavailable', 'the engine does not answer'];
const UNTRUSTED: Kind = [
  'refused',
  'TLS failed: the certificate of the engine is not trusted (NODE_EXTRA_CA_CERTS)',
];
const OTHER_HOST: Kind = [
  'refused',
  'TLS failed: the certificate of the engine is for other names',
];
const NO_TLS: Kind = ['refused', 'TLS failed: the engine does not speak it, or no common version'];
const IN_CONFLICT: Kind = ['unavailable', 'another request for the same object is under way'];
const DAMAGED: Kind = ['unavailable', 'the engine has received other bytes'];

/**
 * By the name of an error, the code of one of TLS, or by the status of an answer whose name says no more, or that has
 * none (of HEAD).
 */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>(
  Object.entries({
    CredentialsProviderError: NO_CREDENTIALS,
    InvalidAccessKeyId: BAD_CREDENTIALS,
    SignatureDoesNotMatch: BAD_CREDENTIALS,
    InvalidToken: BAD_CREDENTIALS,
    ExpiredToken: ['refused', 'the credentials have expired'],
    // The SDK signs the next request with the clock of the engine.
    RequestTimeTooSkewed: [
      'unavailable',
      'the clock of this machine differs from that of the engine',
    ],
    AccessDenied: DENIED,
    NoSuchBucket: NO_BUCKET,
    NoSuchKey: MISSING,
    NoSuchUpload: MISSING,
    NotFound: MISSING,
    PermanentRedirect: OTHER_REGION,
    AuthorizationHeaderMalformed: OTHER_REGION,
    IllegalLocationConstraintException: OTHER_REGION,
    PreconditionFailed: TAKEN,
    ConditionalRequestConflict: IN_CONFLICT,
    OperationAborted: IN_CONFLICT,
    BadDigest: DAMAGED,
    IncompleteBody: DAMAGED,
    XAmzContentSHA256Mismatch: DAMAGED,
    NotImplemented: UNSUPPORTED,
    SlowDown: BUSY,
    Throttling: BUSY,
    TooManyRequestsException: BUSY,
    TimeoutError: SILENT,
    // The status is 400: the engine has waited for our bytes.
    RequestTimeout: SILENT,
    DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
    SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
    ERR_TLS_CERT_ALTNAME_INVALID: OTHER_HOST,
    EPROTO: NO_TLS,
    ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
    '301': OTHER_REGION,
    '307': OTHER_REGION,
    '403': DENIED,
    '408': SILENT,
    '409': IN_CONFLICT,
    '412': TAKEN,
    '429': BUSY,
    '501': UNSUPPORTED,
  }),
);

const ERROR_NAME = /^(?!Unknown)\w{1,64}$/;

const textOf = (error: unknown, field: 'name' | 'code' | 'message'): string => {
  const text = hasField(error, field) ? error[field] : undefined;
  return typeof text === 'string' ? text : '';
};

const hasField = <F extends string>(error: unknown, field: F): error is Record<F, unknown> =>
  typeof error === 'object' && error !== null && field in error;

function statusOf(error: unknown): number | undefined {
  const metadata = hasField(error, '$metadata') ? error.$metadata : undefined;
  const status = hasField(metadata, 'httpStatusCode') ? metadata.httpStatusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function reasonOf(error: unknown, code: string): string {
  const errno = hasField(error, 'errno') ? getSystemErrorMap().get(Number(error.errno)) : undefined;
  return errno?.[1] ?? (code || textOf(error, 'name') || 'reason unknown');
}
