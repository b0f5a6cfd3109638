/**
 * A name without a name server. That is not an unknown host, and our client exits after its timeout.
 *
 * @param {import('./stage.js').Stage} here
 * @param {string[]} under a container, whose name server is an address where nobody is
 */
export async function unanswered(here, under) {
  const since = performance.now();
  const args = ['--timeout', '2s'];
  const { status, stderr } = await here.client({ port: 9, host: 'no-answer.test', under, args });
  const seconds = (performance.now() - since) / 1_000;
  // It has never reached a server.
  here.ledger.entries.pop();
  here.expect(
    status !== 0 && status !== 68 && /^ERROR: .*\n$/.test(stderr),
    `without a name server a client ends with ${status}: ${stderr.trim()}`,
  );
  here.expect(seconds < 8, `without a name server a client is gone after ${seconds.toFixed(1)} s`);
}
