import { Wrong } from './workload.js';

/**
 * Runs the load generator.
 *
 * @param {import('../fixture.js').Fixture} fixture
 * @param {{ ports: string, senders: number, each: number, size: number,
 *   together?: boolean | undefined, tls?: boolean | undefined }} what
 * @returns {Promise<{ startedAt: number, endedAt: number, cpu: number }>}
 */
export async function send(fixture, { ports, senders, each, size, together, tls }) {
  const { load: plain, loadTls } = fixture.tools;
  const [command = '', ...first] = (tls ? loadTls : plain) ?? [];
  const numbers = [senders, each, size].map(String);
  const load = await fixture.start({
    command,
    args: [...first, ports, ...numbers, fixture.source, ...(together ? ['together'] : [])],
  });
  try {
    const { startedAt, endedAt, failed, trouble } = await load.line();
    if (failed > 0) throw new Wrong(`${failed} of ${senders * each} failed: ${trouble}`);
    const { cpu } = await load.usage;
    return { startedAt, endedAt, cpu };
  } finally {
    await load.stop();
  }
}
