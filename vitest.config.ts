import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
    environment: 'node',
    // Some tests start a keyring or a service of their own; on a busy machine that takes its time. None of these limits is
    // reached unless something is wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // Most of them wait for processes of their own rather than compute.
    maxWorkers: 3,
    // A test that passes only at the second try, or by not being run, has not passed.
    retry: 0,
    // It saves a second and writes into node_modules, which the one who tests may not own.
    fsModuleCache: false,
    allowOnly: false,
  },
});
