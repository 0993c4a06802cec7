import { type Page, expect } from '@playwright/test';

import type { Engine } from './engines.ts';
import { type Frames, around, framesWhile } from './frames.ts';
import { type Point, columns, place } from './layout.ts';

/** Where a card is taken, from its corner, in world units. */
const GRIP = { x: 100, y: 24 };
/** From a card's corner to where four cards leave room. */
const GAP = { x: -32, y: -32 };
/** Cards along a side of the square that is dragged at once. */
const MANY = 10;
/** Pixels of a wheel's step, and for how long it turns one way. */
const WHEEL = 60;
const TURN_MS = 250;

/** A hand on an editor: what it does takes its time, and counts frames. */
export class Hand {
  constructor(
    private readonly page: Page,
    private readonly engine: Engine,
    private readonly nodes: number,
  ) {}

  /** The view has come to rest. */
  async settled(): Promise<void> {
    await this.page.evaluate(
      (world) =>
        new Promise<void>((done) => {
          let last = '';
          let still = 0;
          const look = () => {
            const part = document.querySelector(world) as Element;
            const { x, y } = part.getBoundingClientRect();
            const now = `${x} ${y} ${getComputedStyle(part).transform}`;
            still = now === last ? still + 1 : 0;
            last = now;
            if (still > 12) done();
            else requestAnimationFrame(look);
          };
          look();
        }),
      this.engine.world,
    );
  }

  /** Drags one card. */
  async drags(): Promise<Frames> {
    const card = await this.central();
    const from = await this.screen(add(place(card, this.nodes), GRIP));
    const before = await this.engine.trace(this.page, `n${card}`);
    const frames = await this.dragged(from);
    expect(await this.engine.trace(this.page, `n${card}`), 'the card was dragged').not.toBe(before);
    return frames;
  }

  /** Drags a hundred selected cards, or all where there are fewer. */
  async dragsMany(): Promise<Frames> {
    const side = Math.min(MANY, columns(this.nodes)) - 1;
    const last = Math.min(this.nodes - 1, side * columns(this.nodes) + side);
    const begin = await this.screen({ x: -30, y: -30 });
    const end = await this.screen(add(place(last, this.nodes), { x: 250, y: 70 }));
    const { mouse, keyboard } = this.page;
    if (this.engine.selects) await keyboard.down(this.engine.selects);
    await mouse.move(begin.x, begin.y);
    await mouse.down();
    await mouse.move(end.x, end.y, { steps: 5 });
    await mouse.up();
    if (this.engine.selects) await keyboard.up(this.engine.selects);
    const from = await this.screen(add(place(0, this.nodes), GRIP));
    const frames = await this.dragged(from);
    // What is selected would be taken in place of the stage by what follows. The stage may have moved
    // along with what was dragged: its corner is free.
    const { x, y } = (await this.page.locator(this.engine.stage).boundingBox()) ?? begin;
    await mouse.click(x + 8, y + 8);
    return frames;
  }

  /** Pulls an edge out of a card; nothing where its port is too small to be met. */
  async connects(): Promise<Frames | undefined> {
    const card = Math.max(0, (await this.central()) - 1);
    const from = await this.screen(add(place(card, this.nodes), this.engine.output));
    const { mouse, keyboard } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 30, from.y + 30, { steps: 3 });
    const pulled = (await this.page.locator(this.engine.linking).count()) > 0;
    const frames = await framesWhile(this.page, (at) => mouse.move(...around(from, at)));
    await keyboard.press('Escape');
    await mouse.up();
    return pulled ? frames : undefined;
  }

  /** Moves the view. */
  async pans(): Promise<Frames> {
    // Between the cards: some editors move what lies under the hand.
    const from = await this.screen(add(place(await this.central(), this.nodes), GAP));
    const before = await this.screen({ x: 0, y: 0 });
    await this.page.keyboard.down('Space');
    const frames = await this.dragged(from);
    await this.page.keyboard.up('Space');
    expect(await this.screen({ x: 0, y: 0 }), 'the view was moved').not.toEqual(before);
    return frames;
  }

  /** Goes nearer and farther by turns. */
  async zooms(): Promise<Frames> {
    const { x, y } = await this.middle();
    await this.page.mouse.move(x, y);
    return framesWhile(this.page, (at) => this.page.mouse.wheel(0, Math.floor(at / TURN_MS) % 2 ? WHEEL : -WHEEL));
  }

  private async dragged(from: Point): Promise<Frames> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 10, from.y + 10, { steps: 3 });
    const frames = await framesWhile(this.page, (at) => mouse.move(...around(from, at)));
    await mouse.move(from.x + 60, from.y + 40);
    await mouse.up();
    return frames;
  }

  /** The card nearest to the middle of the stage. */
  private async central(): Promise<number> {
    const middle = await this.middle();
    const zero = await this.screen({ x: 0, y: 0 });
    const unit = await this.screen({ x: 1000, y: 1000 });
    const world = {
      x: ((middle.x - zero.x) / (unit.x - zero.x)) * 1000,
      y: ((middle.y - zero.y) / (unit.y - zero.y)) * 1000,
    };
    const far = (at: number) => {
      const { x, y } = add(place(at, this.nodes), GRIP);
      return Math.hypot(x - world.x, y - world.y);
    };
    const all = Array.from({ length: this.nodes - 1 }, (_, at) => at);
    return all.reduce((best, at) => (far(at) < far(best) ? at : best));
  }

  private async middle(): Promise<Point> {
    const box = await this.page.locator(this.engine.stage).boundingBox();
    if (!box) throw new Error('there is no stage');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Where a point of the world is on the screen. */
  private async screen(at: Point): Promise<Point> {
    const { world } = this.engine;
    return this.page.evaluate(
      ({ at, world }) => {
        const part = document.querySelector(world) as Element;
        const { a, d } = new DOMMatrix(getComputedStyle(part).transform);
        const corner = part.getBoundingClientRect();
        return { x: corner.x + at.x * a, y: corner.y + at.y * d };
      },
      { at, world },
    );
  }
}

function add(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y };
}
