import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';

import { binary } from '../support/server.ts';

/** Where the figures of a run are kept. */
export const folder = process.env.ATELIER_BENCH_DIR ?? resolve(import.meta.dirname, '../../target/bench');

/** A measured value; where there is a target, it is the most that the value should be. */
export interface Figure {
  name: string;
  value: number;
  unit: 'ms' | '%' | 'MiB';
  target?: number;
}

/** Keeps the figures of one benchmark as `target/bench/NAME.json`. */
export function record(name: string, samples: number, figures: Figure[]): void {
  mkdirSync(folder, { recursive: true });
  const rounded = figures.map((figure) => ({ ...figure, value: Math.round(figure.value * 100) / 100 }));
  const report = { binary, cpus: cpus().length, samples, figures: rounded };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** The value that so many per cent of the samples do not exceed. */
export function percentile(samples: number[], percent: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

/** Milliseconds since the epoch, finer than `Date.now`. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
