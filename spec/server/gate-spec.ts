import { Gate } from '../../src/server/gate.js';

const ONE = '192.0.2.1:40000';
const TWO = '192.0.2.2:40000';

describe('Gate', () => {
  it('refuses a connection above the limit, until one leaves', () => {
    const gate = new Gate({ maxConnections: 2 });
    const leave = gate.enter(ONE);
    expect(gate.refusal(TWO)).toBeUndefined();
    gate.enter(TWO);
    expect(gate.refusal(TWO)).toBe('MAX_CONNECTIONS');
    leave();
    expect(gate.refusal(TWO)).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1:1', '192.0.2.1:2', TWO],
    ['an IPv6 address', '[2001:db8::1]:1', '[2001:db8::1]:2', '[2001:db8::2]:1'],
  ])('counts %s apart from others', (_, first, second, other) => {
    const gate = new Gate({ maxPerHost: 1 });
    const leave = gate.enter(first);
    expect(gate.refusal(second)).toBe('MAX_PER_HOST');
    expect(gate.refusal(other)).toBeUndefined();
    leave();
    expect(gate.refusal(second)).toBeUndefined();
  });

  it('checks whether an address is admitted, and reports DENIED before any other refusal', () => {
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
    expect(new Gate({ isProxy: () => false }).refusal('unknown:0')).toBe('UNKNOWN_PEER');
    expect(new Gate({ maxRatePerHost: 9 }).refusal('unknown:0')).toBe('UNKNOWN_PEER');
    expect(new Gate({ maxConnections: 9 }).refusal('unknown:0')).toBeUndefined();
  });

  it('admits that many connections from an address in any minute, and does not count refusals', () => {
    let now = 0;
    const gate = new Gate({ maxRatePerHost: 2, clock: { now: () => now } });
    const arrive = (ms: number, peer = ONE) => {
      now = ms;
      const refusal = gate.refusal(peer);
      if (refusal === undefined) gate.enter(peer);
      return refusal ?? 'IN';
    };
    const full = 'MAX_RATE_PER_HOST';
    expect([0, 50_000, 50_001, 59_999].map((ms) => arrive(ms))).toStrictEqual([
      ...['IN', 'IN', full, full],
    ]);
    expect(arrive(59_999, TWO)).toBe('IN');
    expect([60_000, 60_001, 109_999, 110_000].map((ms) => arrive(ms))).toStrictEqual([
      ...['IN', full, full, 'IN'],
    ]);
  });

  it('recognizes proxies by their address, and counts their connections before it knows the senders', () => {
    const gate = new Gate({
      ...{ maxConnections: 2, maxPerHost: 1, maxRatePerHost: 1 },
      admits: (address) => address === '192.0.2.2',
      isProxy: (address) => address === '192.0.2.1',
    });
    expect([gate.isProxy(ONE), gate.isProxy(TWO)]).toStrictEqual([true, false]);
    gate.enter();
    expect(gate.refusalOfAny()).toBeUndefined();
    const leave = gate.enter();
    expect(gate.refusalOfAny()).toBe('MAX_CONNECTIONS');
    leave();
    expect(gate.refusal(TWO)).toBeUndefined();
    expect(gate.refusal(ONE)).toBe('DENIED');
    gate.enter(TWO);
    expect(gate.refusalOfAny()).toBe('MAX_CONNECTIONS');
  });

  it('admits all connections by default', () => {
    expect(new Gate({}).refusal(ONE)).toBeUndefined();
  });
});
