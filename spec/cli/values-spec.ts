import { UsageError } from '../../src/cli/usageError.js';
import * as read from '../../src/cli/values.js';

/** The result of parsing a text: its value, or the message of its error. */
function outcome<T>(parse: read.Parse<T>, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

describe('port', () => {
  it.each([
    ['1', 1],
    ['80', 80],
    ['00080', 80],
    ['65535', 65_535],
  ])('accepts %j (S2)', (text, value) => {
    expect(outcome(read.port, text)).toBe(value);
  });

  it.each(
    ['-1', '0', '00000', '65536', '99999', '123456', '000080', 'abc', '80x', '0x50', '1e3', '8.0']
      .concat(['+80', '', ' ', ' 5', '5 ', '5\n', '٥'])
      .map((text) => [text]),
  )('refuses %j (S2)', (text) => {
    expect(outcome(read.port, text)).toBe(`bad port "${text}": expected 1 to 65535`);
  });
});

describe('portOrAny', () => {
  it('accepts 0, for which the system selects a free port', () => {
    expect(outcome(read.portOrAny, '0')).toBe(0);
    expect(outcome(read.portOrAny, '80')).toBe(80);
  });

  it.each(['-1', '65536', '000000', '', 'abc'])('refuses %j', (text) => {
    expect(outcome(read.portOrAny, text)).toBe(`bad port "${text}": expected 0 to 65535`);
  });
});

describe('duration', () => {
  it.each([
    ['10', 10_000],
    ['1.5', 1_500],
    ['1.005', 1_005],
    ['500ms', 500],
    ['10s', 10_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['596h', 2_145_600_000],
    ['2147483647ms', 2_147_483_647],
    ['0', Infinity],
    ['0s', Infinity],
  ])('reads %j as %d ms', (text, ms) => {
    expect(outcome(read.duration, text)).toBe(ms);
  });

  it.each(
    ['', 'soon', '-1', '+1', '1e3', '0x10', '10 s', ' 10', '.5', '5.', '10S', '3d', 'ms']
      .concat(['1constructor'])
      .map((text) => [text]),
  )('rejects %j', (text) => {
    expect(outcome(read.duration, text)).toBe(
      `bad duration "${text}": expected seconds, or 500ms, 10s, 2m, 1h`,
    );
  });

  it.each([['600h'], ['597h'], ['2147483648ms'], ['9'.repeat(400)]])(
    'rejects %j, which no timer can count, and names the maximum',
    (text) => {
      expect(outcome(read.duration, text)).toBe(`bad duration "${text}": expected at most 596h`);
    },
  );
});

describe('delay', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['30s', 30_000],
  ])('reads %j as %d ms: zero means no delay', (text, ms) => {
    expect(outcome(read.delay, text)).toBe(ms);
  });

  it('rejects a text that is not a duration', () => {
    expect(outcome(read.delay, 'soon')).toMatch('bad duration "soon"');
  });
});

describe('size', () => {
  it.each([
    ['0', 0],
    ['1000', 1_000],
    ['7B', 7],
    ['10kB', 10_000],
    ['10KB', 10_000],
    ['1.5KiB', 1_536],
    ['1.005kB', 1_005],
    ['8.7kB', 8_700],
    ['2.3GB', 2_300_000_000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['64KiB', 65_536],
    ['100MiB', 104_857_600],
    ['2GB', 2_000_000_000],
    ['1TiB', 1_099_511_627_776],
  ])('reads %j as %d bytes', (text, bytes) => {
    expect(outcome(read.size, text)).toBe(bytes);
  });

  it.each(
    ['', 'much', '-1', '1e3', '0x10', '1 KiB', '1k', '1kib', '1.5', '0.1KiB', 'KiB']
      .concat(['9007199254740992', '1constructor'])
      .map((text) => [text]),
  )('rejects %j', (text) => {
    expect(outcome(read.size, text)).toBe(
      `bad size "${text}": expected bytes, or 64KiB, 100MiB, 2GB`,
    );
  });
});

describe('sizeLimit', () => {
  it.each([
    ['0', Infinity],
    ['0MiB', Infinity],
    ['64KiB', 65_536],
  ])('reads %j as %d bytes: zero is off', (text, bytes) => {
    expect(outcome(read.sizeLimit, text)).toBe(bytes);
  });

  it('rejects a text that is not a size', () => {
    expect(outcome(read.sizeLimit, 'much')).toMatch('bad size "much"');
  });
});

describe('mode', () => {
  it.each([
    ['600', 0o600],
    ['0600', 0o600],
    ['0640', 0o640],
    ['777', 0o777],
  ])('reads %j in octal', (text, value) => {
    expect(outcome(read.mode, text)).toBe(value);
  });

  it.each([[''], ['60'], ['0o600'], ['0680'], ['1777'], ['00600'], ['rw-'], [' 600']])(
    'rejects %j',
    (text) => {
      expect(outcome(read.mode, text)).toBe(
        `bad mode "${text}": expected octal digits, such as 0640`,
      );
    },
  );
});

describe('count', () => {
  it.each([
    ['1', 1],
    ['010', 10],
    ['999999', 999_999],
  ])('reads %j', (text, value) => {
    expect(outcome(read.count, text)).toBe(value);
  });

  it.each([[''], ['0'], ['-1'], ['1.5'], ['1e3'], ['0x10'], ['many'], ['1000000']])(
    'rejects %j',
    (text) => {
      expect(outcome(read.count, text)).toBe(
        `bad number "${text}": expected a whole number from 1 to 999999`,
      );
    },
  );
});

describe('path', () => {
  it.each([['a.bin'], ['-'], ['--'], ['a b'], ['a\nb'], ['Prüfung ✓']])('accepts %j', (text) => {
    expect(outcome(read.path, text)).toBe(text);
  });

  it('accepts bytes that are not UTF-8', () => {
    expect(outcome(read.path, 'caf\udce9')).toStrictEqual(Buffer.from('caf\xe9', 'latin1'));
  });

  it.each([[''], ['a\0b']])('rejects %j, which is not a file name', (text) => {
    expect(outcome(read.path, text)).toBe('bad file name: it is empty or contains a NUL');
  });
});

describe('host', () => {
  it.each([['localhost'], ['127.0.0.1'], ['::1'], ['fe80::1%eth0'], ['xn--bcher-kva.example']])(
    'accepts %j',
    (text) => {
      expect(outcome(read.host, text)).toBe(text);
    },
  );

  it.each([[''], [' '], ['local host'], ['localhost\n'], ['a\0b'], ['caf\udce9']])(
    'rejects %j',
    (text) => {
      expect(outcome(read.host, text)).toBe(`bad host "${text}"`);
    },
  );
});

describe('rate', () => {
  it('accepts bytes per second, and reads 0 as no limit', () => {
    expect(outcome(read.rate, '1.5MiB')).toBe(1.5 * 2 ** 20);
    expect(outcome(read.rate, '0')).toBe(Infinity);
    expect(outcome(read.rate, 'fast')).toMatch(/^bad size "fast"/);
  });
});

describe('countOrNone', () => {
  it('accepts a whole number from 0', () => {
    expect(outcome(read.countOrNone, '0')).toBe(0);
    expect(outcome(read.countOrNone, '12')).toBe(12);
  });

  it.each([[''], ['-1'], ['1.5'], ['0x1'], ['1e3'], ['1000000']])('rejects %j', (text) => {
    expect(outcome(read.countOrNone, text)).toBe(
      `bad number "${text}": expected a whole number from 0`,
    );
  });
});

describe('networks', () => {
  it('accepts one or more', () => {
    expect(outcome(read.networks, '10.0.0.0/8')).toStrictEqual(['10.0.0.0/8']);
    expect(outcome(read.networks, '10.0.0.1,::/0')).toStrictEqual(['10.0.0.1', '::/0']);
  });

  it.each([
    ['', ''],
    ['10.0.0.1,', ''],
    ['localhost', 'localhost'],
    ['::1,10.0.0.0/33', '10.0.0.0/33'],
  ])('rejects %j', (text, bad) => {
    expect(outcome(read.networks, text)).toBe(
      `bad network "${bad}": expected 10.0.0.0/8, 2001:db8::/32, or an address`,
    );
  });
});

describe('oneOf', () => {
  const fruit = read.oneOf('apple', 'pear');

  it('accepts its words', () => {
    expect(outcome(fruit, 'pear')).toBe('pear');
  });

  it.each([['plum'], ['PEAR'], ['apple, pear'], ['']])('rejects %j', (text) => {
    expect(outcome(fruit, text)).toBe(`bad value "${text}": expected one of apple, pear`);
  });

  it.each([['Pear'], ['pea'], ['peer']])('suggests a word for %j', (text) => {
    expect(outcome(fruit, text)).toBe(
      `bad value "${text}": expected one of apple, pear (did you mean pear?)`,
    );
  });
});

describe('shellCommand', () => {
  it.each([['true'], ['a | b; c "$RXDROP_FILE"\nd, é']])('accepts %j', (text) => {
    expect(outcome(read.shellCommand, text)).toBe(text);
  });

  it.each([
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    ['caf\udce9', 'it is not UTF-8'],
    ['a\0b', 'it is not UTF-8'],
  ])('rejects %j', (text, reason) => {
    expect(outcome(read.shellCommand, text)).toBe(`bad command: ${reason}`);
  });
});

describe('names', () => {
  it.each([
    ['alice', ['alice']],
    ['alice,DNS:bob.example', ['alice', 'DNS:bob.example']],
    ['Doe\\, John,alice', ['Doe, John', 'alice']],
  ])('reads %j', (text, names) => {
    expect(outcome(read.names, text)).toStrictEqual(names);
  });

  it.each(['', ',', 'alice,', ',alice'])('refuses %j, in which a name is empty', (text) => {
    expect(outcome(read.names, text)).toBe(`bad names "${text}": one is empty`);
  });
});
