import { addressFilter, isNetwork } from '../../src/node/index.js';

describe('addressFilter', () => {
  it.each([
    ['nothing', {}, ['10.1.2.3', '::1'], []],
    ['a network', { allow: ['10.0.0.0/8'] }, ['10.255.0.1'], ['11.0.0.1', '::1']],
    ['an address', { allow: ['::1', '10.0.0.1'] }, ['::1', '10.0.0.1'], ['::2', '10.0.0.2']],
    ['a denied network', { deny: ['2001:db8::/32'] }, ['::1', '10.0.0.1'], ['2001:db8:9::1']],
    [
      'a denied one within an allowed one',
      { allow: ['10.0.0.0/8'], deny: ['10.9.0.0/16'] },
      ['10.8.0.1'],
      ['10.9.0.1'],
    ],
    ['a link-local network', { allow: ['fe80::/10'] }, ['fe80::1%eth0'], ['fd00::1%eth0']],
  ])('admits and refuses addresses, given %s', (_, options, admitted, refused) => {
    const admits = addressFilter(options);
    expect(admitted.filter((address) => !admits(address))).toStrictEqual([]);
    expect(refused.filter((address) => admits(address))).toStrictEqual([]);
  });

  it.each([{ deny: ['10.0.0.0/8'] }, { allow: ['0.0.0.0/0', '::/0'] }])(
    'admits nobody without an address, given %j',
    (options) => {
      expect(addressFilter(options)('unknown')).toBe(false);
    },
  );

  it('throws for a text that is not a network', () => {
    expect(() => addressFilter({ deny: ['10.0.0.0/33'] })).toThrow('10.0.0.0/33 is no network');
  });
});

describe('isNetwork', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '10.1.2.3', '::/0', '2001:db8::/32', '::1', 'fe80::1/128'])(
    'knows %s for one',
    (text) => {
      expect(isNetwork(text)).toBe(true);
    },
  );

  it.each([
    '',
    '10.0.0.0/33',
    '::/129',
    '10.0.0/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'localhost',
    '::1 ',
  ])('rejects %j', (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});
