import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { many } from '../many.js';
import { anyOf } from '../random.js';

const NAMES = ['--name', '{cn}/{peer}/{id}.file'];

/** @type {import('../stage.js').Case} */
export default {
  name: 'templates',
  title:
    'names in directories: links that take their places again and again, then SIGKILL and a restart',
  rounds: 4,
  unsettled: true,
  async play(here) {
    const outside = join(here.root, 'outside');
    const folder = join(here.dir, 'unknown');
    mkdirSync(join(outside, '127.0.0.1'), { recursive: true });
    const server = await here.start({ args: NAMES });
    const uploads = many(60, () => here.upload({ port: server.port, size: anyOf(0, 1 << 16) }));
    for (let swap = 0; swap < 40; swap++) {
      if (existsSync(folder)) renameSync(folder, join(here.dir, `aside-${swap}`));
      try {
        symlinkSync(outside, folder);
      } catch {
        // The server has made the directory again.
      }
      await sleep(anyOf(0, 5));
    }
    await uploads;
    here.expect(readdirSync(outside, { recursive: true }).length === 1, 'a link was followed');
    const doomed = many(20, () => here.upload({ port: server.port, size: 1 << 20, pause: 5 }));
    await sleep(anyOf(10, 200));
    await here.kill(server);
    await doomed;
    const again = await here.start({ args: [...NAMES, '--continue'] });
    here.expect(here.temporaries().length === 0, 'a restart leaves temporaries of the killed run');
    const last = await many(3, () => here.upload({ port: again.port }));
    here.expect(
      last.every((entry) => entry?.confirmed),
      'an upload fails after the restart',
    );
    const texts = readdirSync(here.dir, { recursive: true, encoding: 'utf8' })
      .map((name) => join(here.dir, name))
      .filter((path) => lstatSync(path).isFile())
      .map((path) => readFileSync(path));
    const whole = texts.filter((bytes) => bytes.toString('latin1') !== 'ERROR').length;
    const confirmed = here.ledger.entries.filter(
      (entry) => entry.confirmed && !entry.killed,
    ).length;
    here.expect(whole >= confirmed, `of ${confirmed} confirmed files, ${whole} exist`);
    rmSync(outside, { recursive: true });
  },
};
