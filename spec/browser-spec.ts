import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build } from 'esbuild';
import * as operators from '../src/operators/index.js';

describe('rxdrop/operators', () => {
  it('can be bundled for a browser, and imports nothing of Node', async () => {
    const { metafile, warnings, outputFiles } = await build({
      entryPoints: ['src/operators/index.ts'],
      absWorkingDir: resolve('.'),
      bundle: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'rxdrop',
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(warnings).toStrictEqual([]);
    expect(imports.filter(({ external }) => external)).toStrictEqual([]);

    const names: unknown = runInNewContext(
      `${outputFiles[0]?.text ?? ''}; Object.keys(rxdrop)`,
      IN_A_BROWSER,
    );
    expect(names).toHaveLength(Object.keys(operators).length);
  });
});

/** The one thing beyond the language that they use when they are loaded. */
const IN_A_BROWSER = { TextDecoder };
