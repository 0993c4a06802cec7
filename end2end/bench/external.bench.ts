import { test } from '@playwright/test';

import { Server } from '../support/server.ts';
import { Client } from './client.ts';
import { percentile, record } from './figures.ts';
import { STARTS, starts } from './starts.ts';

test('how fast the process comes back to a PostgreSQL that runs', async () => {
  test.skip(!process.env.TEST_DATABASE_URL, 'no PostgreSQL runs: tools/with-postgres starts one');
  const server = await Server.start();
  await Client.setUp(server.url);
  const took = await starts(server);
  await server.stop();
  record('external', STARTS, [
    { name: 'start on an external database to first page, p50', value: percentile(took, 50), unit: 'ms', target: 300 },
    { name: 'start on an external database to first page, worst', value: percentile(took, 100), unit: 'ms' },
  ]);
});
