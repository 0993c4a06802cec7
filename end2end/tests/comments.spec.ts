import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, still } from '../support/look.ts';
import { beside } from '../support/people.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { choose, launch, panel as stepPanel, post, waiting } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

const opener = (page: Page) => page.getByRole('main').getByRole('button', { name: /^Comments/ }).first();
const comments = (page: Page) => page.getByRole('dialog', { name: /^Comments/ });
const thread = (page: Page, text: string) => comments(page).getByTestId('thread').filter({ hasText: text });

test('ux 34: two people talk about a document: a name is completed, what one writes the other sees at once, nothing in it runs', async ({ page, browser }) => {
  const workspace = await beOwner(page);
  const { id } = await post(page, 'documents', { title: 'Spring brief', content: 'Words.' });
  await page.goto(`${workspace}/documents/${String(id)}`);
  await hydrated(page);
  const other = await beside(page, browser);
  await other.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Home' }).click();
  await expect(other).toHaveURL(workspace);

  await opener(page).click();
  await expect(comments(page)).toBeFocused();
  await expect(comments(page)).toContainText('No open comments.');
  const box = comments(page).getByRole('textbox', { name: 'New comment' });
  await comments(page).getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(comments(page).getByText('Enter a comment.')).toBeVisible();
  await box.pressSequentially('Is this **ready**, @be');
  const members = comments(page).getByRole('listbox', { name: 'Members' });
  await expect(members.getByRole('option', { name: 'Ben Editor' })).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await box.press('Enter');
  await expect(members).toHaveCount(0);
  await expect(box).toHaveValue('Is this **ready**, @Ben Editor ');
  await box.pressSequentially('? <script>document.title = "owned"</script>');
  await box.press('Control+Enter');
  await expect(thread(page, '@Ben Editor')).toBeVisible();
  await expect(thread(page, '@Ben Editor').locator('strong')).toHaveText('ready');
  await expect(thread(page, '@Ben Editor')).toContainText('<script>document.title = "owned"</script>');
  await expect(comments(page).locator('script')).toHaveCount(0);
  expect(await page.title()).not.toContain('owned');
  await expect(box).toHaveValue('');

  // Ben is told of it where he is, and led there.
  const bell = other.getByRole('button', { name: /^Activity/ });
  await expect(bell).toHaveAccessibleName(/1 mention$/);
  await bell.click();
  await other.getByRole('region', { name: 'Mentions' }).getByRole('link', { name: 'Spring brief' }).click();
  await expect(thread(other, '@Ben Editor')).toContainText('Mentions you');
  await expect(bell).not.toHaveAccessibleName(/mention/);

  await thread(other, '@Ben Editor').getByRole('button', { name: 'Reply' }).click();
  const reply = comments(other).getByRole('textbox', { name: 'Reply' });
  await expect(reply).toBeFocused();
  await reply.fill('Nearly.');
  await reply.press('Control+Enter');
  await expect(thread(page, 'Nearly.')).toBeVisible();
  await expect(thread(page, 'Nearly.').getByTestId('comment')).toHaveCount(2);
  await expectAccessibleAndShoot(page, 'comments');

  // Only what is one's own can be changed; the owner deletes anybody's.
  const first = thread(other, 'Nearly.').getByTestId('comment').first();
  await expect(first.getByRole('button', { name: 'Edit comment' })).toHaveCount(0);
  await expect(first.getByRole('button', { name: 'Delete comment' })).toHaveCount(0);
  const second = thread(other, 'Nearly.').getByTestId('comment').last();
  await second.getByRole('button', { name: 'Edit comment' }).click();
  await comments(other).getByRole('textbox', { name: 'Comment', exact: true }).fill('Now it is.');
  await comments(other).getByRole('button', { name: 'Save' }).click();
  await expect(thread(page, 'Now it is.')).toContainText('edited');

  await thread(page, 'Now it is.').getByRole('button', { name: 'Resolve' }).click();
  await expect(thread(other, 'Now it is.')).toHaveCount(0);
  await comments(other).getByRole('button', { name: 'Resolved' }).click();
  await expect(thread(other, 'Now it is.')).toContainText('Resolved by Ada Owner');
  await thread(other, 'Now it is.').getByRole('button', { name: 'Reopen' }).click();
  await expect(thread(page, 'Now it is.').getByTestId('comment')).toHaveCount(2);
  await thread(page, 'Now it is.').getByRole('button', { name: 'Delete comment' }).last().click();
  await page.getByRole('dialog', { name: 'Delete this comment?' }).getByRole('button', { name: 'Delete' }).click();
  await expect(comments(page).getByTestId('comment')).toHaveCount(1);

  // What was begun is there when the panel is opened again.
  await box.fill('One more thing');
  await box.press('Escape');
  await expect(comments(page)).toHaveCount(0);
  await expect(opener(page)).toBeFocused();
  await expect(opener(page)).toHaveAccessibleName('Comments: 1 open');
  await opener(page).click();
  await expect(box).toHaveValue('One more thing');
  await other.context().close();
});

test('a step and its execution have comments, one panel at a time; a template has, too, in its editor', async ({ page }) => {
  const workspace = await launch(page, waiting('Talked about'));
  await choose(page, 'hold');
  await stepPanel(page).getByRole('button', { name: 'Comments' }).click();
  await comments(page).getByRole('textbox', { name: 'New comment' }).fill('Too long a wait?');
  await comments(page).getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(thread(page, 'Too long a wait?')).toBeVisible();
  await expect(stepPanel(page).getByRole('button', { name: 'Comments: 1 open' })).toBeVisible();

  // The panel lies over the button.
  await opener(page).press('Enter');

  await expect(comments(page)).toHaveCount(1);
  await expect(comments(page)).toHaveAccessibleName(/Talked about #\d+$/);
  await expect(thread(page, 'Too long a wait?')).toContainText('Hold');

  const { id } = await post(page, 'workflows/templates', waiting('Drawn'));
  await page.goto(`${workspace}/workflows/builder/${String(id)}`);
  await hydrated(page);
  await page.getByTestId('node-hold').click();
  const config = page.getByRole('complementary', { name: 'Details' });
  await config.getByRole('button', { name: 'Comments' }).click();
  await comments(page).getByRole('textbox', { name: 'New comment' }).fill('An hour will do');
  await page.keyboard.press('Control+Enter');
  await expect(thread(page, 'An hour will do')).toBeVisible();
  await page.keyboard.press('Escape');

  const whole = page.getByRole('toolbar', { name: 'Editor' }).getByRole('button', { name: /^Comments/ });
  await expect(whole).toHaveAccessibleName('Comments: 1 open');
  await whole.click();

  await expect(thread(page, 'An hour will do')).toContainText('Hold');
});
