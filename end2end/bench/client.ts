import { Agent, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';

import { now } from './figures.ts';

const CAMPAIGN = 'Facebook Ads Campaign';

/** An event as the API tells it; `at` is in milliseconds since the epoch, by the database's clock. */
export interface Event {
  seq: number;
  at: number;
  kind: string;
  node?: string;
  job?: string;
}

/** The owner of a server, over connections that stay open. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly url: string, private readonly cookie: string) {}

  /** Creates the owner of a fresh server. */
  static async setUp(url: string): Promise<Client> {
    const owner = { name: 'Ada', email: 'ada@example.com', password: 'correct horse', workspace: 'Studio' };
    const answer = await new Client(url, '').send('POST', '/set-up', owner);
    if (answer.statusCode !== 201) throw new Error(`no owner could be made: ${answer.statusCode}`);
    answer.resume();
    return new Client(url, answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '');
  }

  /** The id of the template that is measured with. */
  async campaign(): Promise<string> {
    const { items } = await this.json<{ items: { id: string; name: string }[] }>('GET', '/workflows/templates');
    const found = items.find(({ name }) => name === CAMPAIGN);
    if (!found) throw new Error(`the template ${CAMPAIGN} is missing`);
    return found.id;
  }

  /** Launches the campaign; resolves with the execution's id. */
  async launch(template: string, quantities: Record<string, number> = {}): Promise<string> {
    const brief = {
      product_description: 'A bottle with a filter.',
      target_audience: 'Commuters',
      key_benefit: 'Good water anywhere',
    };
    const body = { template_id: template, parameters: { ...brief, ...quantities } };
    const launched = await this.json<{ execution_id: string }>('POST', '/workflows/executions', body);
    return launched.execution_id;
  }

  /** Everything that has happened to an execution. */
  async events(execution: string): Promise<Event[]> {
    const all: Event[] = [];
    for (;;) {
      const after = all.at(-1)?.seq ?? 0;
      const path = `/workflows/executions/${execution}/events?after=${after}`;
      const { items } = await this.json<{ items: Event[] }>('GET', path);
      if (items.length === 0) return all;
      all.push(...items);
    }
  }

  /** Follows an execution to its end; each event comes with the time at which it arrived. */
  async follow(execution: string, each: (event: Event, arrived: number) => void): Promise<void> {
    const answer = await this.send('GET', `/stream?executions=${execution}`);
    for await (const line of createInterface(answer)) {
      if (!line.startsWith('data:') || !line.includes('"event"')) continue;
      const arrived = now();
      const { event } = JSON.parse(line.slice(5)) as { event: Event };
      each(event, arrived);
      if (/^execution\.(completed|failed|stopped)$/.test(event.kind)) break;
    }
    answer.destroy();
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body);
    const text = (await answer.setEncoding('utf8').toArray()).join('');
    if ((answer.statusCode ?? 500) >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as T;
  }

  private send(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const headers = { cookie: this.cookie, origin: this.url, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}/api/v1${path}`, { method, headers, agent: this.agent }, resolve);
      asked.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
