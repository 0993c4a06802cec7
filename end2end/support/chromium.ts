import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The system's Chromium: the first on the path. */
export function chromium(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = ['chromium', 'chromium-browser', 'google-chrome']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
  if (!found) throw new Error('Chromium is missing; run: tools/prepare test');
  return found;
}
