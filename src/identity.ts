/** The identity in the certificate of a client. */
export interface Identity {
  /** The common name of its subject, if it has one. */
  readonly name?: string;
  /** Its alternative names, as Node prints them: `DNS:alice.example`, `IP Address:192.0.2.1`. */
  readonly names: readonly string[];
  /** The SHA-256 of the certificate, as pairs of hex digits with colons between them. */
  readonly fingerprint: string;
}

/** The name to show for a client: its common name, else its first alternative name. */
export const displayName = (client: Identity | undefined): string | undefined =>
  client?.name ?? client?.names[0];
