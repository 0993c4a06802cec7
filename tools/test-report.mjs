// Sums up what the runners of `tools/test` wrote: which tests were slowest, which passed only at their second
// try and what the first one said, which failed; then how many of each. Exits with 1 when one failed.
// usage: node tools/test-report.mjs NEXTEST_JUNIT.xml PLAYWRIGHT_REPORT.json; a file that is missing is a
// runner that never began, and counts as failed.
import { existsSync, readFileSync } from 'node:fs';

const SLOWEST = 20;
/** How much of what a first try said is shown. */
const SAID_LINES = 12;
const [junit, playwright] = process.argv.slice(2);

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

const missing = [ofCrates, ofBrowser].filter((report) => report === undefined).length;
const failed = having('failed').length + missing;
console.log(`\n${tests.length - having('failed').length} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
