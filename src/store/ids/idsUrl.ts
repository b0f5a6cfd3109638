import { type EngineUrl, engineUrl, type Scheme } from '../../node/engines/engineUrl.js';
import { NATS } from '../../node/engines/natsUrl.js';

const database: Scheme = {
  example: 'postgres://[USER@]HOST/DATABASE',
  path: /^[^/\s\0]*$/,
  needsNoHost: true,
  hasUser: true,
  variables: 'PGUSER and PGPASSWORD, or PGPASSFILE',
};

/** Parses the URL of an engine that numbers files. Throws TypeError. */
export const idsUrl = (text: string): EngineUrl =>
  engineUrl(text, { ...NATS, postgres: database, postgresql: database });
