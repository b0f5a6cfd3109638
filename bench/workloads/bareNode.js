/**
 * Node that does nothing, from its start to its end: what every program in it costs at the least.
 *
 * @param {import('../fixture.js').Fixture} fixture
 */
export const bareNode = (fixture) => ({
  name: 'node -e 0',
  limit: true,
  async run() {
    const node = await fixture.start({ command: process.execPath, args: ['-e', '0'] });
    const { startedAt, endedAt } = await node.usage;
    return { ms: 1_000 * (endedAt - startedAt) };
  },
});
