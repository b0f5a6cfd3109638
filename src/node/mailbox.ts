import { Observable, type Subscriber } from 'rxjs';

/** A message about one job. */
export interface AboutJob {
  readonly job: number;
}

/**
 * The messages of another process, for those who wait for them: each job has one subscriber, which is found at once,
 * however many there are.
 *
 *     messages    --1--2--1--
 *     of(1)       --1-----1--
 */
export class Mailbox<M extends AboutJob> {
  private readonly subscribers = new Map<number, Subscriber<M>>();
  /** Why no more messages come. */
  private error: Error | undefined;

  /** Emits the messages about a job. `ask` is called once they can come. */
  of(job: number, ask: () => void = () => undefined): Observable<M> {
    return new Observable((subscriber) => {
      if (this.error) throw this.error;
      this.subscribers.set(job, subscriber);
      ask();
      return () => {
        // The next step of a job may be subscribed before this one ends.
        if (this.subscribers.get(job) === subscriber) this.subscribers.delete(job);
      };
    });
  }

  /** Messages about other jobs are ignored: their subscriber has left. */
  deliver(message: M): void {
    this.subscribers.get(message.job)?.next(message);
  }

  /** No more messages come. */
  close(error: Error): void {
    this.error = error;
    for (const subscriber of this.subscribers.values()) subscriber.error(error);
  }
}
