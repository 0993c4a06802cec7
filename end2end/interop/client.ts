// client.ts URL: what the protocol's conformance suite runs as the client that it judges. Registers the
// server of that address in the Atelier of INTEROP_ACCOUNT, signs in to it where it asks for that, and calls
// each of its tools in a run of one step.
import { randomBytes } from 'node:crypto';

import { type Account, type Json, ask } from './product.ts';

// A run that waits for somebody would keep the suite waiting, which ends the shell around this only.
setTimeout(() => process.exit(2), 45_000).unref();

const account = JSON.parse(process.env['INTEROP_ACCOUNT'] ?? '{}') as Account;
const name = `s${randomBytes(6).toString('hex')}`;

/** Something that a schema allows. */
function sample(schema: Json): unknown {
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  switch (schema['type']) {
    case 'number':
    case 'integer':
      return 5;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Record<string, Json>).map(([key, one]) => [key, sample(one)]),
      );
    default:
      return 'word';
  }
}

/** Calls a tool in a run, and waits until that is over. */
async function call(tool: string, params: unknown): Promise<void> {
  const steps = [{ name: 'call', tool: `${name}.${tool}`, params }];
  const launched = await ask(account, 'POST', 'workflows/executions', { name: tool, steps });
  const path = `workflows/executions/${launched['execution_id']}`;
  let run: Json;
  do {
    await new Promise((next) => setTimeout(next, 100));
    run = await ask(account, 'GET', path);
  } while (['pending', 'running'].includes(String(run['status'])));
  console.log(tool, run['status'], JSON.stringify(run['output'] ?? run['error'] ?? run['reason']));
}

type Listed = { definition: { name: string; input_schema: Json } };
/** What a scenario tells its client. */
type Context = { toolCalls?: { name: string; arguments: Json }[]; client_id?: string; client_secret?: string };

const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Context;

/** How the scenario's server lets its client in. */
async function auth(): Promise<Json> {
  if (!scenario.startsWith('auth/')) return {};
  const method = scenario.includes('client-credentials') ? 'client_credentials' : 'sign_in';
  if (!context.client_secret) return { auth: { method, client_id: context.client_id ?? '' } };
  // The client's secret is for the authorization server alone.
  const { origin, pathname } = new URL(url);
  const said = (await (await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`)).json()) as Json;
  const hosts = (said['authorization_servers'] as string[]).map((one) => new URL(one).host);
  await ask(account, 'PUT', `secrets/${name}`, { value: context.client_secret, hosts });
  return { auth: { method, client_id: context.client_id, client_secret: name } };
}

/** Signs in as a person's browser does: to the address that Atelier names, and back by the redirect. */
async function signIn(id: unknown): Promise<void> {
  const headers = { cookie: account.cookie, origin: account.url, 'content-type': 'application/json' };
  const asked = { method: 'POST', headers, body: JSON.stringify({ id }) };
  const begun = await fetch(`${account.url}/api/fn/connect_tool_server`, asked);
  if (!begun.ok) throw new Error(`not connected: ${await begun.text()}`);
  const there = await fetch((await begun.json()) as string, { redirect: 'manual' });
  const back = await fetch(there.headers.get('location') ?? '', { headers, redirect: 'manual' });
  console.log('signed in', back.status, back.headers.get('location'));
}

const made = await ask(account, 'POST', 'mcp-servers', { name, kind: 'http', url, ...(await auth()) });
if (scenario.startsWith('auth/') && !scenario.includes('client-credentials')) await signIn(made['id']);
const server = await ask(account, 'POST', `mcp-servers/${name}/check`);
console.log(JSON.stringify(server['health']));
const tools = (server['tools'] as Listed[]).map((one) => one.definition);
if (context.toolCalls) {
  for (const one of context.toolCalls) await call(one.name, one.arguments);
} else if (tools.some((tool) => tool.name === 'json_schema_echo')) {
  const rich = tools.find((tool) => tool.name !== 'json_schema_echo');
  await call('json_schema_echo', { schema: rich?.input_schema });
} else {
  for (const tool of tools) await call(tool.name, sample({ type: 'object', ...tool.input_schema }));
}
