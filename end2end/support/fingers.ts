import { type CDPSession, type Page } from '@playwright/test';

type Point = { x: number; y: number };

/** Fingers on a touch screen: each call says where all of them are. The page's context needs `hasTouch`. */
export class Fingers {
  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
  ) {}

  static async on(page: Page): Promise<Fingers> {
    return new Fingers(page, await page.context().newCDPSession(page));
  }

  async down(...points: Point[]): Promise<void> {
    await this.send('touchStart', points);
  }

  async move(...points: Point[]): Promise<void> {
    await this.send('touchMove', points);
  }

  async up(): Promise<void> {
    await this.send('touchEnd', []);
  }

  /** One finger goes down and up at a point. */
  async tap(at: Point): Promise<void> {
    await this.down(at);
    await this.up();
  }

  /** One finger goes from one point to another in steps of a frame, and rests there: one that is lifted in motion flings. */
  async drag(from: Point, to: Point): Promise<void> {
    await this.down(from);
    for (const part of [0.25, 0.5, 0.75, 1, 1, 1, 1, 1]) {
      await this.move({ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
    await this.up();
  }

  private async send(type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]): Promise<void> {
    const touchPoints = points.map((point, id) => ({ ...point, id }));
    await this.session.send('Input.dispatchTouchEvent', { type, touchPoints });
  }
}
