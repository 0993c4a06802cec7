import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, expectSound, shoot, still } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { edge, node, post, waiting } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

const VALUE = 'sk-Wq5520-settings';

/** What a person reads or presses and cannot, because it sticks out of the window or of its dialog. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const parts = 'a, button, input, select, textarea, summary, h1, h2, h3, td, dt, dd, label';
    const roots = 'dialog[open], main';
    const root = document.querySelector('dialog[open]') ?? document.querySelector('main');
    const sticksOut = (part: Element) => {
      const own = part.getBoundingClientRect();
      const room = (part.closest(roots) ?? document.body).getBoundingClientRect();
      const isSeen = part.checkVisibility({ visibilityProperty: true }) && own.width > 1;
      return isSeen && (own.left < room.left - 1 || own.right > room.right + 1);
    };
    const name = (part: Element) => `${part.tagName} ${part.textContent?.trim() ?? ''}`;
    return [...(root?.querySelectorAll(parts) ?? [])].filter(sticksOut).map(name);
  });
}

test('ux 34: a secret is added, found at the step that names it, limited and deleted; its value never comes back', async ({ page, guard }) => {
  guard.expect(/set_secret/);
  const bodies: Promise<string>[] = [];
  page.on('response', (answer) => {
    if (!answer.url().includes('/api/v1/stream')) bodies.push(answer.text().catch(() => ''));
  });
  const workspace = await beOwner(page);
  const made = await post(page, 'workflows/templates', {
    name: 'Ask the shop',
    nodes: [
      node('start', 'start', 0, 80),
      node('ask', 'http_request', 300, 80, { url: 'https://api.example.com/', secret: 'shop_key' }),
      node('end', 'end', 600, 80),
    ],
    edges: [edge('start', 'ask'), edge('ask', 'end')],
  });
  await page.goto(`${workspace}/settings/secrets`);
  await hydrated(page);
  await expect(page.getByText('No secrets yet')).toBeVisible();

  const dialog = page.getByRole('dialog');
  const value = dialog.getByRole('textbox', { name: 'Secret' });
  const hosts = dialog.getByRole('textbox', { name: 'Allowed hosts' });
  await page.getByRole('button', { name: 'Add secret' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Shop Key');
  await hosts.fill('https://api.example.com/path');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('Start with a letter a–z')).toBeVisible();
  await expect(dialog.getByText('Enter a secret')).toBeVisible();
  await expect(dialog.getByText("isn't a host")).toBeVisible();
  await expectAccessibleAndShoot(page, 'secrets-form');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('shop_key');
  await value.fill(VALUE);
  await hosts.fill('api.example.com\nshop.example.com');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'shop_key' }) });
  await expect(card).toContainText('api.example.com');
  await expect(card).toContainText('by Ada Owner');
  await expect(card).toContainText('Never');
  await expect(card.getByRole('link', { name: 'Ask the shop' })).toHaveAttribute('href', new RegExp(String(made['id'])));
  await expectSound(page, 'secrets');

  // Fewer hosts need no value, another one does.
  await card.getByRole('button', { name: 'Edit shop_key' }).click();
  await expect(value).toHaveValue('');
  await hosts.fill('api.example.com');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(card).not.toContainText('shop.example.com');
  await card.getByRole('button', { name: 'Edit shop_key' }).click();
  await hosts.fill('api.example.com\nevil.example.com');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('To allow evil.example.com, enter the secret again.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await page.goto(`${workspace}/workflows/builder/${String(made['id'])}`);
  await hydrated(page);
  await page.getByTestId('node-ask').click();
  await page.getByRole('link', { name: 'Manage secrets' }).click();
  await page.waitForURL(`${workspace}/settings/secrets`);
  await card.getByRole('button', { name: 'Delete shop_key' }).click();
  await expect(dialog).toContainText('Used by these steps:');
  await expect(dialog.getByRole('link', { name: 'Ask the shop' })).toBeVisible();
  await shoot(page, 'secrets-delete');
  await dialog.getByRole('button', { name: 'Delete secret' }).click();
  await expect(page.getByText('No secrets yet')).toBeVisible();
  for (const body of await Promise.all(bodies)) expect(body).not.toContain('Wq5520');
});

test('ux 34: budgets and retention are set, storage is shown, and every page and form of the settings fits a phone', async ({ page, guard }) => {
  // All pages of the settings and seven dialogs: much, not slow.
  test.slow();
  guard.expect(/set_retention/);
  const workspace = await beOwner(page);
  const template = 'A workflow with a budget and a rather long name';
  await post(page, 'workflows/templates', waiting(template));
  await post(page, 'invitations', { emails: ['somebody.with.a.long.address@branch.example.org'], role: 'viewer' });
  await post(page, 'tokens', { name: 'A nightly program with a rather long name', role: 'viewer' });
  const document = String((await post(page, 'documents', { title: 'Has a file', content: 'Words.' }))['id']);
  const headers = { origin: originOf(page), 'content-type': 'application/octet-stream' };
  const long = Buffer.from('Longer than what other tests have sent. '.repeat(20_000));
  const sent = await page.request.post(`/api/v1/documents/${document}/files?name=long.txt`, { headers, data: long });
  expect(sent.ok(), await sent.text()).toBe(true);
  await page.goto(`${workspace}/settings/budgets`);
  await hydrated(page);
  const menu = page.getByRole('navigation', { name: 'Settings' });
  const title = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });

  await test.step('what may be spent is set for the workspace and for one template', async () => {
    const amount = page.getByLabel('Budget in dollars');
    const save = async (dollars: string) => {
      await amount.fill(dollars);
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await expect(amount).toHaveCount(0);
    };
    const whole = page.getByTestId('workspace-budget');
    await whole.getByRole('button', { name: /^(Set|Change) budget/ }).click();
    await save('20');
    await expect(whole).toContainText('$0.00 of $20.00');
    await page.getByLabel('Workflow without a budget').selectOption(template);
    await page.getByRole('button', { name: 'Set budget…' }).click();
    await expect(page.getByRole('dialog', { name: `Monthly budget for ${template}` })).toBeVisible();
    await save('2.5');
    const one = page.getByTestId('template-budgets').getByRole('listitem').filter({ hasText: template });
    await expect(one).toHaveText(new RegExp(`${template}.*\\$0\\.00 of \\$2\\.50`));
    await expectSound(page, 'budgets');

    await one.getByRole('button', { name: `Remove the budget of ${template}` }).click();
    await expect(one).toHaveCount(0);
    await whole.getByRole('button', { name: 'Remove the budget of the workspace' }).click();
    await expect(whole).not.toContainText('of $20.00');
  });

  await test.step('history is kept as long as is said', async () => {
    await menu.getByRole('link', { name: 'Data retention' }).click();
    const days = page.getByLabel('Days');
    await expect(days).toHaveValue('90');
    await expect(page.getByRole('heading', { name: 'Deleted for good' })).toBeVisible();
    await days.fill('soon');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(days).toHaveAttribute('aria-invalid', 'true');
    await days.fill('5000');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Enter 1 to 3650 days.')).toBeVisible();
    await expectSound(page, 'retention');
    await days.fill('180');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  });

  await test.step('what takes up room is shown with where it is', async () => {
    await menu.getByRole('link', { name: 'Storage' }).click();
    await expect(page.getByTestId('storage-total')).toContainText('file');
    const largest = page.getByRole('table', { name: 'Largest files' }).getByRole('link', { name: 'long.txt' });
    await expect(largest).toHaveAttribute('href', new RegExp(`/documents/${document}$`));
    await expectSound(page, 'storage');
    await menu.getByRole('link', { name: 'Data retention' }).click();
    await expect(page.getByLabel('Days')).toHaveValue('180');
  });

  await test.step('on a phone the pages are behind one button, and each fits with its form', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const forms: [string, RegExp?][] = [
      ['Your account'], ['Members', /^Invite people$/], ['Workspace'], ['API tokens', /^Create token$/],
      ['Secrets', /^Add secret$/], ['Providers'], ['Agents', /^New agent$/], ['Tools', /^Connect server$/],
      ['Notifications', /^Add webhook$/], ['Budgets', /^(Set|Change) budget of/], ['Data retention'], ['Audit log'],
      ['Storage'], ['Stuck runs'],
    ];
    for (const [name, opener] of forms) {
      await menu.getByLabel(/: all settings$/).click();
      await menu.getByRole('link', { name, exact: true }).click();
      await expect(title(name)).toBeVisible();
      await expect(page.locator('main .skeleton__piece')).toHaveCount(0);
      await still(page);
      expect(await cutOff(page), name).toEqual([]);
      await shoot(page, `settings-${name}-390`, { fullPage: true });
      if (!opener) continue;
      await page.getByRole('button', { name: opener }).first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await still(page);
      expect(await cutOff(page), `the form of ${name}`).toEqual([]);
      await shoot(page, `settings-${name}-form-390`);
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toBeHidden();
    }
  });
});
