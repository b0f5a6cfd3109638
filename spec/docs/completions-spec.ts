import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cleanUp, directory } from '../support/programs.js';

/** What bash offers for the last word of a command line, whose words are as bash splits them. */
function completionsOf(words: readonly string[]): readonly string[] {
  const cwd = directory();
  mkdirSync(join(cwd, 'in box'));
  writeFileSync(join(cwd, 'a file.pem'), '');
  const [program = ''] = words;
  const script = `
    source '${resolve('completions', `${program}.bash`)}'
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    "$(complete -p ${program} | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-c', script, 'bash', ...words];
  const printed = execFileSync('bash', args, { cwd, encoding: 'utf8' });
  return printed.split('\n').filter((line) => line !== '');
}

describe('the completion of bash', () => {
  afterEach(cleanUp);

  it.each([
    [['rxdrop-server', '--on-'], ['--on-idle']],
    [
      ['rxdrop-server', '--on-idle', ''],
      ['error', 'keep'],
    ],
    [['rxdrop-server', '--on-idle', '=', 'k'], ['keep']],
    [
      ['rxdrop-server', '--on-idle', '='],
      ['error', 'keep'],
    ],
    [['rxdrop-server', '--help', '='], ['all']],
    [['rxdrop-server', '--', '--on-'], []],
    [['rxdrop-server', '--', '--on-idle', ''], ['in box']],
    [['rxdrop-server', '--', '--on-idle', '=', 'k'], []],
    [['rxdrop-server', '--on-idle', 'keep', '--', '5000', ''], ['in box']],
    [['rxdrop-server', '--max-size', ''], []],
    [['rxdrop-server', '--tls-cert', 'a'], ['a file.pem']],
    [['rxdrop-server', '--events', '=', 'a'], ['a file.pem']],
    [['rxdrop-server', ''], []],
    [['rxdrop-server', '5000', ''], ['in box']],
    [['rxdrop-server', '--events', '5000', ''], ['in box']],
    [['rxdrop-server', '--mode', '0640', '-q', '5000', ''], ['in box']],
    [['rxdrop-server', '--mode', '=', '0640', '5000', ''], ['in box']],
    [['rxdrop-server', '5000', 'inbox', ''], []],
    [['rxdrop-client', '--prog'], ['--progress']],
    [['rxdrop-client', '-j', '4', 'host', '5000', 'a'], ['a file.pem']],
    [['rxdrop-client', 'host', '5000', '-', 'a'], ['a file.pem']],
  ])('completes %j', (words, offered) => {
    expect(completionsOf(words)).toStrictEqual(offered);
  });
});
