import { readFileSync } from 'node:fs';
import type { EngineUrl } from './engineUrl.js';

/** How to reach a server of NATS, and who we are; variables as those of the program `nats`. */
export interface NatsAccess {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** The contents of a file of credentials. */
  readonly creds?: Uint8Array;
  readonly tls?: {
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
}

/** Throws if the file of credentials cannot be read. */
export function natsAccess(
  { scheme, hosts }: Pick<EngineUrl, 'scheme' | 'hosts'>,
  env: Readonly<Record<string, string | undefined>>,
): NatsAccess {
  const { NATS_USER: user, NATS_PASSWORD: pass, NATS_TOKEN: token, NATS_CREDS: creds } = env;
  const { NATS_CA: caFile, NATS_CERT: certFile, NATS_KEY: keyFile } = env;
  const files = {
    ...(caFile && { caFile }),
    ...(certFile && { certFile }),
    ...(keyFile && { keyFile }),
  };
  const isTls = scheme === 'tls' || Object.keys(files).length > 0;
  return {
    servers: [...hosts],
    ...(user && { user }),
    ...(pass && { pass }),
    ...(token && { token }),
    ...(creds && { creds: readFileSync(creds) }),
    ...(isTls && { tls: files }),
  };
}
