/**
 * Opens silent connections, and lets them go after use.
 *
 * @template T
 * @param {import('../fixture.js').Fixture} fixture
 * @param {{ port: string, count: number }} what
 * @param {(held: import('../metered.js').Metered) => Promise<T>} use once all of them are open
 * @returns {Promise<T>}
 */
export async function holding(fixture, { port, count }, use) {
  const [command = '', ...first] = fixture.tools.hold;
  const held = await fixture.start({ command, args: [...first, port, `${count}`], stdin: 'pipe' });
  try {
    await held.line();
    return await use(held);
  } finally {
    held.endInput();
    await held.stop();
  }
}
