// The Model Context Protocol's conformance suite judges Atelier as a client, against both revisions that it
// speaks. INTEROP_SUITE names the folder with the suite. Exits with 1 where a scored scenario fails that
// expected.yaml doesn't name with its reason.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { start } from './product.ts';

const suite = process.env['INTEROP_SUITE'] ?? '';
const { server, account } = await start();
// INTEROP_SCENARIO runs one alone.
const one = process.env['INTEROP_SCENARIO'];
const chosen = (revision: string) => (one ? ['--scenario', one, '--spec-version', revision] : ['--requirements', revision]);
let failed = false;
for (const revision of ['2025-11-25', '2026-07-28']) {
  const run = spawn(
    join(suite, 'node_modules/.bin/conformance'),
    [
      ...['client', ...chosen(revision), '--timeout', '60000'],
      ...['--expected-failures', join(import.meta.dirname, 'expected.yaml')],
      ...['--command', `${process.execPath} --experimental-transform-types ${join(import.meta.dirname, 'client.ts')}`],
      ...['--output-dir', join(suite, 'results')],
    ],
    { stdio: 'inherit', env: { ...process.env, INTEROP_ACCOUNT: JSON.stringify(account) } },
  );
  const [code] = await once(run, 'exit');
  failed ||= code !== 0;
}
await server.stop();
process.exit(failed ? 1 : 0);
