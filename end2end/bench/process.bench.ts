import { readFileSync } from 'node:fs';

import { test } from '@playwright/test';

import { Server } from '../support/server.ts';
import { Client } from './client.ts';
import { percentile, record } from './figures.ts';
import { STARTS, starts } from './starts.ts';

const IDLE_S = 15;
/** The kernel counts processor time in hundredths of a second. */
const TICKS_PER_S = 100;

/** Seconds of processor time that a process has used. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** Mebibytes that a process has in memory. */
function residentMiB(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+)/m);
  return Number(line?.[1]) / 1024;
}

test('what the process costs at rest, and how fast it comes back', async () => {
  const server = await Server.start();
  const client = await Client.setUp(server.url);
  const execution = await client.launch(await client.campaign());
  await client.follow(execution, () => {});

  const before = cpuSeconds(server.pid);
  await new Promise((next) => setTimeout(next, IDLE_S * 1000));
  const cpu = ((cpuSeconds(server.pid) - before) / IDLE_S) * 100;
  const memory = residentMiB(server.pid);

  const took = await starts(server);
  await server.stop();
  record('process', STARTS, [
    { name: 'start on an existing cluster to first page, p50', value: percentile(took, 50), unit: 'ms', target: 1000 },
    { name: 'start on an existing cluster to first page, worst', value: percentile(took, 100), unit: 'ms' },
    { name: `processor of the server, idle for ${IDLE_S} s`, value: cpu, unit: '%', target: 0.5 },
    { name: 'resident memory of the server, idle', value: memory, unit: 'MiB', target: 100 },
  ]);
});
