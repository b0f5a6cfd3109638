import { isIP } from 'node:net';
import { addressFilter } from '../node/addresses.js';
import type { Path } from '../node/pathText.js';
import { UsageError } from './usageError.js';

/** The options of the admin port, if one is requested. */
export interface AdminCommand {
  readonly port: number;
  readonly host: string | undefined;
  readonly tokenFile: Path | undefined;
}

type Given = Omit<AdminCommand, 'port'> & { readonly port: number | undefined };

/**
 * Returns the options of the admin port; `undefined` if none is requested.
 *
 * @throws UsageError if the options do not fit together
 */
export function adminCommand({ port, host, tokenFile }: Given): AdminCommand | undefined {
  if (port === undefined) {
    if (host !== undefined) throw new UsageError('--admin-host needs --admin-port');
    if (tokenFile !== undefined) throw new UsageError('--admin-token-file needs --admin-port');
    return undefined;
  }
  if (host !== undefined && tokenFile === undefined && !isLoopback(host))
    throw new UsageError(
      `--admin-host ${host} can be reached from other machines: it needs --admin-token-file`,
    );
  return { port, host, tokenFile };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && addressFilter(LOOPBACK)(host));

/** Networks rather than their filter: for the first IPv6 address, Node compiles an expression for 3 ms. */
const LOOPBACK = { allow: ['127.0.0.0/8', '::1'] };
