import { type Locator, type Page, expect } from '@playwright/test';

import { hydrated } from './test.ts';
import { post } from './workflow.ts';
import { beOwner, originOf } from './workspace.ts';

/** A node of a workflow as the editor's tests draw it. */
export type Drawn = {
  id: string;
  type: string;
  x?: number;
  y?: number;
  config?: object;
  parent?: string;
  label?: string;
};

/** A workflow as the server has it, as far as these tests look. */
type Kept = {
  nodes: { id: string; parentId?: string; position: { x: number; y: number } }[];
  edges: { source: string; target: string }[];
};

let made = 0;

/** Lets an editor not hear of what others save: the answer never comes. */
export function deafen(page: Page): Promise<unknown> {
  return page.route('**/api/fn/load_latest_draft', () => undefined);
}

/** Somebody else writes the prompt of a step; an editor that is to clash with that is deafened before. */
export async function writeElsewhere({ page, template }: Editor, id: string, prompt: string): Promise<void> {
  type Node = { id: string; data: { config: { prompt?: string } } };
  const read = await page.request.get(`/api/v1/workflows/templates/${template}/draft`);
  const { draft_revision, workflow } = (await read.json()) as { draft_revision: number; workflow: { nodes: Node[] } };
  for (const node of workflow.nodes) if (node.id === id) node.data.config.prompt = prompt;
  const draft = { template_id: template, draft_revision, workflow };
  const headers = { origin: originOf(page) };
  const answer = await page.request.post('/api/fn/save_draft', { data: { draft }, headers });
  expect(answer.ok(), await answer.text()).toBe(true);
}

/** The editor of a fresh template with these nodes and edges ("a>b", "fork.lane_1>b"), opened and alive. */
export async function openEditor(
  page: Page,
  nodes: Drawn[],
  edges: string[] = [],
  parameters: object[] = [],
): Promise<Editor> {
  const workspace = await beOwner(page);
  const { id } = await draw(page, workspace, nodes, edges, parameters);
  await page.goto(`${workspace}/workflows/builder/${id}`);
  await hydrated(page);
  return opened(page, id, nodes);
}

/** The same from a page of the workspace that is open, as a link leads there: nothing is loaded anew. */
export async function openNext(
  page: Page,
  nodes: Drawn[],
  edges: string[] = [],
  parameters: object[] = [],
): Promise<Editor> {
  const workspace = page.url().split('/').slice(0, 5).join('/');
  const { id, name } = await draw(page, workspace, nodes, edges, parameters);
  // Over a fresh canvas no pointer rests.
  await page.mouse.move(0, 0);
  await follow(page, `${workspace}/workflows/builder/${id}`);
  await expect(page.getByLabel('Workflow name')).toHaveValue(name);
  return opened(page, id, nodes);
}

/** Goes to an address of the app as a link in the page does. */
export async function follow(page: Page, address: string): Promise<void> {
  await page.evaluate((address) => {
    const link = Object.assign(document.createElement('a'), { href: address });
    document.body.append(link);
    link.click();
    link.remove();
  }, address);
  await page.waitForURL((url) => url.href.startsWith(address));
}

/** A template with these nodes and edges, made from outside. */
async function draw(page: Page, workspace: string, nodes: Drawn[], edges: string[], parameters: object[]) {
  made += 1;
  const name = `Drawn ${Date.now()} ${made}`;
  const definition = {
    schemaVersion: 1,
    name,
    parameters,
    nodes: nodes.map(({ id, type, x = 0, y = 0, config = {}, parent, label = id }) => ({
      id,
      type,
      position: { x, y },
      parentId: parent,
      data: { label, config },
    })),
    edges: edges.map((edge, at) => {
      const [from, to] = edge.split('>').map((end) => end.split('.'));
      return { id: `e${at}`, source: from[0], sourceHandle: from[1], target: to[0], targetHandle: to[1] };
    }),
  };
  return { id: String((await post(page, 'workflows/templates', { definition, unfinished: true }))['id']), name };
}

async function opened(page: Page, id: string, nodes: Drawn[]): Promise<Editor> {
  const editor = new Editor(page, id);
  await expect(editor.canvas).toBeVisible();
  // Of very many nodes there is a picture far away, and no card.
  if (nodes.length > 0 && nodes.length <= 150) await expect(editor.node(nodes[0].id)).toBeVisible();
  return editor;
}

/** The editor's canvas as a person handles it. */
export class Editor {
  readonly canvas: Locator;

  constructor(
    readonly page: Page,
    readonly template: string,
  ) {
    this.canvas = page.locator('#canvas');
  }

  node(id: string): Locator {
    return this.page.getByTestId(`node-${id}`);
  }

  port(node: string, port: string): Locator {
    return this.page.getByTestId(`port-${node}-${port}`);
  }

  /** The lines on the canvas. */
  edges(): Locator {
    return this.canvas.locator('path.edge');
  }

  /** The middle of something on the screen. */
  async middle(of: Locator): Promise<{ x: number; y: number }> {
    const box = await of.boundingBox();
    if (!box) throw new Error('it is not on the page');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** The present zoom in percent. */
  async zoom(): Promise<number> {
    return Number.parseInt(await this.page.getByTestId('zoom').innerText(), 10);
  }

  /** Presses at one point, moves to another in steps, and stays there. */
  async drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + 6, from.y + 6);
    await this.page.mouse.move(to.x, to.y, { steps: 6 });
    await this.painted();
  }

  /** Two frames have passed: what a pointer asked for is on the screen. */
  async painted(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }

  /** The view has come to rest: what is brought into view glides there. */
  async rested(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((done) => {
          const parts = [...document.querySelectorAll('.canvas__view, .diagram__world')];
          const view = () => parts.map((part) => getComputedStyle(part).transform).join();
          let [last, still] = [view(), 0];
          const look = () => {
            still = view() === last ? still + 1 : 0;
            last = view();
            if (still > 3) done();
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }),
    );
  }

  /** Takes a node by its upper left, where a frame is held too, and lets it go so many units farther. */
  async move(id: string, dx: number, dy: number): Promise<void> {
    await this.rested();
    const box = await this.node(id).boundingBox();
    if (!box) throw new Error(`${id} is not on the page`);
    const scale = (await this.zoom()) / 100;
    const from = { x: box.x + 100 * scale, y: box.y + 20 * scale };
    await this.drag(from, { x: from.x + dx * scale, y: from.y + dy * scale });
    await this.page.mouse.up();
  }

  /** The draft as the server has it, once all is kept. */
  async kept(): Promise<Kept> {
    await expect(this.page.locator('.saved')).toHaveText(/^Saved/);
    const answer = await this.page.request.get(`/api/v1/workflows/templates/${this.template}/draft`);
    expect(answer.ok(), await answer.text()).toBe(true);
    return ((await answer.json()) as { workflow: Kept }).workflow;
  }

  /** The edges that the server has, once all is kept, as `openEditor` takes them and in order. */
  async wires(): Promise<string[]> {
    return (await this.kept()).edges.map(({ source, target }) => `${source}>${target}`).sort();
  }

  /** Where a node lies, in world units. */
  async place(id: string): Promise<{ x: number; y: number }> {
    return this.node(id).evaluate((node) => {
      // The browser leaves out what is 0 at the end.
      const [x = 0, y = 0] = (node as HTMLElement).style.translate.split(' ').map(Number.parseFloat);
      return { x, y };
    });
  }

  /** The point of the screen where the world's point lies; `anchor` is a node whose place is known. */
  async screen(anchor: string, dx: number, dy: number): Promise<{ x: number; y: number }> {
    const box = await this.node(anchor).boundingBox();
    if (!box) throw new Error(`${anchor} is not on the page`);
    const scale = box.width / 240;
    return { x: box.x + dx * scale, y: box.y + dy * scale };
  }
}
