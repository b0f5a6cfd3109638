import type { ClientEvent, ErrorCode, NotSent, Refused, ServerEvent } from '../src/index.js';
import { errorData } from '../src/errorData.js';
import { ResetError } from '../src/errors.js';
import { opened, STAMP } from './support/events.js';
import { faultsOf, schema } from './support/schema.js';

/** The compiler demands every field of every event here, and whether it is always there. */
type Fields<E extends { readonly type: string }> = {
  [Type in E['type']]: {
    [Field in Named<Extract<E, { type: Type }>>]: object extends Pick<
      Extract<E, { type: Type }>,
      Field
    >
      ? 'optional'
      : 'required';
  };
};

type Named<E> = Exclude<keyof E, 'version' | 'time' | 'instance' | 'type'>;

const CONNECTION = { connection: 'required', peer: 'required', client: 'optional' } as const;
const FILE = { id: 'optional', file: 'optional' } as const;
const EXTENT = { bytes: 'required', ms: 'required' } as const;

const SERVER: Fields<ServerEvent> = {
  listening: { address: 'required', port: 'required' },
  reduced: { asked: 'required', maxConnections: 'required' },
  opened: { ...CONNECTION, ...FILE },
  refused: { ...CONNECTION, reason: 'required', error: 'optional' },
  progress: { ...CONNECTION, ...FILE, ...EXTENT },
  usage: { bytes: 'optional', files: 'optional', waiting: 'optional' },
  received: { ...CONNECTION, ...EXTENT, id: 'required', file: 'required', sha256: 'optional' },
  failed: {
    ...{ ...CONNECTION, ...FILE, ...EXTENT },
    ...{ reason: 'required', error: 'required', fileError: 'optional' },
  },
  hook: {
    ...{ ...CONNECTION, hook: 'required', id: 'required', file: 'required', ms: 'required' },
    ...{ status: 'optional', signal: 'optional', reason: 'optional', error: 'optional' },
    output: 'optional',
  },
  engine: { error: 'optional', waiting: 'required' },
  worker: {
    ...{ pid: 'required', status: 'optional', signal: 'optional' },
    ...{ silentMs: 'optional', transfers: 'required' },
  },
  stopped: {},
};

const CLIENT: Fields<ClientEvent> = {
  connected: { file: 'required', peer: 'required', total: 'optional' },
  progress: { file: 'required', bytes: 'required' },
  retrying: { file: 'required', attempt: 'required', delay: 'required', error: 'required' },
  sent: {
    ...{ file: 'required', peer: 'required', ...EXTENT, confirmed: 'required' },
    ...{ id: 'optional', sha256: 'optional' },
  },
};

const NOT_SENT: Fields<NotSent> = {
  failed: { file: 'required', reason: 'required', error: 'required' },
};

const CODES = {
  CHECK: true,
  CLOSED_EARLY: true,
  COMMAND: true,
  CONNECT_TIMEOUT: true,
  DIRECTORY: true,
  DIRECTORY_IN_USE: true,
  ENGINE: true,
  IDLE: true,
  INTERNAL: true,
  LISTEN: true,
  LOOKUP: true,
  NO_INPUT: true,
  NO_ROOM: true,
  OPEN_FILES: true,
  PROXY: true,
  QUOTA: true,
  READ: true,
  RECEIPT: true,
  RESET: true,
  SHUTDOWN: true,
  STALLED: true,
  STORE: true,
  STREAM: true,
  TLS: true,
  TOO_LARGE: true,
  TOO_LONG: true,
  TOO_SLOW: true,
  TRUNCATED: true,
  UNCONFIRMED: true,
  UNKNOWN_HOST: true,
  UNREACHABLE: true,
  USAGE: true,
  WORKER: true,
} satisfies Record<ErrorCode, true>;

const REASONS = {
  COUNT: true,
  DENIED: true,
  MAX_CONNECTIONS: true,
  MAX_PER_HOST: true,
  MAX_RATE_PER_HOST: true,
  OPEN_FILES: true,
  PROXY: true,
  TLS: true,
  TLS_NAME: true,
  UNKNOWN_PEER: true,
} satisfies Record<Refused['reason'], true>;

const RESET = errorData(new ResetError());

interface Definition {
  readonly allOf?: readonly Reference[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly unevaluatedProperties?: unknown;
}

interface Reference {
  readonly $ref: string;
}

const definitions: Readonly<Record<string, object>> = schema.$defs;

function definitionOf({ $ref }: Reference): Definition {
  const definition = definitions[$ref.replace('#/$defs/', '')];
  if (!definition) throw new Error(`no definition: ${$ref}`);
  return definition;
}

const typeOf = ({ properties }: Definition): string =>
  (properties?.type as { const: string } | undefined)?.const ?? 'none';

/** The fields of a definition and of those that it consists of, beside the type and the stamp. */
function fieldsOf(definition: Definition): Record<string, string> {
  const parts = [...(definition.allOf ?? []).map(definitionOf), definition];
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  return Object.fromEntries(
    parts
      .flatMap((part) => Object.keys(part.properties ?? {}))
      .filter((name) => !['type', 'version', 'time', 'instance'].includes(name))
      .map((name) => [name, required.has(name) ? 'required' : 'optional']),
  );
}

const eventsOf = (kind: 'ServerEvent' | 'ClientEvent') =>
  schema.$defs[kind].oneOf.map(definitionOf);

describe('the schema of events', () => {
  it.each([
    ['ServerEvent' as const, SERVER],
    ['ClientEvent' as const, CLIENT],
  ])('has the types of %s with their fields', (kind, fields) => {
    const described = eventsOf(kind).map((event) => [typeOf(event), fieldsOf(event)]);
    expect(described).toHaveLength(Object.keys(fields).length);
    expect(Object.fromEntries(described)).toStrictEqual(fields);
  });

  it('has the failure that only the program of the client prints', () => {
    const [events, notSent] = schema.$defs.ClientReport.oneOf;
    expect(events).toStrictEqual({ $ref: '#/$defs/ClientEvent' });
    expect(notSent && fieldsOf(definitionOf(notSent))).toStrictEqual(NOT_SENT.failed);
    const failed = { type: 'failed', ...STAMP, file: 'a.bin', reason: 'RESET', error: RESET };
    expect(faultsOf(failed, 'ClientReport')).toStrictEqual([]);
    expect(faultsOf(failed, 'ClientEvent')).toHaveLength(1);
  });

  it('lists the codes and the reasons', () => {
    expect(schema.$defs.ErrorCode.enum).toStrictEqual(Object.keys(CODES));
    expect(schema.$defs.Refused.properties.reason.enum).toStrictEqual(Object.keys(REASONS));
  });

  it('accepts no unknown field', () => {
    for (const event of [...eventsOf('ServerEvent'), ...eventsOf('ClientEvent')])
      expect(event.unevaluatedProperties).toBe(false);
    const event = { ...STAMP, ...opened() };
    expect(faultsOf(event, 'ServerEvent')).toStrictEqual([]);
    expect(faultsOf({ ...event, more: 1 }, 'ServerEvent')).toHaveLength(1);
  });

  it.each([
    ['an unknown type', { type: 'gone' }],
    ['another version', { version: 2 }],
    ['a time that is not in UTC', { time: '2026-11-25T13:45:01.250+01:00' }],
    ['a serial of 0', { connection: 0 }],
    ['a number without a name', { file: undefined }],
  ])('accepts no event with %s', (_, change) => {
    const event = JSON.parse(JSON.stringify({ ...STAMP, ...opened(), ...change })) as unknown;
    expect(faultsOf(event, 'ServerEvent')).toHaveLength(1);
  });
});
