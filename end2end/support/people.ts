import { type Browser, type Page } from '@playwright/test';

import { sql } from './database.ts';
import { hydrated } from './test.ts';

/** Ben Editor, a member of the only workspace, signed in in a browser of his own, on the same page. */
export async function beside(page: Page, browser: Browser, database: string | undefined): Promise<Page> {
  sql(
    database ?? '',
    `WITH ben AS (INSERT INTO users (id, email, name, password_hash)
                  SELECT gen_random_uuid(), 'ben@example.com', 'Ben Editor', password_hash FROM users
                   WHERE NOT EXISTS (SELECT FROM users WHERE email = 'ben@example.com') LIMIT 1
               RETURNING id)
     INSERT INTO memberships (workspace_id, user_id, role)
     SELECT workspace_id, ben.id, 'editor' FROM memberships, ben LIMIT 1`,
  );
  const other = await (await browser.newContext()).newPage();
  await other.goto(new URL('/sign-in', page.url()).href);
  await hydrated(other);
  await other.getByLabel('E-mail').fill('ben@example.com');
  await other.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await other.locator('button[type=submit]').click();
  await other.waitForURL(/\/workspace\//);
  await other.goto(page.url());
  await hydrated(other);
  return other;
}
