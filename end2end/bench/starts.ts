import type { Server } from '../support/server.ts';

/** How often a start is measured. */
export const STARTS = 7;

/** Milliseconds from a start on the data of before until the first page is there, again and again. */
export async function starts(server: Server): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < STARTS; n += 1) {
    await server.leave();
    const begun = performance.now();
    await server.boot();
    const page = await fetch(server.url);
    if (!page.ok || !(await page.text()).includes('</html>')) throw new Error('this is no page');
    took.push(performance.now() - begun);
  }
  return took;
}
