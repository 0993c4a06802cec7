import { openEditor } from '../../support/editor.ts';
import { expect, test } from '../../support/test.ts';

// What a person meets who begins with nothing but a start and an end.

const BLANK = [
  { id: 'start', type: 'start', x: 96, y: 192 },
  { id: 'end', type: 'end', x: 768, y: 192 },
];

test('the page never scrolls under a hand, and no button moves when the draft is saved', async ({ page }) => {
  const editor = await openEditor(page, BLANK);
  const undo = page.getByRole('button', { name: /^Undo/ });
  const main = page.getByRole('main');
  const place = async () => (await undo.boundingBox())?.x;
  const before = await place();
  await undo.evaluate((button) => {
    const seen = new Set<number>();
    Object.assign(window, { seen });
    const look = () => {
      seen.add(button.getBoundingClientRect().x);
      requestAnimationFrame(look);
    };
    look();
  });

  await page.locator('.palette__item').last().click();
  await expect(page.locator('.saved')).not.toHaveAttribute('data-state', 'saved');
  await expect(page.locator('.saved')).toHaveAttribute('data-state', 'saved');

  expect(await page.evaluate(() => [...(window as unknown as { seen: Set<number> }).seen])).toEqual([before]);
  expect(await main.evaluate((main) => [main.scrollTop, main.scrollHeight - main.clientHeight])).toEqual([0, 0]);
  await expect(editor.canvas).toBeVisible();
});
