// Sums up what the runners of `tools/test` wrote: which tests were slowest, which passed only at their second
// try and what the first one said, which failed; what the run has cost, which may not be more than
// `tools/test-limits.json` says; then how many of each. Exits with 1 when a test failed or a limit is passed.
// usage: node tools/test-report.mjs NEXTEST_JUNIT.xml PLAYWRIGHT_REPORT.json COSTS.txt; a file that is missing is
// a runner that never began, and counts as failed.
import { existsSync, readFileSync } from 'node:fs';

const SLOWEST = 20;
/** How much of what a first try said is shown. */
const SAID_LINES = 12;
/** A run on a fresh clone that takes longer is said to be too long, in minutes. */
const LONG_RUN = 50;
const [junit, playwright, costs] = process.argv.slice(2);

const unescaped = (xml) =>
  xml.replace(/&(lt|gt|quot|apos|amp|#(\d+)|#x([0-9a-f]+));/gi, (_, name, decimal, hex) =>
    decimal || hex
      ? String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16))
      : { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }[name.toLowerCase()]);
const attribute = (text, name) => unescaped(text.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? '');

/** Tests of the crates, from nextest's JUnit file. */
function crates(xml) {
  return [...xml.matchAll(/<testcase([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(([, head, body = '']) => {
    const said = body.match(/<(?:flakyFailure|failure|error)([^>]*)>([\s\S]*?)<\//);
    return {
      name: `${attribute(head, 'classname')} ${attribute(head, 'name')}`,
      seconds: Number(attribute(head, 'time')),
      outcome: /<(failure|error)[ >]/.test(body) ? 'failed' : body.includes('<flakyFailure') ? 'flaky' : 'passed',
      said: said ? unescaped(said[2] || attribute(said[1], 'message')) : '',
    };
  });
}

/** Tests in the browser, from Playwright's JSON report. */
function browser({ suites = [] }, path = []) {
  const outcomes = { expected: 'passed', flaky: 'flaky', unexpected: 'failed' };
  return suites.flatMap((suite) => [
    ...(suite.specs ?? []).flatMap((spec) => spec.tests.filter(({ status }) => status in outcomes).map((test) => ({
      name: [...path, suite.title, spec.title].join(' › '),
      seconds: test.results.reduce((sum, { duration }) => sum + duration, 0) / 1000,
      outcome: outcomes[test.status],
      said: test.results[0]?.error?.message ?? '',
      annotations: test.results[0]?.annotations ?? [],
    }))),
    ...browser(suite, [...path, suite.title]),
  ]);
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
const [ofCrates, ofBrowser] = [read(junit), read(playwright)];
const tests = [...(ofCrates ? crates(ofCrates) : []), ...(ofBrowser ? browser(JSON.parse(ofBrowser)) : [])];
const having = (outcome) => tests.filter((test) => test.outcome === outcome);
const colourless = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');
const list = (title, rows) => rows.length > 0 && console.log(`\n${title}\n${rows.join('\n')}`);
const withWords = ({ name, said }) => {
  const words = colourless(said).split('stack backtrace:')[0];
  const lines = words.split('\n').filter((line) => line.trim()).slice(0, SAID_LINES);
  return [`  ${name}`, ...lines.map((line) => `      ${line}`)].join('\n');
};

const slowest = [...tests].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
list(`The ${SLOWEST} slowest:`, slowest.map(({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}`));
// A test of a guarantee that needed a second try may be a race: it is looked at first.
const flaky = having('flaky').sort((a, b) => Number(b.name.includes('rel_')) - Number(a.name.includes('rel_')));
list('Flaky (failed, then passed):', flaky.map(withWords));
list('Failed:', having('failed').map(withWords));

/** What the tests in the browser have counted of one kind, each at its first try. */
const counted = (kind) => tests.flatMap(({ annotations = [] }) => annotations)
  .filter(({ type }) => type === kind).reduce((sum, { description }) => sum + Number(description), 0);
const cost = Object.fromEntries((read(costs) ?? '').trim().split('\n').map((line) => line.split(' ')));
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
const phases = ['prepare', 'build', 'crates', 'browser', 'whole'].filter((phase) => phase in cost);
list('Phases (crates and browser side by side):', phases.map((phase) => `  ${clock(cost[phase]).padStart(6)}  ${phase}`));

// A test that needs more of these pays for it with a line in that file, in the same commit.
const limits = JSON.parse(readFileSync(new URL('test-limits.json', import.meta.url), 'utf8'));
const made = { 'page loads': counted('page load'), 'axe runs': counted('axe run'), databases: Number(cost.databases) };
list('Made (and at most):', Object.entries(made).map(([kind, count]) => `  ${count} ${kind} (${limits[kind]})`));
const passed = Object.keys(made).filter((kind) => made[kind] > limits[kind]);
list('More than tools/test-limits.json allows:', passed.map((kind) => `  ${made[kind]} ${kind}`));

const missing = [ofCrates, ofBrowser].filter((report) => report === undefined).length;
const failed = having('failed').length + missing + passed.length;
console.log(`\n${tests.length - having('failed').length} passed, ${failed} failed`);
if (process.env.CI && cost.whole > LONG_RUN * 60) {
  console.log(`This run took ${clock(cost.whole)}, more than ${LONG_RUN} minutes: make the suite shorter before anything else.`);
}
process.exitCode = failed > 0 ? 1 : 0;
