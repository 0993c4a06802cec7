import { openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, test } from '../../support/test.ts';

// What a person meets who begins with nothing but a start and an end.

const BLANK = [
  { id: 'start', type: 'start', x: 96, y: 192 },
  { id: 'end', type: 'end', x: 768, y: 192 },
];

test('who begins with a start and an end is told how, and nothing moves or lies on another', async ({ page }) => {
  await test.step('no button moves when the draft is saved, the page never scrolls, and steps that are clicked stand apart', async () => {
    const editor = await openEditor(page, BLANK);
    const undo = page.getByRole('button', { name: /^Undo/ });
    const main = page.getByRole('main');
    const place = async () => (await undo.boundingBox())?.x;
    const before = await place();
    await undo.evaluate((button) => {
      const seen = new Set<number>();
      // What is kept soon is not seen by who looks now and then.
      const states = new Set<string | undefined>();
      Object.assign(window, { seen, states });
      const look = () => {
        seen.add(button.getBoundingClientRect().x);
        states.add(document.querySelector<HTMLElement>('.saved')?.dataset.state);
        if (button.isConnected) requestAnimationFrame(look);
      };
      look();
    });

    await page.locator('.palette__item:not([data-tool])').last().click();
    await page.waitForFunction(() => (window as unknown as { states: Set<string> }).states.size > 1);
    await expect(page.locator('.saved')).toHaveAttribute('data-state', 'saved');

    expect(await page.evaluate(() => [...(window as unknown as { seen: Set<number> }).seen])).toEqual([before]);
    expect(await main.evaluate((main) => [main.scrollTop, main.scrollHeight - main.clientHeight])).toEqual([0, 0]);
    await expect(editor.canvas).toBeVisible();

    await undo.click();
    await expect(page.locator('#canvas .node')).toHaveCount(2);
    const add = (name: string) => page.locator('.palette').getByRole('button', { name, exact: true }).click();

    await add('Generate copy');
    await expect(editor.edges()).toHaveCount(2);
    await add('Review');
    await add('Note');
    await page.keyboard.press('Escape');
    await add('Transform');
    await expect(editor.edges(), 'the way of the start is taken').toHaveCount(3);

    expect(await editor.wires()).toEqual(['generate_copy>review', 'review>end', 'start>generate_copy']);
    const cards = await page.locator('#canvas .node').evaluateAll((nodes) =>
      nodes.map((node) => node.getBoundingClientRect()).map(({ x, y, right, bottom }) => ({ x, y, right, bottom })),
    );
    expect(cards).toHaveLength(6);
    const meet = cards.flatMap((a, at) =>
      cards.slice(at + 1).filter((b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom),
    );
    expect(meet).toEqual([]);
  });
  await test.step('an empty canvas says how to begin; a menu fits it, a click shows the panel, Enter adds what is found', async () => {
    const editor = await openNext(page, BLANK);
    await page.setViewportSize({ width: 1280, height: 560 });
    await editor.node('start').click({ button: 'right' });
    const last = page.getByRole('menuitem').last();
    const menu = page.getByRole('menu', { name: 'Actions' });
    await expect(menu).toBeInViewport({ ratio: 1 });
    await page.keyboard.press('End');
    await expect(last).toBeFocused();
    await expect(last).toBeInViewport({ ratio: 1 });
    await page.keyboard.press('Escape');
    await expect(menu).toHaveCount(0);
    await editor.canvas.press('Escape');
    await page.setViewportSize({ width: 1440, height: 900 });

    const ways = page.getByRole('group', { name: 'Get started' });
    await expect(ways.getByRole('link', { name: 'Start from a template' })).toHaveAttribute('href', /\/workflows$/);
    await expect(page.locator('.guides__begin')).toHaveAttribute('d', /^M/);
    await shoot(page, 'editor-blank');
    await expectAccessible(page);
    await ways.getByRole('button', { name: 'Paste JSON' }).click();
    await expect(page.getByRole('dialog', { name: 'Import' })).toBeVisible();
    await page.keyboard.press('Escape');

    await ways.getByRole('button', { name: 'Add a step' }).click();
    await page.keyboard.type('transform');
    await page.keyboard.press('Enter');

    await expect(editor.node('transform')).toBeFocused();
    await expect(ways).toBeHidden();
    expect(await editor.wires()).toEqual(['start>transform', 'transform>end']);
    const [start, step, end] = await Promise.all(['start', 'transform', 'end'].map((id) => editor.place(id)));
    expect([step.y, end.y]).toEqual([start.y, start.y]);
    expect(start.x + 240).toBeLessThan(step.x);
    expect(step.x + 240).toBeLessThan(end.x);

    await page.keyboard.press('Control+z');
    await expect(editor.node('transform'), 'it was one change').toHaveCount(0);
    await expect(editor.edges()).toHaveCount(0);
    await expect(ways).toBeVisible();

    const panel = page.getByRole('complementary', { name: 'Details' });
    await page.locator('.builder__problems').click();
    await expect(panel.getByRole('heading', { name: 'Problems' })).toBeVisible();
    await editor.node('start').click();
    await expect(panel.getByRole('heading', { name: 'Problems' })).toBeHidden();
    await expect(panel.getByRole('textbox', { name: 'Step name' })).toHaveValue('start');

    await page.getByRole('searchbox', { name: 'Search steps' }).fill('review');
    await page.keyboard.press('Enter');
    await expect(editor.node('review')).toBeFocused();
    expect(await editor.wires()).toEqual(['review>end', 'start>review']);
  });
});
