import jest from 'eslint-plugin-jest';
import rxjs from 'eslint-plugin-rxjs-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist', 'coverage', 'docs'] },
  {
    files: ['**/*.ts'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      rxjs.configs.strict,
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An error of somebody else is passed on as it is.
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    },
  },
  {
    // Projects of their own, which see the sources here and the packed package where they run.
    files: ['examples/**/*.ts', 'consumers/**/*.ts'],
    languageOptions: {
      parserOptions: { projectService: false, project: 'examples/tsconfig.json' },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it'] },
          ],
        },
      ],
      // A spec that waits for a value that does not come is to fail.
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    files: ['spec/**/*-spec.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect*', 'marbles', 'holdsTo', 'obeysTheLaws'] },
      ],
    },
  },
);
