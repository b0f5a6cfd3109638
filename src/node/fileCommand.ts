import type { Observable } from 'rxjs';
import { command, type CommandOptions, type CommandResult, type Environment } from './command.js';
import type { Identity } from '../identity.js';
import type { Path } from './pathText.js';

/** What is known of a received file. */
export interface ReceivedFile {
  /** The absolute path at which it can be read. */
  readonly file: Path;
  /** Its size. */
  readonly bytes: number;
  /** The sender's address and port. */
  readonly peer: string;
  /** The number of the file, if it is known by now. */
  readonly id?: number | undefined;
  /** Its SHA-256 in hex, if the server computes it. */
  readonly sha256?: string | undefined;
  /** The sender's identity, if it has presented a certificate that we trust. */
  readonly client?: Identity | undefined;
}

/** Runs a command about a file. The sender's data is in its environment alone, and never in its text. */
export const fileCommand = (
  line: string,
  facts: ReceivedFile,
  options?: Pick<CommandOptions, 'abort$'>,
): Observable<CommandResult> => command(line, { ...options, env: environmentOf(facts) });

const environmentOf = ({ file, bytes, peer, id, sha256, client }: ReceivedFile): Environment => ({
  RXDROP_FILE: file,
  RXDROP_BYTES: String(bytes),
  RXDROP_PEER: peer,
  RXDROP_ID: id?.toString(),
  RXDROP_SHA256: sha256,
  RXDROP_CN: client?.name,
});
