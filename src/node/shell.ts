import type { ChildProcess } from 'node:child_process';
import { delayWhen, fromEvent, map, merge, type Observable, race, take, timer } from 'rxjs';
import { CommandError } from '../errors.js';
import { type OutputTail, outputTail } from './outputTail.js';

/** How a command ended. */
export interface CommandResult {
  /** Its exit status; `undefined` if a signal ended it. */
  readonly status?: number | undefined;
  /** The signal that ended it. */
  readonly signal?: NodeJS.Signals | undefined;
  /** The last 4 KiB of what it printed, on stdout and stderr. */
  readonly output: string;
}

/** Values of environment variables. A Buffer is a path that is not UTF-8; `undefined` removes a variable. */
export type Environment = Readonly<Record<string, string | Buffer | undefined>>;

/** `sh -c` in a process group of its own, with nothing to read. */
export class Shell {
  /** @throws CommandError, here or from `exit$`, if it cannot be started */
  static start(line: string, env: Environment): Shell {
    try {
      return new Shell(line, env);
    } catch (cause) {
      throw new CommandError({ cause });
    }
  }

  /** Emits how it ended; to be subscribed at once. */
  readonly exit$: Observable<CommandResult>;
  private readonly child: ChildProcess;
  private readonly tail: OutputTail;

  private constructor(line: string, env: Environment) {
    const { spawn } = process.getBuiltinModule('node:child_process');
    const child = spawn('sh', ['-c', scriptOf(line, env)], {
      detached: true,
      env: { ...inherited(), ...asText(env) },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    // Errors may come at any time, and nobody listens after the end.
    child.on('error', () => undefined);
    this.child = child;
    this.tail = outputTail(child.stdout, child.stderr);
    this.exit$ = exitOf(child).pipe(map((end) => ({ ...end, output: this.tail.text() })));
  }

  /** Whether a process of the group is left. */
  get isAlive(): boolean {
    return this.send(0);
  }

  /** Sends a signal to every process of the group. */
  signal(name: NodeJS.Signals): void {
    if (!this.send(name)) this.child.kill(name);
  }

  /** Kills what is left of the group, and reads no more. */
  close(): void {
    this.signal('SIGKILL');
    this.tail.close();
  }

  private send(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.child;
    try {
      return pid !== undefined && process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}

/**
 * The end of the shell, with all that it printed. A process that goes on in the background may keep its output open,
 * and is not waited for.
 */
const exitOf = (child: ChildProcess) =>
  merge(
    fromEvent(child, 'exit'),
    fromEvent(child, 'error').pipe(
      map((cause) => {
        throw new CommandError({ cause });
      }),
    ),
  ).pipe(
    take(1),
    delayWhen(() => race(fromEvent(child, 'close'), timer(OUTPUT_MS))),
    map(() => ({
      status: child.exitCode ?? undefined,
      signal: child.signalCode ?? undefined,
    })),
  );

/** The environment of this process, without the options of the server: they may be secret. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('RXDROP_SERVER_')),
  );

/** Node takes text only: each byte of a Buffer is spelled for `printf`. No variable can hold a NUL. */
const asText = (env: Environment): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      typeof value === 'object'
        ? Array.from(value, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
        : value?.replaceAll('\0', ''),
    ]),
  );

/**
 * The command, after what turns spelled bytes into bytes. Its two outputs are one, in the order in which it prints; on
 * the same line, so that the shell counts lines as they were written.
 */
const scriptOf = (line: string, env: Environment): string =>
  [
    'exec 2>&1',
    ...Object.entries(env)
      .filter(([, value]) => typeof value === 'object')
      .map(([name]) => `export ${name}="$(printf "$${name}")"`),
    line,
  ].join('; ');

/** What the shell has printed by its end is in its pipes then, and read in less. */
const OUTPUT_MS = 50;
