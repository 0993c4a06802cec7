import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const WHOLE = ['chromium', 'chromium-browser', 'google-chrome'];

/** The system's Chromium as people have it: for what is measured, and for how letters look. */
export const chromium = () => first(WHOLE);

/** Chromium without windows: it does the same with three quarters of the processor. Else the whole one. */
export const leanChromium = () => first(['chromium-headless-shell', ...WHOLE]);

/** How tests start the browser that lies there. */
export const launching = (executablePath: string) => ({
  executablePath,
  args: [
    '--no-sandbox',
    // The pages are drawn by the processor either way; this way costs it half.
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-quic',
    '--disable-sync',
    '--no-first-run',
    // No page lives long enough for a second, better compilation to pay.
    '--js-flags=--liftoff-only',
  ],
});

function first(names: string[]): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (!found) throw new Error('Chromium is missing; run: tools/prepare test');
  return found;
}
