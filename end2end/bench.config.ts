import { defineConfig } from '@playwright/test';

import tests from './playwright.config.ts';

/** Measures instead of testing: one thing at a time, and a slow machine is no failure. */
export default defineConfig({
  ...tests,
  testDir: 'bench',
  testMatch: '*.bench.ts',
  workers: 1,
  retries: 0,
  timeout: 10 * 60_000,
  // Each benchmark has its own: all of them together take longer than the tests may.
  globalTimeout: 0,
  reporter: [['list']],
});
