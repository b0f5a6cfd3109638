import type { Pool, PoolConfig } from 'pg';
import {
  catchError,
  concat,
  defer,
  EMPTY,
  ignoreElements,
  map,
  Observable,
  of,
  switchMap,
  throwError,
} from 'rxjs';
import { EngineError } from '../../errors.js';
import type { EngineUrl } from '../../node/engines/engineUrl.js';
import { loadPackage } from '../../node/engines/loadPackage.js';
import { idsUrl } from './idsUrl.js';
import type { NumberEngine } from './numberEngine.js';

/**
 * Numbers that are a sequence of PostgreSQL, which is made if it is missing: `?sequence=NAME`, or `rxdrop_ids`. A
 * request that is repeated gets another number, so after a failure some numbers may have no file.
 *
 * @throws TypeError for a bad URL; EngineError if the database does not answer at the start
 */
export const sequenceNumbers = (url: string): Observable<NumberEngine> =>
  defer(() => {
    const sequence = sequenceOf(idsUrl(url));
    return loadPackage(() => import('pg'), 'pg').pipe(
      switchMap(({ default: { Pool } }) =>
        connections(() => new Pool({ ...CONNECTION, connectionString: url })),
      ),
      switchMap((pool) => {
        const engine = new Sequence(pool, sequence);
        return concat(engine.make(), of(engine));
      }),
      catchError((cause: unknown) => throwError(() => new EngineError(url, { cause }))),
    );
  });

/** Throws TypeError. */
function sequenceOf({ query }: EngineUrl): string {
  const sequence = new URLSearchParams(query).get('sequence') ?? 'rxdrop_ids';
  if (!/^[a-z_][a-z0-9_]{0,62}(?:\.[a-z_][a-z0-9_]{0,62})?$/.test(sequence))
    throw new TypeError(`bad sequence "${sequence}": expected a name in lower case`);
  return sequence;
}

/** The pool connects anew if its connection fails. */
const connections = (open: () => Pool): Observable<Pool> =>
  new Observable((subscriber) => {
    const pool = open();
    pool.on('error', () => undefined);
    subscriber.next(pool);
    return () => {
      pool.end().catch(() => undefined);
    };
  });

class Sequence implements NumberEngine {
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
  ) {}

  ask(): Observable<number> {
    return defer(() => this.pool.query<{ id: string }>(NEXT, [this.name])).pipe(
      map(({ rows: [row] }) => {
        const id = Number(row?.id);
        if (!Number.isSafeInteger(id)) throw new Error(TOO_HIGH);
        return id;
      }),
    );
  }

  ping(): Observable<never> {
    return defer(() => this.pool.query('SELECT 1')).pipe(ignoreElements());
  }

  /** Only an owner of the schema may make a sequence, and everybody else may use one that exists. */
  make(): Observable<never> {
    return defer(() => this.pool.query<{ missing: boolean }>(IS_MISSING, [this.name])).pipe(
      switchMap(({ rows: [row] }) =>
        row?.missing ? this.pool.query(`CREATE SEQUENCE IF NOT EXISTS ${this.name}`) : of(row),
      ),
      ignoreElements(),
      catchError((error: unknown) => {
        // Another server makes it at the same time.
        if (error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)
          return EMPTY;
        throw error;
      }),
    );
  }
}

/** One connection answers in the order of the requests. */
const CONNECTION: PoolConfig = {
  max: 1,
  idleTimeoutMillis: 0,
  connectionTimeoutMillis: 5_000,
  query_timeout: 2_000,
  keepAlive: true,
  application_name: 'rxdrop-server',
};

/**
 * A crash, or a standby that takes over, must not take a number back, or it would be given twice. A sequence is logged
 * only once for 32 numbers, so that most transactions would not wait for the disk or the standby. The message makes
 * each of them wait; nobody reads it.
 */
const NEXT = `
  SELECT nextval($1::regclass) AS id,
    pg_logical_emit_message(true, 'rxdrop', ''),
    CASE current_setting('synchronous_commit')
      WHEN 'off' THEN set_config('synchronous_commit', 'on', true)
    END`;
const IS_MISSING = 'SELECT to_regclass($1) IS NULL AS missing';
const UNIQUE_VIOLATION = '23505';
const TOO_HIGH = 'the sequence is above 2^53';
