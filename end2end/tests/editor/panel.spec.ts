import { follow, openEditor, openNext } from '../../support/editor.ts';
import { shoot } from '../../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../../support/test.ts';
import { beOwner } from '../../support/workspace.ts';

const START = { id: 'start', type: 'start', x: 0, y: 0 };
const END = { id: 'end', type: 'end', x: 800, y: 0 };

function copy(prompt: string) {
  return { id: 'copy', type: 'generate_copy', x: 400, y: 0, config: { prompt } };
}

test('ux 22, 40, 41: what is missing is found and filled in, and values are written into a prompt', async ({ page }) => {
  await test.step('ux 22, 40: what is missing is counted and found, keys in a prompt are its own, a wrong number is refused', async () => {
    const editor = await openEditor(page, [START, copy(''), END], ['start>copy', 'copy>end']);
    const launch = page.getByRole('button', { name: 'Launch', exact: true });
    await expect(editor.node('copy').locator('.node__faults')).toBeVisible();
    await expect(launch).toHaveAttribute('aria-disabled', 'true');
    await expect(launch).toHaveAttribute('aria-description', /1 error/);

    await page.getByRole('button', { name: '1 error' }).click();
    const problems = page.getByRole('region', { name: 'Problems' });
    await problems.locator('.issues__go').first().click();

    await expect(page.locator('#config-prompt')).toBeFocused();
    await page.keyboard.type('Write about tea');
    await expect(editor.node('copy').locator('.node__faults')).toHaveCount(0);
    await expect(launch).not.toHaveAttribute('aria-disabled', 'true');

    const prompt = page.locator('#config-prompt');
    await prompt.fill('Write two words');
    await prompt.click();
    await page.keyboard.press('End');
    await page.keyboard.press('Control+Backspace');
    await page.keyboard.press('Home');
    await page.keyboard.press('Delete');
    await expect(prompt).toHaveValue(/^rite two\s*$/);
    await expect(page.locator('#canvas .node')).toHaveCount(3);

    const more = page.getByRole('button', { name: /^More: / });
    const quantity = page.locator('#config-quantity');
    if (!(await quantity.isVisible())) await more.click();

    await quantity.fill('2.7');
    await expect(page.getByText('Enter a whole number from 1 to 50.')).toBeVisible();
    await prompt.focus();

    // What was not taken stays, with why.
    await expect(quantity).toHaveValue('2.7');
    await expect(page.getByText('Enter a whole number from 1 to 50.')).toBeVisible();
    await quantity.fill('1,234');
    await expect(page.getByText('“1,234” could be 1.234 or 1234. Enter 1234.')).toBeVisible();
    await quantity.fill('１２');
    await prompt.focus();
    await expect(quantity).toHaveValue('12');
    await quantity.fill('');
    await prompt.focus();
    await expect(quantity).toHaveValue('1');
  });
  await test.step('ux 41: a listed value is written where somebody was, and a slip in a reference is put right', async () => {
    const inputs = [{ name: 'brief', label: 'Brief', type: 'text' }];
    const editor = await openNext(page, [START, copy('About  today'), END], ['start>copy', 'copy>end'], inputs);
    await editor.node('copy').click();
    const prompt = page.locator('#config-prompt');
    const value = page.getByRole('button', { name: /\$\{input\.brief\}/ });

    await page.getByRole('tab', { name: 'Input' }).click();
    await value.click();
    await expect(prompt).toHaveValue('About  today${input.brief}');
    await expect(prompt).toBeFocused();

    await page.keyboard.press('Home');
    for (let at = 0; at < 6; at += 1) await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Input' }).click();
    await value.click();
    await page.keyboard.type('!');
    await expect(prompt).toHaveValue('About ${input.brief}! today${input.brief}');

    await prompt.fill('On ${input.breif} and ${input.brief}');
    const [slip, right] = ['${input.breif}', '${input.brief}'].map((text) =>
      page.locator('.written__value').filter({ hasText: text }),
    );
    await expect(slip).toHaveAttribute('data-state', 'unknown');
    await expect(slip).toHaveCSS('text-decoration-line', 'underline');
    await expect(right).not.toHaveAttribute('data-state');

    await page.getByRole('region', { name: 'Configuration' }).getByRole('button', { name: 'Replace breif with brief' }).click();

    await expect(prompt).toHaveValue('On ${input.brief} and ${input.brief}');
    await expect(prompt).toBeFocused();
    await expect(page.locator('.written__value[data-state=unknown]')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Replace breif with brief', exact: true })).toHaveCount(0);

    // From the list of what is wrong, too.
    await prompt.fill('About ${input.breif}');
    await page.getByRole('button', { name: /1 (error|warning)/ }).click();
    const problems = page.getByRole('region', { name: 'Problems' });

    await problems.getByRole('button', { name: /brief/ }).filter({ hasNotText: 'error:' }).last().click();

    await expect(editor.node('copy').locator('.node__faults')).toHaveCount(0);
    await page.getByRole('button', { name: 'No problems' }).click();
    await editor.node('copy').click();
    await expect(prompt).toHaveValue('About ${input.brief}');
  });
});

test('ux 42: an input is named and renamed wherever it is used, and the workflow runs', async ({ page }) => {
  await test.step('the start has its own settings, and the name of an input follows what it is called', async () => {
    const input = { name: 'input_1', label: 'Input 1', type: 'text' };
    const editor = await openEditor(page, [START, copy('On ${input.input_1}'), END], ['start>copy', 'copy>end'], [input]);
    const panel = page.getByRole('region', { name: 'Configuration' });
    const advanced = panel.getByRole('button', { name: /^(More|Advanced)/ });
    await editor.node('copy').click();
    await expect(advanced).toBeVisible();
    while (await advanced.isVisible()) await advanced.click();
    await expect(panel.getByLabel('Run only if')).toBeVisible();
    await expect(panel.getByLabel('Minimum items that must succeed')).toBeVisible();

    await editor.node('start').click();

    await expect(panel.getByLabel('Result name')).toBeVisible();
    for (const name of ['Run only if', 'Timeout (seconds)', 'Minimum items that must succeed']) {
      await expect(panel.getByLabel(name)).toHaveCount(0);
    }
    await expect(panel.getByText('On failure')).toHaveCount(0);
    await editor.canvas.focus();
    await page.keyboard.press('Shift+Digit1');
    await editor.rested();
    await editor.node('end').click();
    await expect(panel.getByLabel('Run only if')).toBeVisible();
    await expect(panel.getByLabel('Timeout (seconds)')).toHaveCount(0);

    const label = page.locator('#config-parameters-0--label');
    const prompt = page.locator('#config-prompt');
    await editor.node('start').click();
    await label.fill('Product brief');
    await editor.node('copy').click();
    await expect(prompt).toHaveValue('On ${input.product_brief}');
    await expect(editor.node('copy')).toContainText('On ‹Product brief›');

    await editor.node('start').click();
    await label.fill('Short brief');
    await editor.node('copy').click();

    await expect(prompt, 'a name that was given stays').toHaveValue('On ${input.product_brief}');
    await expect(editor.node('copy')).toContainText('On ‹Short brief›');

    await editor.node('start').click();
    await panel.getByRole('button', { name: 'Add field' }).press('Enter');
    const added = page.locator('#config-parameters-1--label');
    await expect(added).toBeFocused();
    await page.keyboard.type('How many');
    await expect(added).toHaveValue('How many');
    await expect(panel.locator('.rows__row')).toHaveCount(2);
    await editor.node('copy').click();
    await prompt.fill('');
    await prompt.click();
    await page.keyboard.type('Write $man');
    const values = page.getByRole('listbox', { name: 'Values' });
    await expect(values.getByRole('option').first()).toContainText('How many');
    await page.keyboard.press('Enter');
    await expect(prompt).toHaveValue('Write ${input.how_many}');
    await page.keyboard.type(' for $5');
    await expect(values).toHaveCount(0);
    await expect(editor.node('copy')).toContainText('Write ‹How many› for $5');
  });
  await test.step('ux 42: a renamed input is renamed wherever it is used, and the workflow runs', async () => {
    const editor = await openNext(
      page,
      [
        START,
        copy('About ${input.topic}'),
        { id: 'more', type: 'generate_copy', x: 400, y: 300, config: { prompt: 'Again ${input.topic}' } },
        END,
      ],
      ['start>copy', 'start>more', 'copy>end', 'more>end'],
      [{ name: 'topic', label: 'Topic', type: 'text', default: 'tea' }],
    );
    await editor.node('start').click();
    await page.getByText('More settings').click();
    const name = page.locator('#config-parameters-0--name');
    await name.fill('subject');
    await name.press('Tab');

    for (const [node, text] of [['copy', 'About ${input.subject}'], ['more', 'Again ${input.subject}']]) {
      await editor.node(node).click();
      await expect(page.locator('#config-prompt')).toHaveValue(text);
    }
    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/launch\?draft/);
    await hydrated(page);
    await page.getByRole('button', { name: 'Launch', exact: true }).click();
    await page.waitForURL(/\/workflows\/executions\//);
    await expect(page.locator('header').getByText('Completed').first()).toBeVisible();
  });
});

test('a type is dragged from the palette, its panel asks what has a meaning, and a prompt is written in full', async ({ page }) => {
  await test.step('a type is dragged from the palette, and clicked', async () => {
    const editor = await openEditor(page, [START]);
    const item = page.locator('.palette__item[data-kind="generate_copy"]');
    const stage = await editor.middle(editor.canvas);

    await editor.drag(await editor.middle(item), stage);
    await expect(page.locator('.node--ghost')).toBeVisible();
    await page.mouse.up();

    await expect(page.locator('.node--ghost')).toHaveCount(0);
    await expect(page.locator('#canvas .node')).toHaveCount(2);
    await expect(page.getByRole('region', { name: 'Configuration' })).toBeVisible();
    await page.locator('.palette__item[data-kind="review"]').click();
    await expect(page.locator('#canvas .node')).toHaveCount(3);
    await expect(editor.edges()).toHaveCount(1);
  });
  await test.step('what stands below a heading does not touch it, and the panel asks only what has a meaning', async () => {
    const nodes = ['parallel', 'merge', 'transform'].map((type, at) => ({ id: type, type, x: at * 400, y: 0 }));
    const editor = await openNext(page, [...nodes, { ...START, y: 300 }, { id: 'note', type: 'note', x: 400, y: 300, config: { text: 'Words' } }]);
    for (const id of ['start', ...nodes.map((node) => node.id)]) {
      await editor.node(id).focus();
      await page.keyboard.press('Enter');
      await expect(page.getByLabel('Step name')).toHaveValue(id);
      const gaps = await page.locator('.config .rows, .config fieldset:has(> legend)').evaluateAll((groups) =>
        groups.map((group) => {
          const [head, next] = group.children;
          return next.getBoundingClientRect().top - head.getBoundingClientRect().bottom;
        }),
      );
      expect(gaps.length, id).toBeGreaterThan(0);
      expect(Math.min(...gaps), id).toBeGreaterThanOrEqual(4);
      await page.keyboard.press('Escape');
    }

    await editor.canvas.press('Shift+1');
    await editor.rested();
    await editor.node('merge').click();
    const panel = page.getByRole('region', { name: 'Configuration' });
    await expect(panel.getByLabel('How many')).toHaveCount(0);
    await panel.getByRole('radio', { name: 'First few' }).check();
    await expect(panel.getByLabel('How many')).toBeVisible();
    await panel.getByRole('radio', { name: 'All' }).check();
    await expect(panel.getByLabel('How many')).toHaveCount(0);
    await panel.getByRole('tab', { name: 'Notes' }).click();
    const preview = panel.getByRole('tabpanel', { name: 'Notes' }).locator('.sample');
    await expect(preview).toBeVisible();
    const gap = await preview.evaluate((one) => one.getBoundingClientRect().top - one.previousElementSibling!.getBoundingClientRect().bottom);
    expect(gap, 'the help of the notes can be read').toBeGreaterThan(-1);

    await editor.node('note').click();
    await expect(panel.getByLabel('Step name')).toHaveValue('note');
    await expect(panel.getByRole('tab')).toHaveCount(0);
  });
  await test.step('a prompt is written in full, and the panel is as wide as somebody makes it, also after a reload', async () => {
    const editor = await openNext(page, [{ id: 'a', type: 'generate_copy', config: { prompt: 'One' } }]);
    await editor.node('a').click();
    await page.getByRole('button', { name: 'Expand Prompt' }).click();
    const dialog = page.getByRole('dialog', { name: 'Prompt' });
    const full = dialog.getByLabel('Prompt', { exact: true });

    await expect(full).toBeFocused();
    await expect(full).toHaveValue('One');
    await full.fill('One long text about ');
    await full.pressSequentially('$');
    await expect(dialog.getByRole('listbox')).toBeVisible();
    await shoot(page, 'prompt-in-full');
    await expectAccessible(page);
    await full.press('Escape');
    await expect(dialog.getByRole('listbox')).toBeHidden();
    await expect(dialog).toBeVisible();
    await full.fill('Written in full');
    await full.press('Escape');

    await expect(dialog).toBeHidden();
    await expect(page.locator('#config-prompt')).toHaveValue('Written in full');
    await expect(page.getByRole('button', { name: 'Expand Prompt' })).toBeFocused();

    const edge = page.getByRole('separator', { name: 'Panel width' });
    const width = async () => Math.round((await page.locator('.builder__panel').boundingBox())?.width ?? 0);
    const usual = await width();

    const box = await edge.boundingBox();
    if (!box) throw new Error('the edge is not there');
    await page.mouse.move(box.x + 4, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(1440 - 480, box.y + 200, { steps: 4 });
    await page.mouse.up();
    await expect.poll(width).toBe(480);
    await page.reload();
    await hydrated(page);
    await editor.node('a').click();
    await expect.poll(width).toBe(480);

    await edge.focus();
    await edge.press('ArrowRight');
    await expect.poll(width).toBe(460);
    await edge.press('End');
    await expect(edge).toHaveAttribute('aria-valuenow', '640');
    await edge.dblclick();
    await expect.poll(width).toBe(usual);
  });
});

test('ux 49: a copy of a template is opened, and belongs to the workspace', async ({ page }) => {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  await hydrated(page);
  await page.getByRole('link', { name: 'Facebook Ads Campaign', exact: true }).click();
  await page.getByRole('dialog', { name: 'Facebook Ads Campaign' }).getByRole('link', { name: 'Open full preview' }).click();
  await page.waitForURL(/\/workflows\/[0-9a-f-]+$/);
  await hydrated(page);
  await expect(page.locator('.diagram .node').first()).toBeVisible();
  await expect(page.locator('[draggable=true]')).toHaveCount(0);

  await page.getByRole('button', { name: 'Clone & customize' }).click();

  await page.waitForURL(/\/workflows\/builder\//);
  await expect(page.getByLabel('Workflow name')).toHaveValue('Facebook Ads Campaign (copy)');
  await expect(page.getByLabel('Workflow name')).toBeEditable();
  await expect(page.locator('#canvas .node').first()).toBeVisible();

  await follow(page, `${workspace}/workflows`);
  await page.getByRole('button', { name: 'Clone Instagram Post', exact: true }).click();
  await page.waitForURL(/\/workflows\/builder\//);
  await expect(page.getByLabel('Workflow name')).toHaveValue(/^Instagram Post \(copy/);
});
