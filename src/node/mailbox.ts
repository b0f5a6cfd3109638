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
  private readonly boxes = new Map<number, Box<M>>();
  /** Why no more messages come. */
  private error: Error | undefined;

  /** Emits the messages about a job. `ask` is called once they can come. */
  of(job: number, ask: () => void = () => undefined): Observable<M> {
    return new Observable((subscriber) => {
      if (this.error) throw this.error;
      const box: Box<M> = { subscriber };
      this.boxes.set(job, box);
      ask();
      return () => {
        box.subscriber = undefined;
        // The next step of a job may be subscribed before this one ends.
        if (this.boxes.get(job) === box) this.boxes.delete(job);
      };
    });
  }

  /** Messages about other jobs are ignored: their subscriber has left. */
  deliver(message: M): void {
    this.boxes.get(message.job)?.subscriber?.next(message);
  }

  /** No more messages come. */
  close(error: Error): void {
    this.error = error;
    for (const { subscriber } of this.boxes.values()) subscriber?.error(error);
  }
}

/**
 * What a map has of a job. V8 moves the entries of a map to another place whenever some were deleted, and the former
 * place keeps what it had until all memory is collected. So it has a box, which is empty by then, and not all that a
 * job had.
 */
interface Box<M> {
  subscriber: Subscriber<M> | undefined;
}
