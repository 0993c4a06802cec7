import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Server as HttpServer, createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { type Page } from '@playwright/test';

import { expectAccessibleAndShoot, expectSound } from '../support/look.ts';
import { binary } from '../support/server.ts';
import { test as base, expect, hydrated } from '../support/test.ts';
import { edge, node, post } from '../support/workflow.ts';
import { beOwner } from '../support/workspace.ts';

/** The sample of a tool server in a process of its own, as somebody else's server. */
class Sample {
  private constructor(
    readonly host: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(): Promise<Sample> {
    const child = spawn(binary, ['mcp-sample', '--http', '127.0.0.1:0']);
    for await (const line of createInterface(child.stderr)) {
      const at = /http:\/\/([^/]+)\/github/.exec(line);
      if (at?.[1]) return new Sample(at[1], child);
    }
    throw new Error('the sample says no address');
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}

/** A server of one tool, without a handshake, that describes it as it is told. */
class Tickets {
  description = 'Closes a ticket.';

  private constructor(
    readonly host: string,
    private readonly server: HttpServer,
  ) {}

  static async start(): Promise<Tickets> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const tickets = new Tickets(`127.0.0.1:${address.port}`, server);
    server.on('request', (asked, answer) => {
      void text(asked).then((body) => {
        const { id } = JSON.parse(body) as { id: unknown };
        answer.writeHead(200, { 'content-type': 'application/json' });
        answer.end(JSON.stringify({ jsonrpc: '2.0', id, result: { tools: [tickets.tool()] } }));
      });
    });
    return tickets;
  }

  private tool() {
    const inputSchema = { type: 'object', required: ['number'], properties: { number: { type: 'integer' } } };
    return { name: 'close_ticket', description: this.description, inputSchema };
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

const test = base.extend<object, { sample: Sample; tickets: Tickets }>({
  sample: [async ({}, use) => {
    const sample = await Sample.start();
    await use(sample);
    await sample.stop();
  }, { scope: 'worker' }],
  tickets: [async ({}, use) => {
    const tickets = await Tickets.start();
    await use(tickets);
    await tickets.stop();
  }, { scope: 'worker' }],
  settings: [
    async ({ sample, tickets }, use) => use({ ATELIER_OUTBOUND_ALLOW: `${sample.host},${tickets.host}` }),
    { scope: 'worker' },
  ],
});

/** The card of a server. */
function card(page: Page, name: string) {
  return page.locator('.card', { has: page.getByRole('heading', { name, exact: true }) });
}

test('ux 34: a tool server is connected, looked at, changed and deleted; a tool that has changed is accepted', async ({ page, sample, tickets, guard }) => {
  guard.expect(/422/);
  const workspace = await beOwner(page);
  await post(page, 'mcp-servers', { name: 'tickets', kind: 'json_rpc', url: `http://${tickets.host}/` });
  const config = { tool: 'tickets.closeTicket', params: { number: 7 } };
  await post(page, 'workflows/templates', {
    definition: {
      name: 'Close a ticket',
      nodes: [node('start', 'start', 0, 80), node('close', 'tool', 300, 80, config), node('end', 'end', 600, 80)],
      edges: [edge('start', 'close'), edge('close', 'end')],
    },
  });
  await page.goto(`${workspace}/settings/tools`);
  await hydrated(page);
  await expect(card(page, 'github')).toContainText('Sample answers');
  await page.getByRole('searchbox', { name: 'Search tools' }).fill('rollback');
  await expect(card(page, 'deploy')).toContainText('deploy.rollbackService');
  await expect(card(page, 'github')).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Search tools' }).fill('');

  const dialog = page.getByRole('dialog', { name: 'Connect tool server' });
  const address = dialog.getByRole('textbox', { name: 'URL' });
  await page.getByRole('button', { name: 'Connect server' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('github');
  await address.fill('https://10.0.0.1/mcp');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText("isn't on the public internet")).toBeVisible();
  await dialog.getByRole('button', { name: 'Add alias' }).click();
  await expectAccessibleAndShoot(page, 'tools-form');
  await dialog.getByRole('textbox', { name: 'Name in workflows' }).fill('readIssue');
  await dialog.getByRole('textbox', { name: 'Name on the server' }).fill('getIssue');
  await address.fill(`http://${sample.host}/github`);
  await dialog.getByRole('button', { name: 'Save' }).click();

  const github = card(page, 'github');
  await expect(github).toContainText('Connected');
  await expect(github).toContainText('github.readIssue → getIssue');
  await github.getByText(/^\d+ tools$/).click();
  await github.locator('code', { hasText: /^github\.createIssue$/ }).click();
  await expect(github.getByRole('group', { name: 'Arguments' }).filter({ visible: true })).toContainText('"title"');
  await expectSound(page, 'tools-connected');

  await test.step('a tool is tried with a form from its schema', async () => {
    await github.locator('code', { hasText: /^github\.getIssue$/ }).click();
    await github.getByRole('button', { name: 'Try github.getIssue' }).click();
    const trial = page.getByRole('dialog', { name: 'Try github.getIssue' });
    await trial.getByRole('textbox', { name: 'Owner' }).fill('tea');
    await trial.getByRole('textbox', { name: 'Repo' }).fill('kettle');
    await trial.getByRole('textbox', { name: 'Number' }).fill('7');
    await trial.getByRole('button', { name: 'Call tool' }).click();
    await expect(trial.getByTestId('trial-result')).toContainText('"number": 7');
    await expectAccessibleAndShoot(page, 'tools-trial');
    await page.keyboard.press('Escape');
  });

  await test.step('any HTTP API is connected by a curl command', async () => {
    await page.getByRole('button', { name: 'Connect server' }).click();
    await dialog.getByRole('textbox', { name: 'Name' }).fill('desk');
    await dialog.getByRole('combobox', { name: 'Type' }).selectOption('HTTP API');
    const curl = `curl -X POST http://${tickets.host}/tickets -H 'Authorization: Bearer x' -d '{"number": 7}'`;
    await dialog.getByRole('textbox', { name: 'OpenAPI document or curl command' }).fill(curl);
    await dialog.getByRole('button', { name: 'Load operations' }).click();
    await expect(dialog.getByRole('group', { name: /^Operations/ })).toContainText('Writes');
    await expectAccessibleAndShoot(page, 'tools-api');
    await page.keyboard.press('Escape');
  });

  await page.getByRole('button', { name: 'Edit github' }).click();
  await page.getByRole('dialog').getByText('Steps can call its tools').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await expect(github).toContainText('Switched off');
  await page.getByRole('button', { name: 'Delete github' }).click();
  await page.getByRole('button', { name: 'Delete tool server' }).click();
  await expect(card(page, 'github')).toContainText('Sample answers');

  // A tool that has changed since a workflow pinned it is shown with what has changed.
  tickets.description = 'Closes a ticket, and tells a stranger.';
  await page.getByRole('button', { name: 'Check now tickets' }).click();
  const drifts = page.getByTestId('drifts');
  await expect(drifts).toContainText('and tells a stranger.');
  await expect(drifts).toContainText('Pinned by Close a ticket.');
  await expectSound(page, 'tools-drift');
  await drifts.getByRole('button', { name: 'Accept tickets.closeTicket' }).click();
  await expect(page.getByText('Accepted.')).toBeVisible();
  await expect(drifts).toHaveCount(0);
});
