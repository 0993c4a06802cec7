// Within tools/mutants: compiles a copy of the project once with all mutations of tools/mutants.txt, each behind a
// switch that is off, and runs the tests once for each with its switch on. The copy lies in target/mutants/tree;
// what is compiled in CARGO_TARGET_DIR, or target/mutants/build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const TABLE = 'tools/mutants.txt';
const OUT = resolve('target/mutants');
const TREE = join(OUT, 'tree');
const MODEL = 'app/model/';
/** The number of no mutation. */
const NONE = '0';
/** Tests that take so many times longer than without a mutation hang. */
const PATIENCE = 4;
const SHORTEST_SECONDS = 120;

const fail = (words) => {
  console.error(`error: ${words}`);
  process.exit(2);
};

/** The blocks of the table, which says at its top how they are written. */
function readTable(text) {
  return text.split(/^## /m).slice(1).map((block) => {
    const [head, ...lines] = block.trim().split('\n');
    const [number, file] = head.split(' ');
    const all = (mark) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(2)).join('\n');
    const tests = all('? ') || (file.startsWith(MODEL) ? 'package(model)' : fail(`${number} names no tests`));
    return { number, file, original: all('- '), mutated: all('+ '), tests, record: all('= ') };
  });
}

/** The places in `source` of what a mutation replaces, however its lines are broken. */
function places(source, { original }) {
  const pattern = (text) => text.split(/\s+/).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+');
  const [, before, replaced, after] = original.match(/^(?:(.*)«)?([^«»]*)(?:»(.*))?$/s);
  const around = [`(?<=${pattern(before ?? '')})`, `(?=${pattern(after ?? '')})`];
  return [...source.matchAll(new RegExp(around.join(pattern(replaced)), 'g'))];
}

/** Puts what `switched` makes of a mutation's original in its place. */
function withSwitch(source, mutation, switched) {
  const [{ 0: text, index }] = places(source, mutation);
  return source.slice(0, index) + switched(text) + source.slice(index + text.length);
}

function mutateRust(files, mutation) {
  const { number, file, original, mutated } = mutation;
  const isStatement = /[;}]$/.test(original);
  files.set(file, withSwitch(files.get(file), mutation, (text) => {
    const either = `if crate::mutant(${number}) { ${mutated} } else { ${text} }`;
    return isStatement ? either : `(${either})`;
  }));
}

/** In SQL the connection knows the switch. What is known of a query when it is compiled is filed by its text. */
function mutateSql(files, mutation) {
  const { number, file, mutated } = mutation;
  const source = files.get(file);
  const known = [...files].filter(([name]) => name.startsWith('.sqlx/')).map(([, json]) => JSON.parse(json));
  const before = known.find(({ query }) => source.includes(query) && places(query, mutation).length === 1);
  if (!before) fail(`mutation ${number}: .sqlx knows no such query`);
  const active = `current_setting('atelier.mutant', true) = '${number}'`;
  const query = withSwitch(before.query, mutation, (text) => `CASE WHEN ${active} THEN ${mutated} ELSE ${text} END`);
  const hash = createHash('sha256').update(query).digest('hex');
  files.set(file, source.replace(before.query, () => query));
  files.set(`.sqlx/query-${hash}.json`, JSON.stringify({ ...before, query, hash }));
}

/** The text of every file of the project by its path; what is no text is its bytes. */
function readProject() {
  const { stdout } = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const names = stdout.split('\0').filter((name) => name && existsSync(name) && lstatSync(name).isFile());
  const read = (name) => readFileSync(name, /\.(rs|sql|json|toml)$/.test(name) ? 'utf8' : undefined);
  return new Map(names.map((name) => [name, read(name)]));
}

function withMutations(mutations) {
  const files = readProject();
  for (const mutation of mutations) {
    const { number, file } = mutation;
    const count = places(files.get(file) ?? '', mutation).length;
    if (count !== 1) fail(`mutation ${number}: its original occurs ${count} times in ${file}`);
    (file.startsWith(MODEL) ? mutateRust : mutateSql)(files, mutation);
  }
  const root = `${MODEL}src/lib.rs`;
  files.set(root, `#![allow(warnings)]
${files.get(root)}
/// Whether this mutation is on.
pub fn mutant(number: u32) -> bool {
    static ACTIVE: std::sync::LazyLock<Option<u32>> =
        std::sync::LazyLock::new(|| std::env::var("ATELIER_MUTANT").ok()?.parse().ok());
    *ACTIVE == Some(number)
}
`);
  // Another version, so that a folder that is shared with other builds keeps both.
  files.set('Cargo.toml', files.get('Cargo.toml').replace(/^version = "(.*)"$/m, 'version = "$1+mutants"'));
  return files;
}

/** Writes only what has changed, so that only that is compiled again. */
function writeTree(files) {
  mkdirSync(TREE, { recursive: true });
  for (const name of readdirSync(TREE, { recursive: true })) {
    if (!files.has(name) && lstatSync(join(TREE, name)).isFile()) rmSync(join(TREE, name));
  }
  for (const [name, content] of files) {
    const path = join(TREE, name);
    if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: existsSync(name) ? statSync(name).mode : 0o644 });
  }
}

function run(command, args, options = {}) {
  const ended = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30, ...options });
  if (ended.error && ended.error.code !== 'ETIMEDOUT') fail(`${command}: ${ended.error.message}`);
  return ended;
}

/** Compiles the tests of the copy; what nextest has to know to run them without another look. */
function build(packages) {
  const env = { ...process.env, CARGO_TARGET_DIR: resolve(process.env.CARGO_TARGET_DIR ?? join(OUT, 'build')) };
  const cargo = (...args) => {
    const { status, stdout } = run(process.env.CARGO ?? 'cargo', args, {
      cwd: TREE, env, stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) fail(`cargo ${args[0]} failed in ${TREE}`);
    return stdout;
  };
  const chosen = [...packages].flatMap((name) => ['-p', name]);
  const known = { metadata: join(OUT, 'metadata.json'), binaries: join(OUT, 'binaries.json') };
  const list = ['nextest', 'list', '--cargo-quiet', '--list-type', 'binaries-only', '--message-format', 'json'];
  writeFileSync(known.binaries, cargo(...list, ...chosen));
  const host = run('rustc', ['--print', 'host-tuple']).stdout.trim();
  writeFileSync(known.metadata, cargo('metadata', '--format-version', '1', '--filter-platform', host));
  return known;
}

/** Runs these tests with a mutation on until one fails twice; which one, if any, and how long it took. */
function test({ metadata, binaries }, tests, number, seconds) {
  const began = Date.now();
  const { status, stderr, error } = run('cargo', [
    'nextest', 'run', '--cargo-metadata', metadata, '--binaries-metadata', binaries, '-E', tests, '--no-tests', 'pass',
    '--max-fail', '1:immediate', '--retries', '1', '--color', 'never',
    '--status-level', 'fail', '--final-status-level', 'none', '--test-threads', String(availableParallelism() * 2),
  ], {
    cwd: TREE,
    timeout: seconds && seconds * 1000,
    env: { ...process.env, ATELIER_MUTANT: number, PGOPTIONS: `-c atelier.mutant=${number}`, PROPTEST_RNG_SEED: '56' },
  });
  const took = (Date.now() - began) / 1000;
  if (error) return { caught: 'a hang', took };
  if (status === 0) return { took };
  const [, failed] = stderr.match(/^ *(?:TRY \d+ )?[A-Z-]+ \[[^\]]*\] (?:\([^)]*\) )?(.*)$/m) ?? [];
  if (status !== 100 || !failed) fail(`the tests of ${number} could not run:\n${stderr}`);
  return { caught: failed, took };
}

/** How long tests take that pass without a mutation. */
function secondsOf(known, tests) {
  const { caught, took } = test(known, tests, NONE);
  if (caught) fail(`without a mutation ${caught} fails`);
  return took;
}

/** Asks the test that caught each mutation last time first, then all that should. */
function* outcomes(known, mutations) {
  const last = new Map(mutations.flatMap(({ number, record }) => {
    const [, binary, name] = record.match(/^caught by (\S+) (\S+)$/) ?? [];
    return name && name !== 'hang' ? [[number, `(binary_id(=${binary}) & test(=${name}))`]] : [];
  }));
  if (last.size > 0) secondsOf(known, [...last.values()].join(' | '));
  const limits = new Map();
  for (const { number, tests, record } of mutations) {
    let found = last.has(number) ? test(known, last.get(number), number, SHORTEST_SECONDS) : {};
    if (!found.caught) {
      if (!limits.has(tests)) limits.set(tests, Math.max(SHORTEST_SECONDS, secondsOf(known, tests) * PATIENCE));
      found = test(known, tests, number, limits.get(tests));
    }
    yield { number, record, ...found };
  }
}

const table = readFileSync(TABLE, 'utf8');
const mutations = readTable(table);
const asked = process.argv.slice(2);
const chosen = mutations.filter(({ number }) => asked.length === 0 || asked.includes(number));
if (chosen.length === 0) fail(`${TABLE} has none of these`);
writeTree(withMutations(mutations));
console.error('==> building the tests with all mutations');
const asksFor = ({ tests }) => [...tests.matchAll(/package\((\w+)\)/g)].map(([, name]) => name);
const known = build(new Set(chosen.flatMap(asksFor)));

console.error('==> testing with one after the other');
const lost = [];
let count = 0;
let written = table;
for (const { number, record, caught, took } of outcomes(known, chosen)) {
  const found = caught ? `caught by ${caught}` : 'survived';
  console.log(`${number.padStart(2)} ${caught ? found : 'SURVIVED'} (${took.toFixed(0)} s)`);
  count += Number(Boolean(caught));
  if (record.startsWith('caught') && !caught) lost.push(number);
  written = written.replace(new RegExp(`^(## ${number} (?:.|\n)*?^= ).*$`, 'm'), (_, block) => block + found);
}
console.log(`${count} of ${chosen.length} caught`);
if (process.env.ATELIER_KEEP) writeFileSync(TABLE, written);
if (lost.length > 0) console.log(`caught no more: ${lost.join(', ')}`);
process.exitCode = lost.length > 0 && !process.env.ATELIER_KEEP ? 1 : 0;
