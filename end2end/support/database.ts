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
  const name = new URL(database).pathname.slice(1);
  sql(process.env.TEST_DATABASE_URL ?? '', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Runs one statement and returns its rows, columns separated by `|`. */
export function sql(database: string, statement: string): string[] {
  const answer = execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-c', statement, database]);
  return answer.toString().split('\n').filter(Boolean);
}
