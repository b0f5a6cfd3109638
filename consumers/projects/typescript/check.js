// Checks use.ts strictly, declarations of libraries too, with each compiler and way to resolve.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { devDependencies } = /** @type {{ devDependencies: Record<string, string> }} */ (
  JSON.parse(readFileSync('package.json', 'utf8'))
);
const compilers = Object.keys(devDependencies).filter((name) => name.startsWith('typescript-'));
const resolutions = [
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
];
const strict =
  '--strict --noEmit --skipLibCheck false --exactOptionalPropertyTypes --noUncheckedIndexedAccess';
const target = '--target es2022 --types node';

for (const compiler of compilers)
  for (const [moduleResolution, module] of resolutions) {
    const how = `--moduleResolution ${moduleResolution} --module ${module}`;
    const options = `${strict} ${target} ${how}`.split(' ');
    execFileSync(process.execPath, [`node_modules/${compiler}/bin/tsc`, ...options, 'use.ts'], {
      stdio: 'inherit',
    });
    console.log(`→ ${compiler} ${moduleResolution}`);
  }
