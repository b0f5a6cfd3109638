/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

export default {
  testMatch: ['<rootDir>/spec/**/*-spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true }] },
  testTimeout: 20_000,
  // In the clone, not among the machine's temporary files.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  // Floors 0 to 2, and what wires them: `npm test -- --coverage`.
  collectCoverageFrom: ['src/**/*.ts', '!src/cli/**'],
  coverageReporters: ['text'],
  coverageThreshold: { global: { statements: 99, functions: 99, lines: 99 } },
} satisfies Config;
