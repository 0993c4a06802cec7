import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { type WorkerFixture } from '@playwright/test';

import { test as base } from './test.ts';

const KEY = 'sk-Zq7732-right';

/** A vendor for the tests of a worker, which knows this key. */
export function vendorWith(key: string): [WorkerFixture<Vendor, object>, { scope: 'worker' }] {
  const fixture: WorkerFixture<Vendor, object> = async ({}, use) => {
    const vendor = await Vendor.start(key);
    await use(vendor);
    await vendor.stop();
  };
  return [fixture, { scope: 'worker' }];
}

/** What a prompt says that is refused for good, as vendors do with what their rules forbid. */
export const FORBIDDEN = 'forbidden matter';

/** A server that speaks OpenAI's API for one key, and tells every other key that it is wrong. */
export class Vendor {
  /** The credentials it was sent, the newest last. */
  readonly heard: string[] = [];
  /** How many of the next prompts it refuses, whatever they say. */
  refusals = 0;

  private constructor(
    readonly host: string,
    readonly key: string,
    private readonly server: Server,
  ) {}

  static async start(key: string): Promise<Vendor> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const vendor = new Vendor(`127.0.0.1:${address.port}`, key, server);
    server.on('request', (asked, answer) => {
      void text(asked).then((body) => vendor.reply(asked.headers.authorization ?? '', body, answer, asked.url ?? ''));
    });
    return vendor;
  }

  private reply(sent: string, body: string, answer: ServerResponse, path: string): void {
    this.heard.push(sent);
    const json = (status: number, said: object) => {
      answer.writeHead(status, { 'content-type': 'application/json' });
      answer.end(JSON.stringify(said));
    };
    // As some vendors do, it repeats the key it refuses.
    if (sent !== `Bearer ${this.key}`) {
      json(401, { error: { code: 'invalid_api_key', message: `Incorrect API key provided: ${sent}` } });
    } else if (path.endsWith('/models')) {
      json(200, { data: [{ id: 'gpt-4o-mini' }, { id: 'gpt-image-1' }] });
    } else if (body.includes(FORBIDDEN) || this.refusals > 0) {
      this.refusals = Math.max(0, this.refusals - 1);
      json(400, { error: { code: 'content_policy', message: 'The prompt is against our rules.' } });
    } else {
      const choice = { message: { content: 'Written elsewhere.' }, finish_reason: 'stop' };
      json(200, { choices: [choice], model: 'served-model' });
    }
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A server whose models are answered by a vendor that counts what it hears. */
export const test = base.extend<object, { vendor: Vendor }>({
  vendor: vendorWith(KEY),
  settings: [
    async ({ vendor }, use) =>
      use({
        ATELIER_OPENAI_BASE_URL: vendor.url,
        ATELIER_OPENAI_API_KEY: KEY,
        ATELIER_OUTBOUND_ALLOW: vendor.host,
      }),
    { scope: 'worker' },
  ],
});
