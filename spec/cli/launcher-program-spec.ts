import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { cleanUp, directory, everythingIn, runNode } from '../support/programs.js';

describe.each(['rxdrop-server', 'rxdrop-client'])('%s', (program) => {
  afterEach(cleanUp);

  it('keeps what Node has compiled beside itself, and is the same with it', async () => {
    const programs = copyOfPrograms();
    mkdirSync(join(programs, '.cache'));
    const first = await version(programs);
    const kept = everythingIn(join(programs, '.cache'));
    expect(await version(programs)).toStrictEqual(first);
    expect(everythingIn(join(programs, '.cache'))).toStrictEqual(kept);
    // Its launcher cannot be kept, because that is what asks for it.
    expect(kept.filter((path) => path.includes('/'))).toHaveLength(CAN_KEEP ? 1 : 0);
  });

  it('starts in the same way if nothing can be written there', async () => {
    const programs = copyOfPrograms();
    writeFileSync(join(programs, '.cache'), 'not a directory');
    expect(await version(programs)).toMatchObject({ status: 0, stderr: '' });
  });

  const version = (programs: string) =>
    runNode([join(programs, `${program}.js`), '--version']).ended;
});

function copyOfPrograms(): string {
  const path = directory();
  cpSync('dist/bin', path, { recursive: true });
  rmSync(join(path, '.cache'), { recursive: true, force: true });
  return path;
}

/** Since Node 22. */
const CAN_KEEP = 'enableCompileCache' in nodeModule;
