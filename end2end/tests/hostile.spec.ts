import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Page } from '@playwright/test';

import { PIXEL } from '../support/look.ts';
import { expect, hydrated, test } from '../support/test.ts';
import { edge, type Json, node, panel, post, step } from '../support/workflow.ts';
import { beOwner, originOf } from '../support/workspace.ts';

// What nothing a model or a person writes may do (S8), as a browser sees it. The cleaner alone is tested
// in `app/safe_html/tests/main.rs`, with the same attacks.

const VECTORS = readFileSync(join(import.meta.dirname, '../../app/safe_html/tests/html_vectors.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.replaceAll('\\n', '\n'));
/** What the attacks name of the library is nobody's. */
const NOBODYS = /\/api\/v1\/images\/0198c8a2-1111/;
/** For a name: it closes a title, an attribute and a script, and begins what runs in a page and in a drawing. */
const NAME = `</title></textarea></script>"'><img src=x onerror=alert(1)><svg onload=alert(1)>\${7*7}`;

/** What is seen of it wherever it is not cut. */
const SHOWN = '<img src=x onerror=alert(1)>';

/** Every attack in a quotation of its own, so that none hides the next. */
const TEXT = VECTORS.map((vector, at) => vector.replaceAll('[y]', `[y${at}]`))
  .map((vector) => vector.split('\n').map((line) => `> ${line}`).join('\n'))
  .join('\n\n');

/** What on the page, or in the HTML of one, could do more than be read. */
function dangers(html: string | null): string[] {
  const found: string[] = [];
  const running = ['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base', 'portal'];
  const addresses = ['href', 'xlink:href', 'src', 'srcset', 'action', 'formaction', 'data', 'poster', 'background', 'ping'];
  const whole = html === null ? document : new DOMParser().parseFromString(html, 'text/html');
  // What is streamed comes as templates, whose content is put in its place later.
  const parts = [whole, ...[...whole.querySelectorAll('template')].map(({ content }) => content)];
  for (const element of parts.flatMap((part) => [...part.querySelectorAll<HTMLElement>('*')])) {
    const tag = element.localName;
    if (running.includes(tag)) found.push(`<${tag}>`);
    if (tag === 'script' && element.nonce === '') found.push('a script that is not the page’s own');
    if (tag === 'meta' && element.hasAttribute('http-equiv')) found.push('<meta http-equiv>');
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name) || name === 'srcdoc') found.push(`<${tag} ${name}>`);
      if (!addresses.includes(name)) continue;
      // A link may lead elsewhere; whatever is loaded or sent is the server's own.
      const { protocol, origin } = new URL(value, document.baseURI);
      const leads = tag === 'a' && name === 'href' && ['http:', 'https:', 'mailto:'].includes(protocol);
      if (!leads && origin !== location.origin) found.push(`<${tag} ${name}="${value}">`);
    }
  }
  if ('ran' in window) found.push('something ran');
  return found;
}

/** Notes what runs: a call of what the attacks call, a dialog. */
async function watch(page: Page): Promise<string[]> {
  const ran: string[] = [];
  page.on('dialog', (dialog) => {
    ran.push(`a dialog says ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    const mark = () => Object.assign(window, { ran: true });
    Object.assign(window, { alert: mark, msgbox: mark });
  });
  return ran;
}

async function expectNothing(page: Page, where: string): Promise<void> {
  expect(await page.evaluate(dangers, null), where).toEqual([]);
}

/** What the server sends of a page shows it, and nothing in that is dangerous. */
async function expectServed(page: Page, address: string, shows: string): Promise<void> {
  const answer = await page.request.get(address);
  expect(answer.status(), address).toBe(200);
  // The page lets in what has its own nonce.
  const nonce = /'nonce-([^']+)'/.exec(answer.headers()['content-security-policy'] ?? '')?.[1] ?? 'none';
  const own = await page.evaluate(() => document.querySelector<HTMLElement>('[nonce]')?.nonce ?? '');
  const html = (await answer.text()).replaceAll(nonce, own);
  const texts = (html: string): string => {
    const whole = new DOMParser().parseFromString(html, 'text/html');
    return [whole.body, ...[...whole.querySelectorAll('template')].map(({ content }) => content)].map((part) => part.textContent).join();
  };
  expect(await page.evaluate(texts, html), `${address} as it is served`).toContain(shows);
  expect(await page.evaluate(dangers, html), `${address} as it is served`).toEqual([]);
}

/** Opens a page, as it is served and with its client. */
async function open(page: Page, address: string, shows: string): Promise<void> {
  await page.goto(address);
  await hydrated(page);
  await expect(page.locator('body')).toContainText(shows);
  await expectNothing(page, address);
  await expectServed(page, address, shows);
}

/** Goes to another page of the app by a link. */
async function go(page: Page, address: string, shows: string): Promise<void> {
  const before = await page.title();
  await page.evaluate((href) => {
    const way = Object.assign(document.createElement('a'), { href });
    document.body.append(way);
    way.click();
    way.remove();
  }, address);
  await page.waitForURL(address);
  await expect(page, 'the page before is gone').not.toHaveTitle(before);
  await expect(page.locator('body')).toContainText(shows);
  await expectNothing(page, address);
  await expectServed(page, address, shows);
}

/** The same with a hostile name and note. */
const named = (one: Json): Json => ({ ...one, data: { ...(one['data'] as Json), label: NAME, notes: NAME } });

/** Everything in it that a person names is hostile; it gives what it is launched with to a review. */
const workflow: Json = {
  name: NAME,
  description: NAME,
  parameters: [{ name: 'text', type: 'long_text', label: NAME, help: NAME, group: NAME }],
  nodes: [
    node('start', 'start', 0, 0),
    named(node('shape', 'transform', 300, 0, { input: '${input.text}', operations: [{ op: 'template', text: '${item}' }] })),
    node('check', 'review', 600, 0, { instructions: `${NAME}\n\n${TEXT.slice(0, 3_000)}` }),
    node('end', 'end', 900, 0),
    node('remark', 'note', 0, 300, { text: TEXT.slice(0, 3_000) }),
    named(node('around', 'frame', 400, 300, { note: NAME })),
  ],
  edges: [{ ...edge('start', 'shape'), label: NAME.slice(0, 80) }, { ...edge('shape', 'check'), label: NAME.slice(0, 80) }, edge('check', 'end', 'approved')],
};

test('nothing runs of what a document says, read or written', async ({ page, guard }) => {
  test.slow();
  guard.expect(NOBODYS);
  const ran = await watch(page);
  const workspace = await beOwner(page);
  const document = await post(page, 'documents', { title: NAME, content: TEXT, tags: ['<script>alert(1)</script>'] });
  const address = `${workspace}/documents/${String(document['id'])}`;

  await open(page, address, NAME);
  // What was meant as a heading, a link or a table reads as that: the text is there and was rendered.
  expect(await page.locator('.markdown blockquote').count()).toBeGreaterThan(VECTORS.length - 20);
  await expect(page.locator('.markdown').first()).toContainText('alert(1)');
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.waitForURL(/\/edit$/);
  await expectServed(page, page.url(), 'alert(1)');
  await expect(page.getByRole('region', { name: 'Preview' }).locator('blockquote').first()).toBeVisible();
  await expectNothing(page, 'the preview');
  await go(page, `${workspace}/documents`, NAME);
  await page.getByLabel('Search documents').fill(NAME);
  await page.waitForURL(/\?q=/);
  await expectNothing(page, 'what is searched for');
  await expectServed(page, page.url(), SHOWN);
  // Each attack alone, put into a page as documents are.
  const headers = { origin: originOf(page) };
  const cleaned = async (text: string) => {
    const answer = await page.request.post('/api/fn/format_text', { data: { text }, headers });
    return (await answer.json()) as string;
  };
  const all = await Promise.all(VECTORS.map(cleaned));
  await page.evaluate((all) => {
    for (const html of all) {
      const place = document.createElement('div');
      place.innerHTML = html;
      document.querySelector('main')?.append(place);
    }
  }, all);
  await expectNothing(page, 'every attack alone');
  expect(ran).toEqual([]);
});

test('nothing runs of what a workflow, its execution and its review are called and say', async ({ page, browser, server, guard }) => {
  test.slow();
  guard.expect(NOBODYS);
  const ran = await watch(page);
  const workspace = await beOwner(page);
  const project = await post(page, 'projects', { name: NAME.slice(0, 60) });
  const image = await page.request.post(`/api/v1/images?name=${encodeURIComponent(NAME)}&project=${String(project['id'])}`, {
    data: PIXEL,
    headers: { origin: originOf(page), 'content-type': 'image/png' },
  });
  expect(image.ok(), await image.text()).toBe(true);
  const template = await post(page, 'workflows/templates', { definition: workflow, name: NAME, example_output: TEXT });
  const launched = await post(page, 'workflows/executions', { template_id: template['id'], parameters: { text: TEXT } });
  const execution = String(launched['execution_id']);
  const review = async () => {
    const answer = await page.request.get('/api/v1/reviews');
    const { items } = (await answer.json()) as { items: { id: string; execution_id: string }[] };
    return items.find((one) => one.execution_id === execution)?.id ?? '';
  };
  await expect.poll(review).not.toBe('');
  const link = await post(page, `reviews/${await review()}/links`, { hours: 24 });

  const at = `${workspace}/workflows/${String(template['id'])}`;
  await open(page, workspace, SHOWN);
  const pages = [
    `${workspace}/workflows`, at, `${at}/launch`, `${workspace}/executions`, `${workspace}/reviews`, `${workspace}/projects`,
    `${workspace}/projects/${String(project['id'])}`, `${workspace}/images`,
  ];
  for (const address of pages) {
    await go(page, address, SHOWN);
  }

  await go(page, `${workspace}/workflows/builder/${String(template['id'])}`, 'alert(1)');
  for (const id of ['shape', 'start', 'remark', 'check']) {
    await page.getByTestId(`node-${id}`).click();
    await expect(page.getByRole('complementary', { name: 'Details' })).toBeVisible();
    await expectNothing(page, `the panel of ${id}`);
  }
  await page.getByRole('tab', { name: 'Outline' }).click();
  await expect(page.getByRole('treeitem').filter({ hasText: NAME.slice(0, 40) }).first()).toBeVisible();
  await page.getByRole('button', { name: /problem|error|warning/i }).first().click();
  await expectNothing(page, 'outline and problems');

  await open(page, `${workspace}/workflows/executions/${execution}`, SHOWN);
  for (const id of ['shape', 'check', 'start']) {
    await step(page, id).getByRole('button').first().click();
    for (const tab of await panel(page).getByRole('tab').all()) {
      await tab.click();
      await expectNothing(page, `${id}: ${await tab.innerText()}`);
    }
  }
  for (const tab of await page.locator('.dock').getByRole('tab').all()) {
    await tab.click();
    await expectNothing(page, await tab.innerText());
  }

  const elsewhere = await browser.newPage();
  const ranThere = await watch(elsewhere);
  await open(elsewhere, `${server.url}${String(link['path'])}`, 'alert(1)');
  expect([...ran, ...ranThere]).toEqual([]);
  await elsewhere.context().close();
  // What its pictures name is nobody's: no other page is to look for them.
  await post(page, `workflows/executions/${execution}/stop`, {});
});
