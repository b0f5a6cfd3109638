/** An engine at its address: one or more hosts, and what is used there. It has no password. */
export interface EngineUrl {
  readonly scheme: string;
  /** The hosts, each with its port if it has one. */
  readonly hosts: readonly string[];
  /** What follows the hosts, without `/`: a stream, or a database. */
  readonly path: string;
  /** What follows `?`. */
  readonly query: string;
}

/** What the URLs of a scheme look like. */
export interface Scheme {
  readonly example: string;
  readonly path: RegExp;
  /** The hosts may be in the query, or be left to the client of the engine. */
  readonly needsNoHost?: boolean;
  /** Its user, who is no secret, may be in the URL. */
  readonly hasUser?: boolean;
  /** The variables with the user and the password. */
  readonly variables: string;
}

/**
 * Parses the URL of an engine, which may have several hosts: `nats://a,b:4223/stream`.
 *
 * @throws TypeError if it is none of these schemes, or has a password: everybody on the machine can read the arguments
 * of a program. The message repeats nothing of the URL.
 */
export function engineUrl(text: string, schemes: Readonly<Record<string, Scheme>>): EngineUrl {
  const { scheme = '', user, hosts = '', path = '', query = '' } = URL.exec(text)?.groups ?? {};
  const known = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  const hasSecret =
    (user !== undefined && (user.includes(':') || !known?.hasUser)) ||
    [...new URLSearchParams(query).keys()].some((key) => SECRET.test(key));
  if (hasSecret)
    throw new TypeError(
      `a URL with a password, or a user: others on this machine can read it${known ? ` (use ${known.variables})` : ''}`,
    );
  const list = hosts.split(',');
  const areHosts = list.every((host) => HOST.test(host)) || (hosts === '' && known?.needsNoHost);
  if (!known?.path.test(path) || !areHosts) {
    const examples = new Set(Object.values(schemes).map(({ example }) => example));
    throw new TypeError(`bad URL: expected ${[...examples].join(' or ')}`);
  }
  return { scheme, hosts: list.filter(Boolean), path, query };
}

const URL =
  /^(?<scheme>[a-z]+):\/\/(?:(?<user>.*)@)?(?<hosts>[^/?#@]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;

const HOST = /^(?:[\w.-]+|\[[\dA-Fa-f:.]+\])(?::\d{1,5})?$/;

const SECRET = /^(?:\w*password|pass|token)$/i;
