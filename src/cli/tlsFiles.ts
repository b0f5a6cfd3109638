import { TlsError } from '../errors.js';
import { checkTls } from '../node/tls.js';
import { explain } from './explain.js';
import { readInput } from './readInput.js';
import { UsageError } from './usageError.js';
import type { Path } from '../node/pathText.js';

/** The paths of the files for TLS on a command line. */
export interface TlsPaths {
  readonly cert?: Path | undefined;
  readonly key?: Path | undefined;
  readonly ca?: Path | undefined;
}

/** The paths of a server. */
export interface ServerPaths extends TlsPaths {
  readonly cert: Path;
  readonly key: Path;
}

/** Returns the paths on a server's command line, and `undefined` if it does not ask for TLS. Throws UsageError. */
export function tlsOfServer(
  { cert, key, ca }: TlsPaths,
  allowed?: readonly string[],
): ServerPaths | undefined {
  if (allowed && ca === undefined) throw new UsageError('--tls-allow needs --tls-ca, too');
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UsageError('TLS needs both --tls-cert and --tls-key');
  return { cert, key, ca };
}

/** The same for a client, which needs no certificate and asks for TLS with `--tls`. */
export function tlsOfClient<P extends TlsPaths>(enabled: boolean, paths: P): P | undefined {
  const option = Object.keys(paths).find((name) => paths[name as keyof P] !== undefined);
  if (!enabled && option !== undefined) throw new UsageError(`--tls-${option} needs --tls`);
  if ((paths.cert === undefined) !== (paths.key === undefined))
    throw new UsageError('--tls-cert and --tls-key need each other');
  return enabled ? paths : undefined;
}

/** The contents of the files in place of their paths. */
export type TlsContents<P extends TlsPaths> = {
  readonly [K in keyof P]: Exclude<P[K], Buffer>;
};

/** Reads the files. Throws NoInputError, and UsageError if they cannot be used. */
export function readTls<P extends TlsPaths>(paths: P): TlsContents<P> {
  const files = {
    cert: paths.cert && readInput(paths.cert),
    key: paths.key && readInput(paths.key),
    ca: paths.ca && readInput(paths.ca),
  };
  try {
    checkTls(files);
  } catch (cause) {
    if (!(cause instanceof TlsError)) throw cause;
    throw new UsageError(
      `cannot use the files of --tls-cert, --tls-key, --tls-ca: ${explain(cause)}`,
      {
        cause,
      },
    );
  }
  return { ...paths, ...files } as TlsContents<P>;
}
