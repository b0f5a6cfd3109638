import { isIPv6 } from 'node:net';
import { pathText } from '../../node/pathText.js';
import { escapeControls } from '../../node/escapeControls.js';
import type { AdminCommand } from '../adminCommand.js';

/**
 * Returns the line with the URL of the live page, for people. The token is a secret, which must not stay on a screen or
 * in a log, so the line has the name of its file instead.
 *
 * @param port the port that the system has selected, if the command asks for port 0
 */
export function adminUrl({ host = '127.0.0.1', tokenFile }: AdminCommand, port: number): string {
  const name = WILDCARDS.has(host) ? 'localhost' : host;
  const url = `http://${isIPv6(name) ? `[${name}]` : escapeControls(name)}:${port}/`;
  return tokenFile === undefined
    ? `live page at ${url}`
    : `live page at ${url}?token=TOKEN, with the TOKEN of ${escapeControls(pathText(tokenFile))}`;
}

/** Addresses to bind that are not addresses to connect to. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);
