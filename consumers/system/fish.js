import { deepStrictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { requirePrograms } from '../requirePrograms.js';

/** @type {readonly (readonly [line: string, offered: readonly string[]])[]} */
const LINES = [
  ['rxdrop-server --on-', ['--on-idle']],
  ['rxdrop-server --on-idle ', ['error', 'keep']],
  ['rxdrop-server --on-idle=k', ['--on-idle=keep']],
  ['rxdrop-server --max-size ', []],
  ['rxdrop-server 5000 docs/op', ['docs/operators/']],
  ['rxdrop-server --mode 0640 -q 5000 docs/op', ['docs/operators/']],
  ['rxdrop-server --tls-cert pack', ['package.json', 'package-lock.json']],
  ['rxdrop-server -- --on-', []],
  ['rxdrop-server -- -5000 docs/op', ['docs/operators/']],
  ['rxdrop-client -j 4 host 5000 READ', ['README.md']],
];

/** fish offers the matching words. */
export default function fish() {
  requirePrograms('fish');
  for (const [line, offered] of LINES) {
    const script = `
      for program in rxdrop-server rxdrop-client; source completions/$program.fish; end
      complete -C $argv[1]`;
    const printed = execFileSync('fish', ['--no-config', '-c', script, line], { encoding: 'utf8' });
    const words = printed.split('\n').filter((word) => word !== '');
    deepStrictEqual(words.map((word) => word.split('\t')[0]).sort(), [...offered].sort(), line);
  }
}
