import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { EMPTY, of, Subject, take, throwError, toArray } from 'rxjs';
import { DirectoryError, DirectoryInUseError, StoreError } from '../../../src/errors.js';
import { s3Store, type S3StoreOptions } from '../../../src/store/s3/s3Store.js';
import type { Part, Store } from '../../../src/store/store.js';
import { bytes } from '../../support/bytes.js';
import { contents, temporaryDirectory } from '../../support/directory.js';
import { FakeS3, type FakeS3Options } from '../../support/fakeS3.js';
import { following } from '../../support/following.js';
import { COMPLETED, ending, first, until } from '../../support/outcome.js';

const ORIGIN = { connection: 1, peer: '192.0.2.1:5000' };
const MiB = 2 ** 20;

describe('s3Store', () => {
  const { follow } = following();
  const path = temporaryDirectory();
  const engines: FakeS3[] = [];

  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.stop();
  });

  const startEngine = async (options: FakeS3Options = {}): Promise<FakeS3> => {
    const engine = new FakeS3(options);
    engines.push(engine);
    await engine.start();
    return engine;
  };

  const clientOf = (engine: FakeS3) => ({
    region: 'us-east-1',
    endpoint: engine.url,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
  });

  const storeOf = (engine: FakeS3, options: Partial<S3StoreOptions> = {}) =>
    s3Store({ url: 's3://bucket/in', spool: path(), client: clientOf(engine), ...options });

  const open = (engine: FakeS3, options: Partial<S3StoreOptions> = {}): Promise<Store> =>
    first(follow(storeOf(engine, options)).seen$);

  const begin = (store: Store, content: string | Uint8Array): Part =>
    store.begin(ORIGIN).write(typeof content === 'string' ? bytes(content) : content);

  const save = (store: Store, content: string | Uint8Array): Promise<unknown> =>
    ending(begin(store, content).commit());

  /** The files that wait in the spool. */
  const waiting = (): readonly string[] =>
    readdirSync(path()).filter((name) => name.endsWith('.ready'));

  const untilShipped = () => until(() => waiting().length === 0);

  /** An operation fails until the function is called that this returns. */
  const outage = (engine: FakeS3, failing: string, status = 503) => {
    engine.answer = ({ operation }) => (operation === failing ? { status } : undefined);
    return () => {
      engine.answer = () => undefined;
      engine.doesFirst = false;
    };
  };

  it('saves files as objects in the order of arrival, and keeps nothing (S5)', async () => {
    const engine = await startEngine();
    const store = await open(engine);
    const [one, two] = [begin(store, 'one'), begin(store, 'two')];
    expect(await ending(two.commit())).toBe(COMPLETED);
    expect(await ending(one.commit())).toBe(COMPLETED);
    expect([one.id, two.id]).toStrictEqual([1, 2]);
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'one', 'in/2.file': 'two' });
    expect(contents(path())).toStrictEqual({});
  });

  it('saves an empty file (S5)', async () => {
    const engine = await startEngine();
    expect(await ending((await open(engine)).begin(ORIGIN).commit())).toBe(COMPLETED);
    expect(engine.contents).toStrictEqual({ 'in/1.file': '' });
  });

  it('saves a large file in parts, byte for byte (S8)', async () => {
    const engine = await startEngine();
    const large = Buffer.alloc(33 * MiB, 'abcdefg');
    expect(await save(await open(engine), large)).toBe(COMPLETED);
    expect(engine.objects.get('in/1.file')?.body.equals(large)).toBe(true);
    expect(engine.operations('UploadPart')).toHaveLength(5);
    expect(engine.uploads.size).toBe(0);
  });

  it('continues after the highest number of an object, on all pages of the list (S12)', async () => {
    const engine = await startEngine({ pageSize: 1 });
    const old = { body: Buffer.from('old'), metadata: {} };
    for (const name of [
      'in/1.file',
      'in/9.file',
      'in/10.file',
      'in/x.file',
      'in/a/99.file',
      '77.file',
    ])
      engine.objects.set(name, old);
    const part = begin(await open(engine), 'new');
    expect(await ending(part.commit())).toBe(COMPLETED);
    expect(part.id).toBe(11);
  });

  it.each(['all', 'complete', 'ignored'] as const)(
    'never overwrites an object of another server, and takes another number (conditions: %s)',
    async (conditions) => {
      const engine = await startEngine({ conditions });
      const store = await open(engine);
      const other = { body: Buffer.from('other'), metadata: {} };
      engine.objects.set('in/1.file', other).set('in/2.file', other).set('in/4.file', other);
      const [small, large] = [begin(store, 'mine'), begin(store, Buffer.alloc(33 * MiB, 'x'))];
      expect(await ending(small.commit())).toBe(COMPLETED);
      expect(await ending(large.commit())).toBe(COMPLETED);
      expect([small.id, large.id]).toStrictEqual([3, 5]);
      expect(await first(small.id$)).toBe(3);
      const { 'in/5.file': big = '', ...others } = engine.contents;
      expect(big).toHaveLength(33 * MiB);
      expect(others).toStrictEqual({
        ...{ 'in/1.file': 'other', 'in/2.file': 'other', 'in/4.file': 'other' },
        'in/3.file': 'mine',
      });
      expect(engine.uploads.size).toBe(0);
    },
  );

  it('saves a file once if the answer was lost', async () => {
    const engine = await startEngine();
    const store = await open(engine);
    const end = outage(engine, 'PutObject', 500);
    engine.doesFirst = true;
    const saved = save(store, 'abcdef');
    await until(() => engine.objects.size === 1);
    end();
    expect(await saved).toBe(COMPLETED);
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'abcdef' });
  });

  it.each([
    ['a whole file', 'abc', 'PutObject'],
    ['a part', Buffer.alloc(33 * MiB), 'UploadPart'],
    ['the completion', Buffer.alloc(33 * MiB), 'CompleteMultipartUpload'],
  ] as const)('repeats the request for %s while the engine is unavailable', async (_, file, op) => {
    const engine = await startEngine();
    const store = await open(engine);
    let failures = 0;
    engine.answer = ({ operation }) => {
      if (operation !== op || failures === 2) return undefined;
      return failures++ === 0 ? 'cut' : { status: 503, code: 'SlowDown' };
    };
    expect(await save(store, file)).toBe(COMPLETED);
    expect(failures).toBe(2);
    expect(engine.objects.get('in/1.file')?.body.byteLength).toBe(file.length);
  });

  it('fails a file at once if the engine refuses it, and keeps no upload', async () => {
    const engine = await startEngine();
    const store = await open(engine);
    engine.answer = ({ operation }) =>
      operation === 'UploadPart' ? { status: 403, code: 'AccessDenied' } : undefined;
    const error = await save(store, Buffer.alloc(33 * MiB));
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toHaveProperty('cause.message', 'the engine denies access to the bucket');
    await until(() => engine.uploads.size === 0);
  });

  it('makes ERROR an object (S7)', async () => {
    const engine = await startEngine();
    const part = begin(await open(engine), 'abcdefgh');
    expect(await ending(part.fail())).toBe(COMPLETED);
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'ERROR' });
    await untilShipped();
  });

  it('makes ERROR of a part that is released', async () => {
    const engine = await startEngine();
    begin(await open(engine), 'abcdefgh').release();
    await until(() => engine.objects.size === 1);
    await untilShipped();
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'ERROR' });
  });

  it('makes ERROR of a file whose object is there although its sender got an RST', async () => {
    const engine = await startEngine();
    const store = await open(engine);
    const end = outage(engine, 'PutObject', 403);
    engine.doesFirst = true;
    const part = begin(store, 'abcde');
    expect(await ending(part.commit())).toBeInstanceOf(StoreError);
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'abcde' });
    end();
    expect(await ending(part.fail())).toBe(COMPLETED);
    await untilShipped();
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'ERROR' });
  });

  it('makes ERROR of such a file under the number that it has, if its first one was taken', async () => {
    const engine = await startEngine();
    const store = await open(engine);
    engine.objects.set('in/1.file', { body: Buffer.from('other'), metadata: {} });
    engine.answer = ({ operation, key }) =>
      operation === 'PutObject' && key === 'in/2.file' ? { status: 403 } : undefined;
    engine.doesFirst = true;
    const part = begin(store, 'abcdef');
    expect(await ending(part.commit())).toBeInstanceOf(StoreError);
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'other', 'in/2.file': 'abcdef' });
    engine.answer = () => undefined;
    expect(await ending(part.fail())).toBe(COMPLETED);
    expect(part.id).toBe(2);
    await untilShipped();
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'other', 'in/2.file': 'ERROR' });
  });

  it('does not wait for the engine to fail a part: ERROR waits in the spool', async () => {
    const engine = await startEngine();
    const store = await open(engine);
    const end = outage(engine, 'PutObject');
    const part = begin(store, 'abcdefgh');
    expect(await ending(part.fail())).toBe(COMPLETED);
    expect(waiting()).toHaveLength(1);
    end();
    await untilShipped();
    expect(engine.contents).toStrictEqual({ 'in/1.file': 'ERROR' });
  });

  describe('with confirmAt: spool', () => {
    const options = { confirmAt: 'spool' } as const;

    it('commits a file that is in the spool, and ships it once the engine works', async () => {
      const engine = await startEngine();
      const store = await open(engine, options);
      const end = outage(engine, 'PutObject');
      expect(await save(store, 'abc')).toBe(COMPLETED);
      expect(waiting()).toHaveLength(1);
      expect(engine.contents).toStrictEqual({});
      end();
      await untilShipped();
      expect(engine.contents).toStrictEqual({ 'in/1.file': 'abc' });
    });

    it('counts the files that wait, those of an earlier server too', async () => {
      const engine = await startEngine();
      const earlier = follow(storeOf(engine, options));
      const store = await first(earlier.seen$);
      const usage = (of: Store) => first(of.usage$ ?? EMPTY);
      expect(await usage(store)).toStrictEqual({ waiting: 0 });
      const end = outage(engine, 'PutObject');
      await save(store, 'a');
      await save(store, 'b');
      expect(await usage(store)).toStrictEqual({ waiting: 2 });
      earlier.stop();
      engine.answer = ({ operation, key }) =>
        operation === 'PutObject' && key !== 'in/.rxdrop-probe' ? { status: 503 } : undefined;
      const next = await open(engine, options);
      expect(await usage(next)).toStrictEqual({ waiting: 2 });
      end();
      let waits: number | undefined;
      await until(() => {
        next.usage$?.subscribe({
          next: ({ waiting }) => (waits = waiting),
          error: () => (waits = NaN),
        });
        return waits === 0;
      });
      expect(waiting()).toStrictEqual([]);
    });

    it.each(['before', 'after'])(
      'ships what a dead server has left, once, if it died %s the object was there',
      async (when) => {
        const engine = await startEngine();
        const named = { ...options, name: '{cn}/{date}/{id}' };
        const dead = follow(storeOf(engine, named));
        const store = await first(dead.seen$);
        const end = outage(engine, 'PutObject');
        engine.doesFirst = when === 'after';
        const origin = { ...ORIGIN, client: { name: 'Ä/b', names: [], fingerprint: '' } };
        const part = store.begin(origin).write(bytes('abcdefg'));
        expect(await ending(part.commit())).toBe(COMPLETED);
        await until(() => engine.operations('PutObject').length > 3);
        dead.stop();
        end();

        const next = await open(engine, named);
        await untilShipped();
        expect(engine.contents).toStrictEqual({ [`in/${part.fileName(1)}`]: 'abcdefg' });
        expect(next.begin(ORIGIN).id).toBe(2);
      },
    );

    it('ships what a dead server has left once, if its number was taken, and it died after the object was there', async () => {
      const engine = await startEngine();
      const dead = follow(storeOf(engine, options));
      const store = await first(dead.seen$);
      engine.objects.set('in/1.file', { body: Buffer.from('other'), metadata: {} });
      engine.answer = ({ operation, key }) =>
        operation === 'PutObject' && key === 'in/2.file' ? { status: 503 } : undefined;
      engine.doesFirst = true;
      expect(await save(store, 'abcdefg')).toBe(COMPLETED);
      await until(() => engine.objects.has('in/2.file'));
      dead.stop();
      engine.answer = () => undefined;

      await open(engine, options);
      await untilShipped();
      expect(engine.contents).toStrictEqual({ 'in/1.file': 'other', 'in/2.file': 'abcdefg' });
    });

    it('reports that the engine fails, and that it works again', async () => {
      const engine = await startEngine();
      const store = await open(engine, options);
      const states = follow(store.engine$ ?? EMPTY);
      const end = outage(engine, 'PutObject');
      await save(store, 'a');
      await save(store, 'b');
      await until(() => engine.operations('PutObject').length > 5);
      end();
      await untilShipped();
      const cause = { kind: 'unavailable', message: 'the engine answers 503 (InternalError)' };
      const error = { code: 'STORE', message: 'the file could not be saved', cause };
      const [failed, works] = await first(states.seen$.pipe(take(2), toArray()));
      expect(failed).toMatchObject({ error });
      expect(works).not.toHaveProperty('error');
    });
  });

  it('aborts uploads that nobody continues, and no others', async () => {
    const engine = await startEngine();
    const old = Date.now() - 3_600_000;
    const upload = (key: string, startedAt: number, partAt?: number) =>
      engine.uploads.set(key, {
        ...{ key, startedAt, metadata: {} },
        parts: new Map(partAt === undefined ? [] : [[1, { body: Buffer.alloc(0), at: partAt }]]),
      });
    upload('in/3.file', old, Date.now());
    upload('in/4.file', Date.now());
    upload('in/other', old);
    upload('in/1.file', old);
    upload('in/2.file', old, old);
    await open(engine);
    await until(() => engine.operations('AbortMultipartUpload').length === 2);
    expect([...engine.uploads.keys()]).toStrictEqual(['in/3.file', 'in/4.file', 'in/other']);
  });

  it.each<[string, Partial<S3StoreOptions>, unknown]>([
    ['no such bucket', { url: 's3://other/in' }, 'there is no such bucket'],
    [
      'wrong credentials',
      { client: { credentials: { accessKeyId: 'other', secretAccessKey: 'secret' } } },
      'the engine does not accept the credentials',
    ],
    [
      'another region',
      { client: { region: 'eu-west-1' } },
      'the bucket is in another region (AWS_REGION)',
    ],
    [
      'an engine that is down',
      { client: { endpoint: 'http://127.0.0.1:1' } },
      expect.stringContaining('the engine cannot be reached'),
    ],
  ])('does not start with %s, and makes no spool (S2)', async (_, { client, ...others }, why) => {
    const engine = await startEngine();
    const options = { ...others, spool: path('spool'), client: { ...clientOf(engine), ...client } };
    const error = await ending(storeOf(engine, options));
    expect(error).toBeInstanceOf(DirectoryError);
    expect(error).toHaveProperty('cause.message', why);
    expect(existsSync(path('spool'))).toBe(false);
  });

  it('repeats the requests of the start a little', async () => {
    const engine = await startEngine();
    const answers = [
      { status: 503, code: 'SlowDown' },
      // The SDK sets its clock by this answer.
      { status: 403, code: 'RequestTimeTooSkewed' },
    ];
    engine.answer = () => answers.shift();
    expect(await save(await open(engine), 'abc')).toBe(COMPLETED);
  });

  it('starts if it may not remove anything, or if the engine does not know uploads', async () => {
    const engine = await startEngine();
    engine.answer = ({ operation }) => {
      if (operation === 'DeleteObject') return { status: 403, code: 'AccessDenied' };
      return operation === 'ListMultipartUploads' ? { status: 501 } : undefined;
    };
    for (const content of ['one', 'two']) {
      const opened = follow(storeOf(engine));
      expect(await save(await first(opened.seen$), content)).toBe(COMPLETED);
      await until(() => engine.operations('ListMultipartUploads').length > 0);
      opened.stop();
    }
    expect(engine.contents).toStrictEqual({
      ...{ 'in/.rxdrop-probe': '', 'in/1.file': 'one', 'in/2.file': 'two' },
    });
  });

  it('leaves nothing of its trial if the engine is unavailable for a moment when it cleans up (S2)', async () => {
    const engine = await startEngine();
    engine.answer = ({ operation }) =>
      operation === 'DeleteObject' && engine.operations(operation).length === 1
        ? { status: 503 }
        : undefined;
    await open(engine);
    expect([...engine.objects.keys()]).toStrictEqual([]);
  });

  it.each(['all', 'complete'] as const)(
    'completes an upload without a condition if the engine knows none for it, after a look (conditions: %s)',
    async (conditions) => {
      const engine = await startEngine({ conditions });
      const store = await open(engine);
      engine.objects.set('in/1.file', { body: Buffer.from('other'), metadata: {} });
      engine.answer = ({ operation, isConditional }) =>
        operation === 'CompleteMultipartUpload' && isConditional ? { status: 501 } : undefined;
      expect(await save(store, Buffer.alloc(33 * MiB))).toBe(COMPLETED);
      expect(String(engine.objects.get('in/1.file')?.body)).toBe('other');
      expect(engine.objects.get('in/2.file')?.body.byteLength).toBe(33 * MiB);
      expect(engine.operations('CreateMultipartUpload')).toHaveLength(1);
    },
  );

  it('goes on sweeping if an upload cannot be aborted', async () => {
    const engine = await startEngine();
    const old = { startedAt: 0, metadata: {}, parts: new Map() };
    engine.uploads
      .set('one', { ...old, key: 'in/1.file' })
      .set('two', { ...old, key: 'in/2.file' });
    engine.answer = ({ operation, key }) =>
      operation === 'AbortMultipartUpload' && key === 'in/1.file' ? { status: 403 } : undefined;
    await open(engine);
    await until(() => engine.uploads.size === 1);
    expect([...engine.uploads.keys()]).toStrictEqual(['one']);
  });

  describe('with numbers from elsewhere', () => {
    it('asks for them in the order of arrival, each by an id of its own, and does not list the bucket', async () => {
      const engine = await startEngine();
      const ids: string[] = [];
      const numbers = { next: (id: string) => of(100 + ids.push(id)) };
      const store = await open(engine, { numbers: of(numbers) });
      const [one, two] = [begin(store, 'one'), begin(store, 'two')];
      expect([one.id, two.id]).toStrictEqual([101, 102]);
      expect(await ending(two.commit())).toBe(COMPLETED);
      expect(await ending(one.commit())).toBe(COMPLETED);
      expect(new Set(ids).size).toBe(2);
      expect(engine.contents).toStrictEqual({ 'in/101.file': 'one', 'in/102.file': 'two' });
      expect(engine.operations('ListObjectsV2')).toStrictEqual([]);
    });

    it('waits for a number at the end of the file, and not before', async () => {
      const engine = await startEngine();
      const number$ = new Subject<number>();
      const store = await open(engine, { numbers: { next: () => number$ } });
      const part = begin(store, 'abc');
      expect(part.id).toBeUndefined();
      const [saved, id] = [ending(part.commit()), first(part.id$)];
      number$.next(7);
      expect([await saved, await id]).toStrictEqual([COMPLETED, 7]);
      expect(engine.contents).toStrictEqual({ 'in/7.file': 'abc' });
    });

    it.each([
      ['fails', throwError(() => new Error('no engine'))],
      ['completes without one', EMPTY],
    ])('saves nothing, and keeps nothing, if the number %s', async (_, number$) => {
      const engine = await startEngine();
      const store = await open(engine, { numbers: { next: () => number$ } });
      const part = begin(store, 'abc');
      expect(await ending(part.id$)).toBeInstanceOf(StoreError);
      expect(await ending(part.commit())).toBeInstanceOf(StoreError);
      expect(await ending(part.fail())).toBeInstanceOf(StoreError);
      part.release();
      expect(engine.contents).toStrictEqual({});
      expect(contents(path())).toStrictEqual({});
    });

    it('has none after the highest', async () => {
      const engine = await startEngine();
      const old = { body: Buffer.from('old'), metadata: {} };
      engine.objects.set(`in/${Number.MAX_SAFE_INTEGER}.file`, old);
      expect(await ending(begin(await open(engine), 'abc').id$)).toBeInstanceOf(StoreError);
    });
  });

  it('shows the bytes of a part before it is committed, and whether it is full', async () => {
    const part = begin(await open(await startEngine()), 'abc');
    const file = await first(part.flush?.() ?? EMPTY);
    expect(readFileSync(file, 'utf8')).toBe('abc');
    expect(await first(part.full$)).toBe(false);
    expect(part.size).toBe(3);
  });

  it('locks its spool (S13)', async () => {
    const engine = await startEngine();
    await open(engine);
    expect(await ending(storeOf(engine))).toBeInstanceOf(DirectoryInUseError);
  });

  it('leaves other files in its spool alone', async () => {
    writeFileSync(path('x,1.ready'), 'x');
    const engine = await startEngine();
    await save(await open(engine), 'abc');
    expect(contents(path())).toStrictEqual({ 'x,1.ready': 'x' });
  });
});
