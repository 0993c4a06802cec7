import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** A fresh, empty database in the test PostgreSQL; undefined when there is none. */
export function freshDatabase(): string | undefined {
  const admin = process.env.TEST_DATABASE_URL;
  if (!admin) return undefined;
  const name = `end2end_${randomBytes(6).toString('hex')}`;
  sql(admin, `CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}

/** Removes a database of `freshDatabase`, whoever still uses it. */
export function dropDatabase(database: string): void {
  administer(`DROP DATABASE IF EXISTS ${nameOf(database)} WITH (FORCE)`);
}

/** Lets nobody into a database of `freshDatabase`, and throws out who is in it: as if it were away. */
export function takeAway(database: string): void {
  const name = nameOf(database);
  administer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
}

/** Lets everybody in again. */
export function giveBack(database: string): void {
  administer(`ALTER DATABASE ${nameOf(database)} ALLOW_CONNECTIONS true`);
}

const nameOf = (database: string): string => new URL(database).pathname.slice(1);

/** Runs one statement about a database from outside of it. */
const administer = (statement: string): string[] => sql(process.env.TEST_DATABASE_URL ?? '', statement);

/** Runs one statement and returns its rows, columns separated by `|`. */
export function sql(database: string, statement: string): string[] {
  const answer = execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', statement, database]);
  return answer.toString().split('\n').filter(Boolean);
}
