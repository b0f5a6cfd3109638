/** Without an idle timeout, only TCP keep-alive detects that a peer has disappeared: after these milliseconds. */
export const keepAliveOf = ({
  idleTimeout,
}: {
  readonly idleTimeout?: number | undefined;
}): number | undefined => (idleTimeout === Infinity ? KEEP_ALIVE_MS : undefined);

const KEEP_ALIVE_MS = 10_000;
