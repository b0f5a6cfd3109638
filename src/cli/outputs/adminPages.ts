import { defer, filter, ignoreElements, map, merge, type Observable, tap } from 'rxjs';
import manifest from '../../../package.json' with { type: 'json' };
import { admin, type AdminOptions } from '../../admin/admin.js';
import type { AdminCommand } from '../adminCommand.js';
import { explain } from '../explain.js';
import type { Print } from '../printer.js';
import { readToken } from '../token.js';
import { adminUrl } from './adminUrl.js';
import type { Output } from './output.js';
import { whyDown } from './engineText.js';
import { refusalText } from './refusalText.js';

/**
 * Emits the output for the admin port once that port is listening.
 *
 * @param print prints the URL of the page once the server listens
 */
export const adminPages = (
  command: AdminCommand,
  options: Pick<AdminOptions, 'serving' | 'stop$'>,
  print: Print,
): Observable<Output> =>
  defer(() => {
    const { port, host, tokenFile } = command;
    return admin({
      ...options,
      ...{ port, host, whyRefused: refusalText, whyDown },
      token: tokenFile && readToken(tokenFile),
      version: manifest.version,
      whyFailed: ({ error, fileError }) =>
        fileError ? `could not be written: ${explain(fileError)}` : explain(error),
    });
  }).pipe(
    map(
      ({ address, show }): Output =>
        (events$) =>
          merge(
            show(events$),
            events$.pipe(
              filter(({ type }) => type === 'listening'),
              tap(() => {
                print(adminUrl(command, address.port));
              }),
              ignoreElements(),
            ),
          ),
    ),
  );
