import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import { dropDatabase, freshDatabase } from './database.ts';

const root = resolve(import.meta.dirname, '../..');
/** What is tested: a debug build, or whatever ATELIER_BINARY names. */
export const binary = process.env.ATELIER_BINARY
  ?? join(resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'debug/atelier');

/** The exit code of `atelier doctor` when something is wrong. */
const UNSOUND = 2;

/**
 * One `atelier serve` with data of its own: a database in the test PostgreSQL or, without one, the
 * private PostgreSQL it starts itself. It may be killed and started again on the same data.
 */
export class Server {
  /** Everything the process wrote, the newest last. */
  readonly log: string[] = [];
  private process?: ChildProcess;
  /** Executions whose rows a test has made up. */
  private readonly madeUp = new Set<string>();

  private constructor(
    readonly url: string,
    readonly dataDir: string,
    readonly database: string | undefined,
    private readonly settings: Record<string, string>,
  ) {}

  /** Starts a server on a free port; resolves once it answers. */
  static async start(settings: Record<string, string> = {}): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`${binary} is missing; run: make test`);
    const data = join(root, 'target/end2end/data');
    mkdirSync(data, { recursive: true });
    const url = `http://127.0.0.1:${await freePort()}`;
    const server = new Server(url, mkdtempSync(join(data, 'server-')), freshDatabase(), settings);
    await server.boot();
    return server;
  }

  /** Starts the process on the data it had before. */
  async boot(): Promise<void> {
    const child = spawn(binary, ['serve'], { env: this.environment(), cwd: this.dataDir });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => this.log.push(line));
    }
    await this.ready(child);
  }

  /** Ends the process as the kernel would: nothing is written, nothing said. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ends the process politely and keeps its data. */
  async leave(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** The id of the process. */
  get pid(): number {
    const pid = this.process?.pid;
    if (pid === undefined) throw new Error('the server is not running');
    return pid;
  }

  /** Stops the process politely and removes its data. */
  async stop(): Promise<void> {
    await this.leave();
    if (this.database) dropDatabase(this.database);
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Says that a test writes rows of an execution that no step would: nobody examines them at the end. */
  leaveUnexamined(execution: string): void {
    this.madeUp.add(execution);
  }

  /** Lets the product itself examine what its tests have left behind, and fails with what is wrong. */
  async examine(): Promise<void> {
    const { code, stdout, stderr } = await this.command('doctor');
    // What is wrong is at the edge, what helps is below it, and the number of both comes last.
    const diagnoses = stdout.split('\n').filter((line) => /^\S/.test(line) && !/^\d+ found, /.test(line));
    const isMadeUp = (line: string) => [...this.madeUp].some((id) => line.startsWith(`Run ${id}: `));
    if (code === 0 || (code === UNSOUND && diagnoses.length > 0 && diagnoses.every(isMadeUp))) return;
    const log = this.log.slice(-40).join('\n');
    throw new Error(`atelier doctor ended with ${code}:\n${stdout}\n${stderr}\nThe server's log ends with:\n${log}`);
  }

  /** Runs another command of the binary on the server's data. */
  private command(...words: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
    const options = { env: this.environment(), cwd: this.dataDir, timeout: 300_000, maxBuffer: 16 << 20 };
    return new Promise((done) => {
      execFile(binary, words, options, (error, stdout, stderr) => {
        done({ code: error ? (error.code ?? error.signal ?? error.message) : 0, stdout, stderr });
      });
    });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** What its processes are started with. */
  environment(): NodeJS.ProcessEnv {
    const { DATABASE_URL: _, TEST_DATABASE_URL: __, ...inherited } = process.env;
    return {
      ...inherited,
      ...(this.database ? { DATABASE_URL: this.database } : {}),
      ATELIER_DATA_DIR: this.dataDir,
      ATELIER_LISTEN: new URL(this.url).host,
      ATELIER_SAMPLE_PACE: '0',
      // A release carries its client; a debug build is given this project's.
      ...(process.env.ATELIER_BINARY ? {} : { LEPTOS_SITE_ROOT: join(root, 'target/site-quick') }),
      ...this.settings,
    };
  }

  private async ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + 300_000;
    while (Date.now() < deadline) {
      if (child.exitCode !== null || child.signalCode !== null) break;
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      // Often: how long a start takes is measured by it.
      await new Promise((next) => setTimeout(next, 10));
    }
    throw new Error(`the server did not become ready:\n${this.log.slice(-40).join('\n')}`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
