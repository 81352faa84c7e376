import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Each of them takes minutes, by nature: whichever of them began last would keep all the others waiting. */
const longest = [
  'tests/faults/mixed.test.ts',
  'tests/renderer/browser/accessibility.browser.test.ts',
  'tests/faults/test/killer-service.test.ts',
  'tests/faults/test/killer-logout.test.ts',
  'tests/faults/test/killer-store.test.ts',
  'tests/canary/logout-kills.test.ts',
  'tests/journeys/key-kills.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
    sequence: { sequencer: LongestFirst },
    // A test that passes only at the second try, or by not being run, has not passed.
    retry: 0,
    // It saves a second and writes into node_modules, which the one who tests may not own.
    fsModuleCache: false,
    allowOnly: false,
  },
});
