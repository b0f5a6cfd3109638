import { deepStrictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { requirePrograms } from '../requirePrograms.js';

/** @type {readonly (readonly [line: string, completed: string])[]} */
const LINES = [
  ['rxdrop-server --on-i', 'rxdrop-server --on-idle='],
  ['rxdrop-server --on-idle=k', 'rxdrop-server --on-idle=keep'],
  ['rxdrop-server --on-idle k', 'rxdrop-server --on-idle keep'],
  ['rxdrop-server --tls-cert READ', 'rxdrop-server --tls-cert README.md'],
  ['rxdrop-server --events=READ', 'rxdrop-server --events=README.md'],
  ['rxdrop-server --max-size READ', 'rxdrop-server --max-size READ'],
  ['rxdrop-server 5000 docs/oper', 'rxdrop-server 5000 docs/operators/'],
  [
    'rxdrop-server --mode 0640 -q 5000 docs/oper',
    'rxdrop-server --mode 0640 -q 5000 docs/operators/',
  ],
  ['rxdrop-server --help=a', 'rxdrop-server --help=all'],
  ['rxdrop-server -- --on-', 'rxdrop-server -- --on-'],
  ['rxdrop-client -j4 host 5000 READ', 'rxdrop-client -j4 host 5000 README.md'],
];

/**
 * Completes a line in an interactive zsh, which then prints it.
 *
 * @param {string} line
 */
function completed(line) {
  const script = `
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell 'PROMPT=; bindkey -e; fpath=($PWD/completions $fpath); autoload -Uz compinit; compinit -u -D'
    zpty -w shell 'show() { zle -I; print -r -- "<\${BUFFER% }>"; BUFFER=; }; zle -N show; bindkey "^X" show; print re"ady"'
    zpty -r -m shell ready '*ready*'
    zpty -w -n shell "$1"$'\\t\\x18'
    zpty -r -m shell printed $'*<*>[\\r\\n]*'
    print -r -- "$printed"`;
  const printed = execFileSync('zsh', ['-f', '-c', script, 'zsh', line], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return /<(?<line>[^<>]*)>/.exec(printed)?.groups?.line;
}

/** zsh completes lines with the matching word. */
export default function zsh() {
  requirePrograms('zsh');
  for (const [line, expected] of LINES) deepStrictEqual(completed(line), expected);
}
