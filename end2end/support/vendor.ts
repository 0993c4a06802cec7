import { once } from 'node:events';
import { type Server, createServer } from 'node:http';

/** A server that speaks OpenAI's API for one key, and tells every other key that it is wrong. */
export class Vendor {
  /** The credentials it was sent, the newest last. */
  readonly heard: string[] = [];

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
      const sent = asked.headers.authorization ?? '';
      vendor.heard.push(sent);
      const right = sent === `Bearer ${key}`;
      answer.writeHead(right ? 200 : 401, { 'content-type': 'application/json' });
      // As some vendors do, it repeats the key it refuses.
      const wrong = { error: { code: 'invalid_api_key', message: `Incorrect API key provided: ${sent}` } };
      const choice = { message: { content: 'Written elsewhere.' }, finish_reason: 'stop' };
      answer.end(JSON.stringify(right ? { choices: [choice], model: 'served-model' } : wrong));
    });
    return vendor;
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
