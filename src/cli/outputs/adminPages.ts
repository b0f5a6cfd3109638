import { defer, type Observable } from 'rxjs';
import manifest from '../../../package.json' with { type: 'json' };
import { admin, type AdminOptions } from '../../admin/admin.js';
import type { AdminCommand } from '../adminCommand.js';
import { explain } from '../explain.js';
import { readToken } from '../token.js';
import type { Output } from './output.js';
import { refusalText } from './refusalText.js';

/** Emits the output for the admin port once that port is listening. */
export const adminPages = (
  { port, host, tokenFile }: AdminCommand,
  options: Pick<AdminOptions, 'serving' | 'stop$'>,
): Observable<Output> =>
  defer(() =>
    admin({
      ...options,
      ...{ port, host, whyRefused: refusalText },
      token: tokenFile && readToken(tokenFile),
      version: manifest.version,
      whyFailed: ({ error, fileError }) =>
        fileError ? `could not be written: ${explain(fileError)}` : explain(error),
    }),
  );
