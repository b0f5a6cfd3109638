import { defer, type Observable, type SchedulerLike } from 'rxjs';
import { Patience } from '../../node/engines/patience.js';
import type { Numbers } from '../numbers.js';
import type { NumberEngine } from './numberEngine.js';

/** Numbers of an engine that may be down for a while: a request that fails is repeated, with the same id. */
export const patientNumbers = (engine: NumberEngine, scheduler?: SchedulerLike): Numbers =>
  new PatientNumbers(engine, scheduler);

class PatientNumbers implements Numbers {
  private readonly patience: Patience;

  constructor(
    private readonly engine: NumberEngine,
    scheduler: SchedulerLike | undefined,
  ) {
    this.patience = new Patience(
      defer(() => engine.ping()),
      scheduler,
    );
  }

  get problem(): unknown {
    return this.patience.problem;
  }

  next(messageId: string): Observable<number> {
    return defer(() => this.engine.ask(messageId)).pipe(this.patience.repeated());
  }
}
