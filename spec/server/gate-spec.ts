import { Gate } from '../../src/server/gate.js';

const ONE = '192.0.2.1:40000';
const TWO = '192.0.2.2:40000';

describe('Gate', () => {
  it('refuses a connection above the limit, until one leaves', () => {
    const gate = new Gate({ maxConnections: 2 });
    gate.enter(ONE);
    expect(gate.refusal(TWO)).toBeUndefined();
    gate.enter(TWO);
    expect(gate.refusal(TWO)).toBe('MAX_CONNECTIONS');
    gate.leave(ONE);
    expect(gate.refusal(TWO)).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1:1', '192.0.2.1:2', TWO],
    ['an IPv6 address', '[2001:db8::1]:1', '[2001:db8::1]:2', '[2001:db8::2]:1'],
  ])('counts %s apart from others', (_, first, second, other) => {
    const gate = new Gate({ maxPerHost: 1 });
    gate.enter(first);
    expect(gate.refusal(second)).toBe('MAX_PER_HOST');
    expect(gate.refusal(other)).toBeUndefined();
    gate.leave(first);
    expect(gate.refusal(second)).toBeUndefined();
  });

  it('asks whether an address is admitted, and reports DENIED before any other refusal', () => {
    const asked: string[] = [];
    const admits = (address: string) => {
      asked.push(address);
      return address === '192.0.2.1';
    };
    const gate = new Gate({ admits, maxConnections: 0 });
    expect(['192.0.2.1:5', TWO, '[::1]:5'].map((peer) => gate.refusal(peer))).toStrictEqual([
      'MAX_CONNECTIONS',
      'DENIED',
      'DENIED',
    ]);
    expect(asked).toStrictEqual(['192.0.2.1', '192.0.2.2', '::1']);
  });

  it('refuses a peer whose address is not known, if connections from an address are counted', () => {
    expect(new Gate({ maxPerHost: 9 }).refusal('unknown:0')).toBe('UNKNOWN_PEER');
    expect(new Gate({ maxConnections: 9 }).refusal('unknown:0')).toBeUndefined();
  });

  it('admits all connections by default', () => {
    expect(new Gate({}).refusal(ONE)).toBeUndefined();
  });
});
