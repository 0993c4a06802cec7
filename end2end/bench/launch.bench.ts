import { test } from '@playwright/test';

import { Server } from '../support/server.ts';
import { Client } from './client.ts';
import { percentile, record } from './figures.ts';

const WARM_UP = 10;
const LAUNCHES = 200;

test('launch to 202, while the engine works on what was launched before', async () => {
  const server = await Server.start();
  const client = await Client.setUp(server.url);
  const template = await client.campaign();
  const took: number[] = [];

  for (let n = 0; n < WARM_UP + LAUNCHES; n += 1) {
    const begun = performance.now();
    await client.launch(template);
    if (n >= WARM_UP) took.push(performance.now() - begun);
  }

  await server.stop();
  record('launch', took.length, [
    { name: 'launch to 202, p50', value: percentile(took, 50), unit: 'ms' },
    { name: 'launch to 202, p99', value: percentile(took, 99), unit: 'ms', target: 500 },
  ]);
});
