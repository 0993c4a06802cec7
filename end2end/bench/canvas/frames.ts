import type { Page } from '@playwright/test';

import { percentile } from '../figures.ts';

/** For how long each gesture goes on. */
const GESTURE_MS = 1500;
/** Between two events of a hand. */
const EVENT_MS = 16;
/** A frame that is seen as a stutter. */
const LONG_MS = 50;

/** The frames of a page while a hand does something. */
export interface Frames {
  fps: number;
  p50_ms: number;
  p95_ms: number;
  long: number;
}

interface Clock {
  on: boolean;
  last: number;
  frames: number[];
}

/** Counts frames from now on in every page of a context; runs in the page. */
export function clock(): void {
  const clock: Clock = { on: false, last: 0, frames: [] };
  Object.assign(globalThis, { clock });
  const tick = (now: number) => {
    if (clock.on && clock.last) clock.frames.push(now - clock.last);
    clock.last = clock.on ? now : 0;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

async function turn(page: Page, on: boolean): Promise<number[]> {
  return page.evaluate((on) => {
    const { clock } = globalThis as unknown as { clock: Clock };
    const { frames } = clock;
    Object.assign(clock, { on, frames: [] });
    return frames;
  }, on);
}

/** Repeats one event of a hand about sixty times a second; `at` is the time since it began. */
export async function framesWhile(page: Page, event: (at: number) => Promise<void>): Promise<Frames> {
  await turn(page, true);
  const begun = performance.now();
  for (;;) {
    const at = performance.now() - begun;
    if (at > GESTURE_MS) break;
    await event(at);
    const left = EVENT_MS - (performance.now() - begun - at);
    if (left > 0) await new Promise((next) => setTimeout(next, left));
  }
  const frames = await turn(page, false);
  const round = (value: number) => Math.round(value * 10) / 10;
  return {
    fps: round((1000 * frames.length) / frames.reduce((sum, frame) => sum + frame, 0)),
    p50_ms: round(percentile(frames, 50)),
    p95_ms: round(percentile(frames, 95)),
    long: frames.filter((frame) => frame > LONG_MS).length,
  };
}

/** A pointer on its way around a point. */
export function around({ x, y }: { x: number; y: number }, at: number): [number, number] {
  return [x + 120 * Math.sin(at / 300), y + 80 * Math.sin(at / 230)];
}
