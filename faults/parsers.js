import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * What the bundle exports.
 *
 * @typedef {(words: readonly string[], env: Record<string, string>) => { text: string }} Command
 * @typedef {object} Parsers
 * @property {Command} serverCommand
 * @property {Command} clientCommand
 * @property {(error: unknown) => string} explain
 * @property {(error: unknown) => number} statusOf
 */

/**
 * What reads the command lines of the two programs, as functions: the line of an error, if it comes to one.
 *
 * @param {string} folder
 */
export async function parsers(folder) {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { serverCommand } from './serverCommand.js';
        export { clientCommand } from './clientCommand.js';
        export { explain, statusOf } from './explain.js';`,
      resolveDir: fileURLToPath(new URL('../src/cli', import.meta.url)),
    },
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
    ...{ bundle: true, write: false, platform: 'node', format: 'esm', target: 'node20.19' },
  });
  const path = join(folder, 'parsers.mjs');
  writeFileSync(path, outputFiles[0]?.contents ?? '');
  const { serverCommand, clientCommand, explain, statusOf } = /** @type {Parsers} */ (
    await import(pathToFileURL(path).href)
  );
  return [
    { name: 'rxdrop-server', command: serverCommand },
    { name: 'rxdrop-client', command: clientCommand },
  ].map(({ name, command }) => ({
    name,
    options: [...command(['--help=all'], {}).text.matchAll(/^ +(?:-\w, )?(--[a-z0-9-]+)/gm)].map(
      ([, o]) => String(o),
    ),
    /** @param {readonly string[]} words @param {Record<string, string>} env @returns {string | undefined} */
    parse(words, env) {
      try {
        command(words, env);
        return undefined;
      } catch (error) {
        return `${statusOf(error) === 64 ? 'ERROR' : 'BUG'}: ${explain(error)}`;
      }
    },
  }));
}
