import type { Observable } from 'rxjs';
import { causeOf, type ErrorData } from '../../errorData.js';
import { IdleTimeoutError, ProxyHeaderError, ResetError } from '../../errors.js';
import type { ProxyHeaders } from '../admission.js';
import type { PoolState } from './pool.js';
import { prepareAt } from './prepareAt.js';
import type { RemoteSender } from './remoteSender.js';

/**
 * Has workers read the start of connections, some of which come from a proxy.
 *
 * @throws ProxyHeaderError, IdleTimeoutError, ResetError, WorkerError
 */
export const proxyHeadersAt = (pool$: Observable<PoolState>): ProxyHeaders<RemoteSender> => {
  const readAs = (step: keyof ProxyHeaders<RemoteSender>) =>
    prepareAt(pool$, ({ job, peer }) => ({ type: 'start', job, peer, step }), errorOf);
  return { readHeader: readAs('readHeader'), refuseHeader: readAs('refuseHeader') };
};

function errorOf({ problem, due, cause }: Partial<ErrorData>): Error {
  if (isProblem(problem)) return new ProxyHeaderError(problem);
  if (typeof due === 'number') return new IdleTimeoutError(due);
  return new ResetError({ cause: cause && causeOf(cause) });
}

const isProblem = (problem: unknown): problem is ProxyHeaderError['problem'] =>
  typeof problem === 'string';
