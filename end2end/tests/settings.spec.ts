import { type Page } from '@playwright/test';

import { expectAccessibleInBothThemes, expectSound, shoot, still } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { edge, node, post, waiting } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

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

test('a secret is added, found at the step that names it, limited and deleted; its value never comes back', async ({ page, guard }) => {
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
  await expectSound(page, 'secrets-none');

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
  await expectAccessibleInBothThemes(page, 'secrets-form');
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

test('what may be spent is set for the workspace and for one template', async ({ page }) => {
  const workspace = await beOwner(page);
  await post(page, 'workflows/templates', waiting('Costs little'));
  await page.goto(`${workspace}/settings/budgets`);
  await hydrated(page);
  const amount = page.getByLabel('Budget in dollars');
  const save = async (dollars: string) => {
    await amount.fill(dollars);
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(amount).toHaveCount(0);
  };

  const whole = page.getByTestId('workspace-budget');
  await whole.getByRole('button', { name: 'Set budget' }).click();
  await save('20');
  await expect(whole).toContainText('$0.00 of $20.00');
  await page.getByLabel('Workflow without a budget').selectOption('Costs little');
  await page.getByRole('button', { name: 'Set budget…' }).click();
  await expect(page.getByRole('dialog', { name: 'Monthly budget for Costs little' })).toBeVisible();
  await save('2.5');
  const one = page.getByTestId('template-budgets').getByRole('listitem');
  await expect(one).toHaveText(/Costs little.*\$0\.00 of \$2\.50/);
  await expectSound(page, 'budgets');

  await one.getByRole('button', { name: 'Remove the budget of Costs little' }).click();
  await expect(one).toHaveCount(0);
  await whole.getByRole('button', { name: 'Remove the budget of the workspace' }).click();
  await expect(whole).not.toContainText('of $20.00');
});

test('history is kept as long as is said, and what takes up room is shown with where it is', async ({ page, guard }) => {
  guard.expect(/set_retention/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/retention`);
  await hydrated(page);
  const days = page.getByLabel('Days');
  await expect(days).toHaveValue('90');
  await expect(page.getByRole('heading', { name: 'Deleted for good' })).toBeVisible();
  await days.fill('soon');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(days).toHaveAttribute('aria-invalid', 'true');
  await days.fill('5000');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Enter 1 to 3650 days.')).toBeVisible();
  await days.fill('180');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await expectSound(page, 'retention');
  await page.reload();
  await hydrated(page);
  await expect(days).toHaveValue('180');

  const document = String((await post(page, 'documents', { title: 'Has a file', content: 'Words.' }))['id']);
  const origin = new URL(page.url()).origin;
  const long = Buffer.from('Longer than what other tests have sent. '.repeat(20_000));
  const headers = { origin, 'content-type': 'application/octet-stream' };
  const sent = await page.request.post(`/api/v1/documents/${document}/files?name=long.txt`, { headers, data: long });
  expect(sent.ok(), await sent.text()).toBe(true);
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Storage' }).click();
  await expect(page.getByTestId('storage-total')).toContainText('file');
  await expect(page.getByRole('table', { name: 'Largest files' }).getByRole('link', { name: 'long.txt' })).toHaveAttribute(
    'href',
    new RegExp(`/documents/${document}$`),
  );
  await expectSound(page, 'storage');

  // On a phone the pages are behind one button.
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await cutOff(page)).toEqual([]);
  const menu = page.getByRole('navigation', { name: 'Settings' });
  await menu.getByLabel('Storage: all settings').click();
  await shoot(page, 'settings-menu-phone');
  await menu.getByRole('link', { name: 'Data retention' }).click();
  await page.waitForURL(`${workspace}/settings/retention`);
  await expect(page.getByRole('heading', { level: 1, name: 'Data retention' })).toBeVisible();
});

test('every page and form of the settings fits a phone', async ({ page }) => {
  // Fourteen pages and seven dialogs: much, not slow.
  test.slow();
  await page.setViewportSize({ width: 390, height: 844 });
  const workspace = await beOwner(page);
  await post(page, 'workflows/templates', waiting('A workflow with a budget and a rather long name'));
  await post(page, 'invitations', { emails: ['somebody.with.a.long.address@branch.example.org'], role: 'viewer' });
  await post(page, 'tokens', { name: 'A nightly program with a rather long name', role: 'viewer' });
  const forms: [string, RegExp?][] = [
    ['account'], ['members', /^Invite people$/], ['workspace'], ['tokens', /^Create token$/], ['secrets', /^Add secret$/],
    ['providers'], ['agents', /^New agent$/], ['tools', /^Connect server$/], ['notices', /^Add webhook$/],
    ['budgets', /^(Set|Change) budget of/], ['retention'], ['audit'], ['storage'], ['stuck'],
  ];
  for (const [slug, opener] of forms) {
    await page.goto(`${workspace}/settings/${slug}`);
    await hydrated(page);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await still(page);
    expect(await cutOff(page), slug).toEqual([]);
    await shoot(page, `settings-${slug}-390`, { fullPage: true });
    if (!opener) continue;
    await page.getByRole('button', { name: opener }).first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await still(page);
    expect(await cutOff(page), `the form of ${slug}`).toEqual([]);
    await shoot(page, `settings-${slug}-form-390`);
  }
});
