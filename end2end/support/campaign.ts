import { type Page } from '@playwright/test';

import { expect, hydrated } from './test.ts';
import { type Json, post, stands } from './workflow.ts';
import { beOwner } from './workspace.ts';

/** Opens the launch form of the Facebook campaign with its example filled in. */
export async function campaignForm(page: Page): Promise<string> {
  const workspace = await beOwner(page);
  await page.goto(`${workspace}/workflows`);
  // Other tests make copies, whose names begin with this one.
  await page.getByRole('link', { name: 'Use Facebook Ads Campaign', exact: true }).click();
  await page.waitForURL(/\/launch$/);
  await hydrated(page);
  await page.getByRole('button', { name: 'Use example' }).click();
  return workspace;
}

/** Launches what the form holds and waits for its end. */
export async function launchToEnd(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Launch', exact: true }).click();
  await page.waitForURL(/\/workflows\/executions\//);
  await expect(page.locator('main header').getByText('Completed').first()).toBeVisible();
}

/** Launches the campaign from outside, and opens its page once it has ended; gives the workspace's address. */
export async function endedCampaign(page: Page): Promise<string> {
  const workspace = await beOwner(page);
  const { items } = (await (await page.request.get('/api/v1/workflows/templates?limit=100')).json()) as { items: Json[] };
  const template = items.find((one) => one['name'] === 'Facebook Ads Campaign');
  const parameters = {
    product_description: 'A kettle that whistles in C major.',
    target_audience: 'People who drink tea',
    key_benefit: 'Nobody forgets the water',
  };
  const launched = await post(page, 'workflows/executions', { template_id: template?.['id'], parameters });
  const execution = String(launched['execution_id']);
  await stands(page, execution, 'completed');
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  return workspace;
}
