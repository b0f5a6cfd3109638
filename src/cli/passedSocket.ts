import { UsageError } from './usageError.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the socket that systemd passes to a service, as sd_listen_fds(3) defines it. The variables are only for
 * the process that they name, because its children inherit them.
 *
 * @throws UsageError if there is not exactly one
 */
export function passedSocket(env: Environment, pid: number): { readonly fd: number } {
  const count = env.LISTEN_PID === String(pid) ? Number(env.LISTEN_FDS) : 0;
  if (count === 1) return { fd: FIRST_PASSED_FD };
  throw new UsageError(
    count > 1
      ? `PORT is -, but systemd passed ${count} sockets: expected one`
      : 'PORT is -, but systemd passed no socket to this process (LISTEN_FDS, LISTEN_PID)',
  );
}

const FIRST_PASSED_FD = 3;

/** The variables that describe passed sockets. They mean nothing to the children of the process. */
export const PASSED_SOCKET_VARIABLES = [
  'LISTEN_FDS',
  'LISTEN_PID',
  'LISTEN_FDNAMES',
  'LISTEN_PIDFDID',
] as const;
