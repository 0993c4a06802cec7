import { ends } from '../support/again.ts';
import { sql } from '../support/database.ts';
import { expect, test } from '../support/test.ts';
import { edge, launch, node, step } from '../support/workflow.ts';

// Words a second: a text is under way for twenty seconds and more, in which it has to be seen.
test.use({ settings: { ATELIER_SAMPLE_PACE: '3' } });
test.skip(({ server }) => !server.database, 'only a database of the tests can be full');

/** What PostgreSQL says when it cannot make a table larger, for every step. */
const FULL = `
  CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full';
  END $$;
  CREATE TRIGGER full_disk BEFORE INSERT ON execution_events
    FOR EACH STATEMENT EXECUTE FUNCTION no_room()`;
const ROOM = 'DROP TRIGGER full_disk ON execution_events; DROP FUNCTION no_room()';

const writing = {
  name: 'Written without room',
  nodes: [node('start', 'start', 0, 80), node('write', 'generate_copy', 300, 80, { prompt: 'A line' }), node('end', 'end', 600, 80)],
  edges: [edge('start', 'write'), edge('write', 'end', 'texts')],
};

test('rel E7: every page says that the database is full, and what is under way goes on once it has room', async ({ page, server }) => {
  const database = String(server.database);
  const notice = page.getByText('The database disk is full.');
  await launch(page, writing);
  await expect(step(page, 'write')).toHaveAttribute('data-state', 'running');

  sql(database, FULL);
  try {
    // It comes when the text has ended.
    await expect(notice).toBeVisible();
    await page.getByRole('navigation').first().getByRole('link', { name: 'Documents' }).click();
    await expect(page.getByRole('heading', { name: 'Documents', level: 1 })).toBeVisible();
    await expect(notice).toBeVisible();
    await page.goBack();
  } finally {
    sql(database, ROOM);
  }

  await expect(notice).toBeHidden();
  await ends(page, 'completed');
});
