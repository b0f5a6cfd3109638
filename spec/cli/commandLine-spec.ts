import { type CommandLine, parse } from '../../src/cli/commandLine.js';
import { flag, value, withLetter } from '../../src/cli/option.js';
import { screenOf } from '../support/helpText.js';
import { UsageError } from '../../src/cli/usageError.js';
import { count, host } from '../../src/cli/values.js';

const options = {
  Words: {
    times: withLetter('t', value(count, 'How often', '1')),
    'last-words': value(host, 'What to say at the end'),
  },
  Sound: {
    loud: withLetter('l', flag('In capitals')),
  },
} as const;

const commandLine = {
  name: 'rxdrop-echo',
  usage: '<WORD>... [options]',
  minArgs: 1,
  maxArgs: 3,
  summary: 'Says words',
  description: ['It says what it is told.'],
  options,
  common: ['times'],
  examples: [['$0 hello', 'say hello']],
  topics: {
    Environment: { A_VARIABLE: 'A_VARIABLE_WITH_A_LONG_VALUE=1' },
    Files: { 'a.txt': 'the words' },
  },
  statuses: { 64: 'said nothing' },
  version: '1.2.3',
} satisfies CommandLine<typeof options>;

const read = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  parse(commandLine, argv, env);

function optionsOf(argv: readonly string[], env?: Readonly<Record<string, string>>): unknown {
  const parsed = read(['hello', ...argv], env);
  return parsed.text ?? parsed.options;
}

const DEFAULTS = { times: 1, lastWords: undefined, loud: false };

describe('parse', () => {
  it('distinguishes arguments from options, in any order', () => {
    const inTurn = read(['hello', '--times', '2', 'world', '--loud']);
    const apart = read(['hello', 'world', '--loud', '--times=2']);
    expect(inTurn).toStrictEqual({
      args: ['hello', 'world'],
      options: { times: 2, lastWords: undefined, loud: true },
    });
    expect(apart).toStrictEqual(inTurn);
  });

  it('uses the default of an option that is missing', () => {
    expect(optionsOf([])).toStrictEqual(DEFAULTS);
  });

  it('uses the last value of a repeated option', () => {
    expect(optionsOf(['--times', '2', '--times', '3', '--loud', '--loud'])).toStrictEqual({
      ...DEFAULTS,
      times: 3,
      loud: true,
    });
  });

  it.each([['-'], [''], ['0x50'], ['1e3'], ['007'], ['-1'], ['a b'], ['true']])(
    'leaves the argument %j as it is',
    (word) => {
      expect(read(['first', word, 'last'])).toHaveProperty('args', ['first', word, 'last']);
    },
  );

  it.each([['--'], ['--loud'], ['--times'], ['--help'], ['--loud=1'], ['-x'], ['-']])(
    'takes %j for an argument behind "--"',
    (word) => {
      expect(read(['first', '--', word, 'last'])).toStrictEqual({
        args: ['first', word, 'last'],
        options: DEFAULTS,
      });
    },
  );

  it.each([['true'], ['false']])('treats %j after a flag as an argument', (word) => {
    expect(read(['--loud', word])).toStrictEqual({
      args: [word],
      options: { ...DEFAULTS, loud: true },
    });
  });

  it.each([
    ['an unknown option', ['hello', '--nonsense'], 'unknown option --nonsense'],
    ['an unknown letter', ['hello', '-x'], 'unknown option -x (a file of that name is ./-x, or'],
    ['an unknown short word', ['hello', '-dash'], 'unknown option -dash (a file of that name is'],
    ['an unknown letter beside a known one', ['hello', '-lx'], 'unknown option -lx (a file'],
    ['an option with one dash', ['hello', '-loud'], 'option -loud (did you mean --loud?)'],
    ['a letter with a value that takes none', ['hello', '-l=1'], 'unknown option -l=1 (a file'],
    ['a letter in the place of a name', ['hello', '--l'], 'unknown option --l'],
    ['a letter without its value', ['hello', '-t'], 'takes a value'],
    ['nothing but dashes', ['hello', '---'], 'unknown option ---'],
    ['no name before a value', ['hello', '--=1'], 'unknown option --'],
    ['a name of every object', ['hello', '--toString'], 'unknown option --toString'],
    ['a mistyped option', ['hello', '--tims=2'], 'unknown option --tims (did you mean --times?)'],
    ['letters in another order', ['hello', '--verison'], 'did you mean --version?)'],
    [
      'two letters of a short option that are swapped',
      ['hello', '--hepl'],
      'did you mean --help?)',
    ],
    ['the beginning of an option', ['hello', '--last'], 'did you mean --last-words?)'],
    ['part of an option', ['hello', '--time', '2'], 'unknown option --time'],
    ['"no" before an option', ['hello', '--no-loud'], 'unknown option --no-loud'],
    ['an option without its value', ['hello', '--times'], 'option --times takes a value'],
    ['an option whose value is empty', ['hello', '--times='], 'bad number ""'],
    ['a value that is bad', ['hello', '--times', 'x'], 'bad number "x"'],
    ['a flag with a value', ['hello', '--loud=1'], 'option --loud takes no value'],
    ['help of another kind', ['hello', '--help=al'], 'expected all (did you mean all?)'],
    ['version with a value', ['hello', '--version=1'], 'option --version takes no value'],
    ['missing arguments', [], 'missing arguments: rxdrop-echo <WORD>... [options]'],
    [
      'too many arguments',
      ['a', 'b', 'c', 'd'],
      'too many arguments: rxdrop-echo <WORD>... [options]',
    ],
  ])('rejects %s (S2, C2)', (_, argv, line) => {
    const reading = () => read(argv);
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(line);
  });

  it.each([
    [['-l'], { loud: true }],
    [['-t', '2'], { times: 2 }],
    [['-t2'], { times: 2 }],
    [['-t=2'], { times: 2 }],
    [['-lt2'], { times: 2, loud: true }],
    [['-l', '--times', '2', '-t', '3'], { times: 3, loud: true }],
  ])('accepts the letters of %j', (argv, changed) => {
    expect(read(['hello', ...argv])).toStrictEqual({
      args: ['hello'],
      options: { ...DEFAULTS, ...changed },
    });
  });

  it('suggests no option that is far from what was written', () => {
    for (const word of ['--nonsense', '--x', '--no-loud'])
      expect(() => read(['hello', word])).toThrow(/^unknown option --[a-z-]+$/);
  });

  it('reads an option from its environment variable', () => {
    const env = { RXDROP_ECHO_TIMES: '2', RXDROP_ECHO_LAST_WORDS: 'bye', RXDROP_ECHO_LOUD: '1' };
    expect(optionsOf([], env)).toStrictEqual({ times: 2, lastWords: 'bye', loud: true });
  });

  it('prefers a flag to its environment variable, even to a bad one', () => {
    expect(optionsOf(['--times', '3'], { RXDROP_ECHO_TIMES: '2' })).toHaveProperty('times', 3);
    expect(optionsOf(['--times', '3'], { RXDROP_ECHO_TIMES: 'x' })).toHaveProperty('times', 3);
    expect(optionsOf(['--loud'], { RXDROP_ECHO_LOUD: '0' })).toHaveProperty('loud', true);
  });

  it('reads 1 and 0 for a flag in the environment', () => {
    expect(optionsOf([], { RXDROP_ECHO_LOUD: '1' })).toHaveProperty('loud', true);
    expect(optionsOf([], { RXDROP_ECHO_LOUD: '0' })).toHaveProperty('loud', false);
  });

  it.each([
    ['RXDROP_ECHO_LOUD', 'yes', 'bad RXDROP_ECHO_LOUD "yes": expected 1 or 0'],
    ['RXDROP_ECHO_LOUD', 'true', 'bad RXDROP_ECHO_LOUD "true": expected 1 or 0'],
    ['RXDROP_ECHO_LOUD', '', 'RXDROP_ECHO_LOUD is empty: set it to a value, or unset it'],
    ['RXDROP_ECHO_TIMES', '', 'RXDROP_ECHO_TIMES is empty: set it to a value, or unset it'],
    ['RXDROP_ECHO_LAST_WORDS', 'caf\uFFFD', 'RXDROP_ECHO_LAST_WORDS is not UTF-8'],
    ['RXDROP_ECHO_TIMES', 'x', 'RXDROP_ECHO_TIMES: bad number "x": expected a whole number from 1'],
  ])('names %s if %j is not a value for it', (variable, value, line) => {
    const reading = () => optionsOf([], { [variable]: value });
    expect(reading).toThrow(UsageError);
    expect(reading).toThrow(line);
  });

  it('ignores variables of other names, such as those of a Kubernetes service of that name', () => {
    const env = {
      RXDROP_ECHO_PORT: 'tcp://10.0.0.1:80',
      RXDROP_ECHO_PORT_5000_TCP_ADDR: '10.0.0.1',
      RXDROP_ECHO_SERVICE_HOST: '10.0.0.1',
      RXDROP_ECHO_SERVICE_PORT: '',
      RXDROP_ECHO_NONSENSE: '1',
      RXDROP_TIMES: '2',
      TIMES: '2',
      rxdrop_echo_times: '2',
    };
    expect(optionsOf([], env)).toStrictEqual(DEFAULTS);
  });

  it.each([[['--times', 'x']], [['--times']], [['a', 'b', 'c', 'd']], [['-V']]])(
    'ignores everything else if help is requested: %j',
    (others) => {
      expect(read(['--help', ...others], { RXDROP_ECHO_LOUD: 'yes' })).toStrictEqual(read(['-h']));
    },
  );

  it('prints the common options with --help', () => {
    expect(read(['--help']).text).toBe(`Usage: rxdrop-echo <WORD>... [options]
Says words.

Examples:
  rxdrop-echo hello  say hello

Common options:
  -t, --times N  How often [1]

T: 500ms, 10s, 2m (or seconds); B: 64KiB, 2GB; 0: no limit; [default]
--help=all shows all options, and man rxdrop-echo is the manual.`);
  });

  it('breaks lines between words on a narrow screen', () => {
    const { text = '' } = parse(commandLine, ['--help=all'], {}, () => 36);
    expect(text).toContain(`Usage: rxdrop-echo <WORD>...
[options]
Says words.
`);
    expect(text).toContain(`
      --last-words HOST
      What to say at the end
`);
    expect(text).toContain(`
  64  said nothing
`);
    expect(screenOf(text).columns).toBeLessThanOrEqual(36);
  });

  it('breaks no word that is wider than the right column', () => {
    const { text = '' } = parse(commandLine, ['--help=all'], {}, () => 38);
    expect(text).toContain(`
  A_VARIABLE
      A_VARIABLE_WITH_A_LONG_VALUE=1
`);
    expect(screenOf(text).columns).toBeLessThanOrEqual(38);
  });

  it('uses no more than 80 columns of a wide screen', () => {
    const wide = parse(commandLine, ['--help=all'], {}, () => 200);
    expect(wide).toStrictEqual(read(['--help=all']));
  });

  it('prints all options, the description and the statuses with --help=all', () => {
    expect(read(['--help=all']).text).toBe(`Usage: rxdrop-echo <WORD>... [options]
Says words.

It says what it is told.

Examples:
  rxdrop-echo hello  say hello

Words:
  -t, --times N             How often [1]
      --last-words HOST     What to say at the end

Sound:
  -l, --loud                In capitals
  -h, --help[=all]          Print the usual options, or all
  -V, --version             Print the version

Environment:
  A_VARIABLE  A_VARIABLE_WITH_A_LONG_VALUE=1

Files:
  a.txt  the words

Exit statuses:
  64  said nothing

Manual: man rxdrop-echo. Bugs: npm bugs rxdrop`);
  });

  it('prints the version', () => {
    expect(read(['--version'])).toStrictEqual({ text: '1.2.3' });
    expect(read(['-V'])).toStrictEqual({ text: '1.2.3' });
  });

  it.each([['-h'], ['-lh'], ['-hl']])('accepts %s for --help', (word) => {
    expect(read([word])).toStrictEqual(read(['--help']));
  });
});
