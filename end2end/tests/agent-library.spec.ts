import { expectSound, shoot, still } from '../support/look.ts';
import { expect, expectAccessible, hydrated, test } from '../support/test.ts';
import { beOwner } from '../support/workspace.ts';

test('an agent is made, set up, published, compared, brought back and tried out; one that came with Atelier is copied', async ({ page, guard }) => {
  guard.expect(/422/);
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/settings/agents`);
  await hydrated(page);
  await page.getByRole('searchbox', { name: 'Search agents' }).fill('fact check');
  await expect(page.getByRole('link', { name: 'Fact checker' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Strategist' })).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Search agents' }).fill('');
  await expectSound(page, 'agents');

  await page.getByRole('button', { name: 'New agent' }).click();
  const dialog = page.getByRole('dialog', { name: 'New agent' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Slogan writer');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByText('Write instructions for the agent.')).toBeVisible();
  await still(page);
  await expectAccessible(page);
  await shoot(page, 'agents-new');
  await dialog.getByRole('textbox', { name: 'Instructions' }).fill('Write one slogan.');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.waitForURL(/\/settings\/agents\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Slogan writer');

  const form = page.getByTestId('agent-form');
  await form.getByRole('textbox', { name: 'Purpose' }).fill('Writes slogans.');
  await form.getByRole('button', { name: 'Add input' }).click();
  const input = form.getByTestId('agent-input');
  await input.getByRole('textbox', { name: 'Name' }).fill('topic');
  await form.getByRole('textbox', { name: 'Instructions' }).fill('Write one slogan about ${subject}.');
  await form.getByText('Choose from all tools').click();
  await form.getByRole('searchbox', { name: 'Search tools' }).fill('current time');
  await form.getByRole('button', { name: /atelier\.time/ }).click();
  const chip = form.locator('.saved');
  await expect(form.getByText('The agent has no input subject.')).toBeVisible();
  await expect(chip).toHaveText('Not saved');
  await form.getByRole('textbox', { name: 'Instructions' }).fill('Write one slogan about ${topic}.');
  await form.getByTestId('agent-tool').getByRole('combobox', { name: 'Approval' }).selectOption("Don't ask");
  await expect(chip).toHaveText('Saved');

  const publish = async (note: string) => {
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const asked = page.getByRole('dialog', { name: 'Publish version' });
    await asked.getByRole('textbox', { name: 'What changed' }).fill(note);
    await asked.getByRole('button', { name: 'Publish' }).click();
    await expect(asked).toBeHidden();
  };
  await publish('The first one');
  await form.getByRole('textbox', { name: 'Instructions' }).fill('Write two slogans about ${topic}.');
  await publish('Two of them');
  const versions = page.locator('.card', { has: page.getByRole('heading', { name: 'Versions' }) });
  await versions.getByRole('button', { name: /v1/ }).click();
  await expect(versions.locator('ins')).toContainText('two slogans');
  await shoot(page, 'agent-versions');
  await versions.getByRole('button', { name: 'Restore v1' }).click();
  await expect(form.getByRole('textbox', { name: 'Instructions' })).toHaveValue('Write one slogan about ${topic}.');

  const trial = page.getByTestId('agent-trial');
  const talk = page.getByTestId('agent-talk');
  await trial.getByRole('textbox', { name: 'topic' }).fill('tea');
  await trial.getByRole('textbox', { name: 'Message' }).fill('Make it short.');
  await trial.getByRole('button', { name: 'Send' }).click();
  await expect(talk.locator('[data-by]')).toHaveCount(2);
  await expect(page.getByRole('list', { name: 'Tool calls' })).toContainText('atelier.time');
  await expectSound(page, 'agent-tried');
  await trial.getByRole('textbox', { name: 'Message' }).fill('Another one.');
  await trial.getByRole('button', { name: 'Send' }).click();
  await expect(talk.locator('[data-by]')).toHaveCount(4);

  // What came with Atelier is copied to be changed.
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Agents' }).click();
  await page.getByRole('link', { name: 'Copywriter', exact: true }).click();
  await expect(page.getByText('This agent comes with Atelier')).toBeVisible();
  await expect(page.locator('.saved')).toHaveCount(0);
  await expect(page.getByTestId('agent-form').getByRole('textbox', { name: 'Instructions' })).toBeDisabled();

  await page.getByRole('button', { name: 'Duplicate', exact: true }).click();

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Copywriter (copy)');
  await page.getByRole('button', { name: 'Archive' }).click();
  await expect(page.getByRole('button', { name: 'Restore' })).toBeVisible();
  await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Agents' }).click();
  await expect(page.getByRole('link', { name: 'Copywriter (copy)' })).toHaveCount(0);
  await page.getByText('Show archived').click();
  await expect(page.getByRole('link', { name: 'Copywriter (copy)' })).toBeVisible();
});
