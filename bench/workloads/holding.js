/**
 * Opens silent connections, and lets them go after use.
 *
 * @template T
 * @param {import('../stage.js').Stage} stage
 * @param {{ port: string, count: number }} what
 * @param {(held: import('../metered.js').Metered) => Promise<T>} use once all of them are open
 * @returns {Promise<T>}
 */
export async function holding(stage, { port, count }, use) {
  const [command = '', ...first] = stage.tools.hold;
  const held = await stage.start({ command, args: [...first, port, `${count}`], stdin: 'pipe' });
  try {
    await held.line();
    return await use(held);
  } finally {
    held.endInput();
    await held.stop();
  }
}
