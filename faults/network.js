import { command } from './system.js';

let made = 0;

/**
 * Two network namespaces with a cable between them; gone with the round.
 *
 * @param {import('./stage.js').Stage} here
 */
export function network(here) {
  const name = `rxdrop-${process.pid}-${++made}`;
  const [near, far] = [`${name}-a`, `${name}-b`];
  for (const space of [near, far]) {
    command('ip', 'netns', 'add', space);
    here.finally(() => command('ip', 'netns', 'delete', space));
  }
  command(
    ...['ip', 'link', 'add', 'rx0', 'netns', near, 'type', 'veth'],
    ...['peer', 'name', 'rx0', 'netns', far],
  );
  for (const { space, address } of [
    { space: near, address: SERVER },
    { space: far, address: CLIENT },
  ]) {
    command('ip', '-n', space, 'address', 'add', `${address}/24`, 'dev', 'rx0');
    command('ip', '-n', space, 'link', 'set', 'rx0', 'up');
    command('ip', '-n', space, 'link', 'set', 'lo', 'up');
  }
  const inside = (/** @type {string} */ space) => ['ip', 'netns', 'exec', space];
  return {
    host: SERVER,
    near: inside(near),
    far: inside(far),
    /** @param {...string} words runs a command in the clients' namespace */
    atClients: (...words) => command(...inside(far), ...words),
    atServer: (/** @type {string[]} */ ...words) => command(...inside(near), ...words),
  };
}

const [SERVER, CLIENT] = ['10.77.0.1', '10.77.0.2'];
