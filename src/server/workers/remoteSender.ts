import type { Identity } from '../../identity.js';
import type { HandedOver } from '../../node/handOver.js';
import type { Guest } from '../receive.js';
import type { Member } from './pool.js';

/** A sender that a worker receives. */
export class RemoteSender implements Guest {
  private member: Member | undefined;

  constructor(
    readonly job: number,
    readonly copy: HandedOver,
    readonly client?: Identity,
    member?: Member,
  ) {
    this.member = member;
  }

  get peer(): string {
    return this.copy.peer;
  }

  /** The worker that has it. */
  get owner(): Member | undefined {
    return this.member;
  }

  /** A worker has it from now on. */
  join(member: Member): void {
    this.member = member;
    member.connections++;
  }

  /** The same sender after its handshake. */
  secured(client: Identity | undefined): RemoteSender {
    const { member } = this;
    this.member = undefined;
    return new RemoteSender(this.job, this.copy, client, member);
  }

  /** The worker has ended the connection, or died. */
  leave(): void {
    if (this.member) this.member.connections--;
    this.member = undefined;
  }

  /** Aborts it before its transfer has begun. */
  abort(): void {
    this.member?.worker.send({ type: 'drop', job: this.job });
    this.leave();
    this.copy.abort();
  }
}
