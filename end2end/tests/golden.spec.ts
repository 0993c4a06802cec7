import { type Page } from '@playwright/test';

import { chromium, launching } from '../support/chromium.ts';
import { sql } from '../support/database.ts';
import { openEditor } from '../support/editor.ts';
import { still } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { beOwner, originOf } from '../support/workspace.ts';

// Letters are as people see them only in the browser that people have.
test.use({ launchOptions: launching(chromium()) });

/** Every type of node that is a step, with what its card says. */
const KINDS: Record<string, object> = {
  start: {},
  generate_copy: { prompt: 'Two lines on ${input.topic}', quantity: 3 },
  generate_image: { prompt: 'A calm poster of a lake', quantity: 2 },
  attach_to_document: { strategy: 'many_to_one' },
  review: { instructions: 'Is the tone right?' },
  ai_review: { criteria: 'Clear and friendly' },
  conditional: { branches: [{ id: 'good', label: 'Good', when: 'input.score > 7' }] },
  parallel: { lanes: [{ id: 'text', label: 'Text' }, { id: 'picture', label: 'Picture' }] },
  merge: { mode: 'all' },
  for_each: { items: '${input.topics}' },
  transform: { operations: [{ op: 'pick', path: 'title' }] },
  http_request: { method: 'POST', url: 'https://api.example.com/v1' },
  tool: { tool: 'github.createIssue', params: { title: 'Broken: ${input.topic}' } },
  sub_workflow: { template: 'Instagram Post' },
  wait: { seconds: 3600 },
  agent: { agent: 'strategist', prompt: 'Find three sources' },
  end: {},
};

/** What a person sees, as the states of a node and of its execution. */
const STATES: Record<string, { node: string; execution: string; more?: object }> = {
  pending: { node: 'pending', execution: 'running' },
  queued: { node: 'ready', execution: 'running' },
  running: { node: 'running', execution: 'running' },
  completed: { node: 'completed', execution: 'completed' },
  failed: {
    node: 'failed',
    execution: 'failed',
    more: { failure: { class: 'permanent', code: 'refused', message: 'The provider refused this prompt.' } },
  },
  skipped: { node: 'skipped', execution: 'completed', more: { skipped: 'dead_path' } },
  awaiting_review: { node: 'awaiting_review', execution: 'paused' },
  paused: { node: 'ready', execution: 'paused' },
  stopped: { node: 'cancelled', execution: 'stopped' },
};

const TITLES: Record<string, string> = { http_request: 'Call the shop', tool: 'Report it', sub_workflow: 'Post it' };
const title = (kind: string) => TITLES[kind] ?? kind.replace(/^./, (c) => c.toUpperCase()).replaceAll('_', ' ');

/** All types in a grid. */
function picture() {
  const nodes = Object.entries(KINDS).map(([type, config], place) => ({
    id: type,
    type,
    position: { x: (place % 4) * 288, y: Math.floor(place / 4) * 152 },
    data: { label: title(type), config },
  }));
  return { schemaVersion: 1, name: 'Every type', nodes, edges: [] };
}

/** An execution of which only a summary is kept: whatever is written there is what its page shows. */
async function shelf(page: Page) {
  const workspace = await beOwner(page);
  const node = (id: string) => ({ id, type: id, position: { x: 0, y: 0 }, data: {} });
  const definition = { name: 'Shelf', nodes: [node('start'), node('end')], edges: [{ id: 'e', source: 'start', target: 'end' }] };
  const headers = { origin: originOf(page) };
  const post = async (path: string, data: object) => {
    const answer = await page.request.post(`/api/v1/workflows/${path}`, { data, headers });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  };
  const template = await post('templates', definition);
  const { execution_id: id } = await post('executions', { template_id: template.id });
  const read = async () => (await page.request.get(`/api/v1/workflows/executions/${id}`)).json();
  await expect.poll(async () => (await read()).view.status).toBe('completed');
  return { id, view: (await read()).view, address: `${workspace}/workflows/executions/${id}` };
}

test.describe('golden pictures', () => {
  test.skip(({ server }) => !server.database, 'they are drawn from rows of a test database');

  test('every type of node in every state looks as it did, light and dark', async ({ page, server }) => {
    test.slow();
    const { id, view, address } = await shelf(page);
    server.leaveUnexamined(id);
    // The graph keeps its room also where the results have most of it.
    await page.context().addCookies([{ name: 'monitor-results', value: '35', url: originOf(page) }]);
    const text = (value: object) => `'${JSON.stringify(value).replaceAll("'", "''")}'`;
    sql(server.database!, `UPDATE workflow_executions SET run_definition = ${text(picture())} WHERE id = '${id}'`);
    const blank = { ...view.nodes[0], started_at: null, ended_at: null };
    for (const [state, { node, execution, more }] of Object.entries(STATES)) {
      const nodes = Object.keys(KINDS).map((kind) => ({ ...blank, id: kind, kind, label: title(kind), status: node, ...more }));
      const summary = { ...view, status: execution, nodes, edges: [] };
      sql(server.database!, `UPDATE workflow_executions SET summary = ${text(summary)}, forgotten_at = now() WHERE id = '${id}'`);
      await page.goto(address);
      await hydrated(page);
      for (const scheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await still(page);
        const stage = page.locator('.diagram').first();
        await expect(stage.locator('.node')).toHaveCount(Object.keys(KINDS).length);
        await stage.locator('.zoom-bar').evaluate((bar) => (bar.style.display = 'none'));
        await expect(stage).toHaveScreenshot(`nodes-${state.replace('_', '-')}-${scheme}.png`);
      }
    }
  });

  test('the editor looks as it did, light and dark', async ({ page }) => {
    const place = (index: number) => ({ x: (index % 4) * 400, y: Math.floor(index / 4) * 190 });
    const kinds = Object.entries(KINDS).filter(([type]) => type !== 'for_each');
    const nodes = kinds.map(([type, config], index) => ({ id: type, type, config, label: title(type), ...place(index) }));
    const editor = await openEditor(
      page,
      [
        ...nodes,
        { id: 'each', type: 'for_each', x: 0, y: 800, config: KINDS.for_each, label: 'For each topic' },
        { id: 'line', type: 'generate_copy', x: 48, y: 104, parent: 'each', config: { prompt: 'On ${item}' }, label: 'One line' },
        { id: 'group', type: 'frame', x: 560, y: 800, config: { color: 'orange', note: 'Not needed yet' }, label: 'Ideas' },
        { id: 'note', type: 'note', x: 48, y: 104, parent: 'group', config: { text: 'Ask Ada about the tone.' }, label: 'Tone' },
      ],
      ['start>generate_copy', 'generate_copy>generate_image', 'each.item>line', 'line>each.result'],
    );
    await editor.node('generate_copy').click();
    await expect(page.locator('#config-prompt')).toBeVisible();
    await page.keyboard.press('Escape');
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await editor.node('generate_copy').focus();
      await page.keyboard.press('Shift+1');
      await still(page);
      await expect(page.locator('.builder')).toHaveScreenshot(`editor-${scheme}.png`, {
        mask: [page.locator('.builder__head')],
      });
    }
  });
});
