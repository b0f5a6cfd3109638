import { builtinModules } from 'node:module';

/**
 * Takes Node's own modules from `process.getBuiltinModule`, not from an import. For an import, Node reads each
 * property of the module, and the streams and MIME types that it would load on demand then cost each start a tenth.
 *
 * @type {import('esbuild').Plugin}
 */
export const builtins = {
  name: 'builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^[a-z]/ }, ({ kind, path }) =>
      kind === 'import-statement' && builtinModules.includes(path.replace(/^node:/, ''))
        ? { path: path.replace(/^node:/, ''), namespace: 'builtins' }
        : undefined,
    );
    bundle.onLoad({ filter: /./, namespace: 'builtins' }, ({ path }) => ({
      contents: [
        `const module = process.getBuiltinModule('${path}');`,
        'const get = (name) => module[name];',
        'export default module;',
        // Names that nothing imports are left out, because a call without effect can be.
        ...Object.keys(process.getBuiltinModule(path) ?? {})
          .filter((name) => name !== 'default')
          .map(
            (name) =>
              `const _${name} = /* @__PURE__ */ get('${name}'); export { _${name} as ${name} };`,
          ),
      ].join('\n'),
    }));
  },
};
