import { defineConfig } from '@playwright/test';

import { launching, leanChromium } from './support/chromium.ts';

export default defineConfig({
  testDir: 'tests',
  outputDir: '../target/end2end/results',
  // A server per worker: tests of one file share it and follow each other.
  // Three on two processors: half of what they do is to wait for a clock, a disk or an answer.
  workers: 3,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A shared machine may stall a browser; what needs another try is listed as flaky.
  retries: 1,
  // Far above what they take: what shares its machine may be ten times as slow, and only what fails waits so long.
  timeout: 10 * 60_000,
  globalTimeout: 70 * 60_000,
  snapshotPathTemplate: 'golden/{arg}{ext}',
  // Text is drawn by the project's own fonts; what remains are the edges of curves.
  expect: { timeout: 60_000, toHaveScreenshot: { maxDiffPixelRatio: 0.003, animations: 'disabled' } },
  reporter: [['list'], ['json', { outputFile: '../target/end2end/report.json' }]],
  use: {
    browserName: 'chromium',
    actionTimeout: 60_000,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    // Whatever moves is drawn by the processor, sixty times a second: a quarter of what the tests cost. What
    // proves a motion, and the journeys that people see first, ask for it.
    contextOptions: { reducedMotion: 'reduce' },
    screenshot: 'only-on-failure',
    // A trace costs as much as its test: it is kept of a second try only (or ask: --trace on).
    trace: 'on-first-retry',
    launchOptions: launching(leanChromium()),
  },
});
