import { type BrowserContext, type Page, type Request, expect, test as base } from '@playwright/test';
import axe from 'axe-core';

import { Guard } from './guard.ts';
import { Server } from './server.ts';

export { expect };

declare global {
  interface Window { axe: typeof axe }
}

/** What a file's server is started with: `test.use({ settings: { … } })`. */
type Settings = Record<string, string>;

/** Playwright's `test` with a server per worker and a guarded page. */
export const test = base.extend<{ guard: Guard; loads: void }, { server: Server; settings: Settings }>({
  settings: [{}, { option: true, scope: 'worker' }],
  server: [
    async ({ settings }, use) => {
      const server = await Server.start(settings);
      await use(server);
      try {
        // Nobody is at work any more: what is there is what stays.
        await server.leave();
        await server.examine();
      } finally {
        await server.stop();
      }
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  // Each load is paid with a second of a processor: the report adds them up.
  loads: [
    async ({ browser }, use, info) => {
      let loads = 0;
      const count = (request: Request) => {
        if (request.isNavigationRequest() && !request.redirectedFrom()) loads += 1;
      };
      const watch = (context: BrowserContext) => void context.on('request', count);
      browser.contexts().forEach(watch);
      browser.on('context', watch);
      await use();
      browser.off('context', watch);
      browser.contexts().forEach((context) => context.off('request', count));
      info.annotations.push({ type: 'page load', description: String(loads) });
    },
    { auto: true },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  guard: [
    async ({ page, server }, use, info) => {
      const guard = new Guard(page, new URL(server.url).host);
      await use(guard);
      if (info.status !== info.expectedStatus) {
        await info.attach('server.log', { body: server.log.slice(-400).join('\n') });
      }
      expect(guard.problems(), 'the browser has nothing to complain of').toEqual([]);
    },
    { auto: true },
  ],
});

/** Every accessibility rule of WCAG 2.2 AA that a machine can check. ux 34. */
export async function expectAccessible(page: Page): Promise<void> {
  test.info().annotations.push({ type: 'axe run', description: '1' });
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
    const { violations } = await window.axe.run({ runOnly, resultTypes: ['violations'], preload: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' | ')}`);
  });
  expect(found).toEqual([]);
}

/** Agrees to a question. */
export async function agree(page: Page, question: string, verb: string): Promise<void> {
  await page.getByRole('dialog', { name: question }).getByRole('button', { name: verb, exact: true }).click();
}

/** Resolves once the client runs the page: until then clicks only reach the server's HTML. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => document.documentElement.dataset.hydrated === 'true');
}
