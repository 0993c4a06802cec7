import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Nobody opens a page or a server: a validator of others reads files.
import { expect, test } from '@playwright/test';

const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
const SCHEMA = path('../../docs/schemas/steps.json');
const WORKFLOWS = path('../../docs/workflows');

/** What a test of the importer refuses; `schema` says whether the schema can tell, too. */
type Case = { case: string; file: object; schema: boolean };
const CASES: Case[] = JSON.parse(readFileSync(path('../../app/model/tests/steps/refused.json'), 'utf8'));

/** What ajv says of each file: `<file> valid` or `<file> invalid`. */
function judge(files: string[]): Promise<string[]> {
  const data = files.flatMap((file) => ['-d', file]);
  return new Promise((resolve) => {
    execFile(path('../node_modules/.bin/ajv'), ['validate', '-s', SCHEMA, ...data, '--errors=no'], (_, out, wrong) => {
      resolve(`${out}\n${wrong}`.split('\n').filter((line) => / (in)?valid$/.test(line)));
    });
  });
}

test('the schema of step files takes the shipped ones and refuses what the importer refuses', async ({}, info) => {
  const shipped = readdirSync(WORKFLOWS).filter((name) => name.endsWith('.steps.json'));
  expect(shipped).toHaveLength(6);
  const folder = info.outputPath('files');
  mkdirSync(folder, { recursive: true });
  const files = CASES.map(({ file }, place) => {
    const name = join(folder, `${place}.json`);
    writeFileSync(name, JSON.stringify(file));
    return name;
  });

  const verdicts = await judge([...shipped.map((name) => join(WORKFLOWS, name)), ...files]);

  expect(verdicts).toHaveLength(shipped.length + CASES.length);
  for (const name of shipped) expect(verdicts, name).toContain(`${join(WORKFLOWS, name)} valid`);
  for (const [place, { case: words, schema }] of CASES.entries()) {
    expect(verdicts, words).toContain(`${files[place]} ${schema ? 'invalid' : 'valid'}`);
  }
});
