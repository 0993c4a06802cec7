import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { test } from '@playwright/test';

import { Server, binary } from '../support/server.ts';
import { Client, type Event } from './client.ts';
import { now, percentile, record } from './figures.ts';

const KILLS = 10;
const VICTIMS = 3;
const EXECUTIONS = 8;

/** Ends a process as the kernel would. */
async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** A worker beside the server, once it works. */
async function worker(server: Server): Promise<ChildProcess> {
  const child = spawn(binary, ['worker'], { env: server.environment(), cwd: server.dataDir });
  child.stdout.resume();
  for await (const line of createInterface(child.stderr)) {
    if (line.includes('the worker is ready')) break;
  }
  child.stderr.resume();
  return child;
}

/** Milliseconds from the kill until each of the jobs that were lost ran again. */
function takeovers(events: Event[], killed: number): number[] {
  const lost = events.filter(({ kind, at }) => kind === 'job.lost' && at > killed);
  return lost.flatMap(({ job, seq }) => {
    const again = events.find((event) => event.kind === 'job.started' && event.job === job && event.seq > seq);
    return again ? [again.at - killed] : [];
  });
}

test('kill -9 of workers until its jobs run elsewhere', async () => {
  const server = await Server.start({ ATELIER_SAMPLE_PACE: '15' });
  const client = await Client.setUp(server.url);
  const template = await client.campaign();
  const took: number[] = [];
  let hit = 0;

  for (let n = 0; n < KILLS; n += 1) {
    // Who takes which job is chance: several are killed at once, so that most kills hit some.
    const victims = await Promise.all(Array.from({ length: VICTIMS }, () => worker(server)));
    const launches = Array.from({ length: EXECUTIONS }, () => client.launch(template, { copies: 3 }));
    const executions = await Promise.all(launches);
    const running = executions.map((execution) => client.follow(execution, () => {}));
    // Jobs take some seconds each; half a second in, all of them are under way.
    await new Promise((next) => setTimeout(next, 500));
    const killed = now();
    await Promise.all(victims.map(kill));
    await Promise.all(running);
    const all = await Promise.all(executions.map((execution) => client.events(execution)));
    const times = all.flatMap((events) => takeovers(events, killed));
    took.push(...times);
    hit += times.length > 0 ? 1 : 0;
  }

  await server.stop();
  record('recovery', hit, [
    { name: 'kill -9 to jobs running elsewhere, p50', value: percentile(took, 50), unit: 'ms' },
    { name: 'kill -9 to jobs running elsewhere, p95', value: percentile(took, 95), unit: 'ms', target: 3500 },
    { name: 'kill -9 to jobs running elsewhere, worst', value: percentile(took, 100), unit: 'ms', target: 5000 },
  ]);
});
