import jest from 'eslint-plugin-jest';
import rxjs from 'eslint-plugin-rxjs-x';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['dist', 'coverage', 'docs'] },
  {
    files: ['**/*.ts', '**/*.js'],
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
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // An error of somebody else is passed on as it is.
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
    },
  },
  {
    // Projects of their own, which see the sources here and the packed package where they run.
    files: ['examples/**/*.ts', 'consumers/projects/**/*.{ts,js}'],
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
    files: ['**/*.js'],
    rules: {
      // The linter does not see the casts of JSDoc, as of what JSON.parse returns; the compiler does.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A check that waits for a value that does not come is to fail.
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  {
    // CommonJS, to show that it works.
    files: ['consumers/projects/{commonjs,jest-commonjs}/**/*.js'],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      // A signature that nobody uses here; it is seen where the types come through `require`.
      '@typescript-eslint/no-deprecated': 'off',
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
