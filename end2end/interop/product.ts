// One Atelier for other programs to meet: a server with its owner, asked over its API as a program asks it.
import { Server } from '../support/server.ts';

export type Json = Record<string, unknown>;

/** Where it answers, and with whose session. */
export type Account = { url: string; cookie: string };

/** Starts a server that may call every port of this machine, and makes its owner. */
export async function start(): Promise<{ server: Server; account: Account }> {
  const server = await Server.start({ ATELIER_OUTBOUND_ALLOW: 'localhost:*,127.0.0.1:*' });
  const owner = { name: 'Olive', email: 'olive@example.com', password: 'a long enough password', workspace: 'Interop' };
  const answer = await fetch(`${server.url}/api/fn/set_up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(owner),
    redirect: 'manual',
  });
  const cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  if (!cookie) throw new Error(`no owner: ${answer.status} ${await answer.text()}`);
  return { server, account: { url: server.url, cookie } };
}

/** Asks the API; an answer that is none throws with its words. */
export async function ask(account: Account, method: string, path: string, body?: Json): Promise<Json> {
  const answer = await fetch(`${account.url}/api/v1/${path}`, {
    method,
    headers: { cookie: account.cookie, origin: account.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Json);
}
