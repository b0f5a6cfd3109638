import type { Identity } from '../../identity.js';
import type { HandedOver } from '../../node/handOver.js';
import type { Guest } from '../receive.js';
import type { Member } from './pool.js';

/** A sender that a worker receives. */
export class RemoteSender implements Guest {
  readonly peer: string;
  readonly client: Identity | undefined;
  private member: Member | undefined;

  constructor(
    readonly job: number,
    readonly copy: HandedOver,
    { peer = copy.peer, client }: Partial<Pick<Guest, 'peer' | 'client'>> = {},
    member?: Member,
  ) {
    this.peer = peer;
    this.client = client;
    this.member = member;
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

  /** The same sender after its handshake, or its PROXY header. */
  prepared(facts: Pick<Guest, 'peer' | 'client'>): RemoteSender {
    const { member } = this;
    this.member = undefined;
    return new RemoteSender(this.job, this.copy, facts, member);
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
