import { type Page } from '@playwright/test';

import { expect, hydrated } from './test.ts';
import { beOwner, originOf } from './workspace.ts';

export type Json = Record<string, unknown>;

/** A step of a workflow, called like its id. */
export function node(id: string, type: string, x: number, y: number, config: Json = {}): Json {
  const label = id[0]?.toUpperCase() + id.slice(1).replaceAll('_', ' ');
  return { id, type, position: { x, y }, data: { label, config } };
}

/** A line between two steps. */
export function edge(source: string, target: string, sourceHandle?: string): Json {
  const id = `${source}-${sourceHandle ?? ''}-${target}`;
  return { id, source, target, ...(sourceHandle ? { sourceHandle } : {}) };
}

/** Waits for a day. */
export function waiting(name: string): Json {
  return {
    name,
    nodes: [node('start', 'start', 0, 80), node('hold', 'wait', 300, 80, { seconds: 86400 }), node('end', 'end', 600, 80)],
    edges: [edge('start', 'hold'), edge('hold', 'end')],
  };
}

/** Asks a person, and is over when that has approved. */
export function asking(name: string): Json {
  return {
    name,
    nodes: [
      node('start', 'start', 0, 80),
      node('look', 'review', 300, 80, { instructions: 'Good?' }),
      node('end', 'end', 600, 80),
    ],
    edges: [edge('start', 'look'), edge('look', 'end', 'approved')],
  };
}

/** Posts to the API as the person of the page. */
export async function post(page: Page, path: string, data: Json): Promise<Json> {
  const headers = { origin: originOf(page) };
  const answer = await page.request.post(`/api/v1/${path}`, { data, headers });
  expect(answer.ok(), await answer.text()).toBe(true);
  return JSON.parse((await answer.text()) || '{}') as Json;
}

/** Publishes a workflow and launches it; gives the execution's id. */
export async function begin(page: Page, workflow: Json, extra: Json = {}): Promise<string> {
  const template = await post(page, 'workflows/templates', workflow);
  const launched = await post(page, 'workflows/executions', { template_id: template['id'], ...extra });
  return String(launched['execution_id']);
}

/** Approves all that waits for the person of the page. */
export async function approveAll(page: Page): Promise<void> {
  const { items } = (await (await page.request.get('/api/v1/reviews')).json()) as { items: Json[] };
  for (const review of items) await post(page, `reviews/${String(review['id'])}/decision`, { decision: 'approve' });
}

/** The id of the open review of an execution, once there is one other than `before`. */
export async function reviewOf(page: Page, execution: string, before = ''): Promise<string> {
  let id = '';
  const open = async () => {
    const { items } = (await (await page.request.get('/api/v1/reviews')).json()) as { items: Json[] };
    id = String(items.find((one) => one['execution_id'] === execution && one['id'] !== before)?.['id'] ?? '');
    return id;
  };
  await expect.poll(open).not.toBe('');
  return id;
}

/** Waits for the open review of an execution, and decides it as the person of the page. */
export async function decide(page: Page, execution: string, decision: Json): Promise<void> {
  await post(page, `reviews/${await reviewOf(page, execution)}/decision`, decision);
}

/** Waits until an execution stands so. */
export async function stands(page: Page, id: string, status: string): Promise<void> {
  const now = async () => {
    const answer = await page.request.get(`/api/v1/workflows/executions/${id}/status`);
    return ((await answer.json()) as Json)['status'];
  };
  await expect.poll(now).toBe(status);
}

/** Publishes and launches a workflow from outside, and opens its monitor; gives the workspace's address. */
export async function launch(page: Page, workflow: Json, extra: Json = {}): Promise<string> {
  const workspace = await beOwner(page);
  const execution = await begin(page, workflow, extra);
  await page.goto(`${workspace}/workflows/executions/${execution}`);
  await hydrated(page);
  return workspace;
}

/** The card of a step. */
export const step = (page: Page, id: string) => page.getByTestId(`node-${id}`);

/** Shows a step in the panel beside the canvas. */
export const choose = (page: Page, id: string) => step(page, id).getByRole('button').first().click();

/** The panel beside the canvas. */
export const panel = (page: Page) => page.getByRole('complementary', { name: 'Selected step' });
