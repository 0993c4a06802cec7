// Prints target/bench/*.json: each figure, its target, and how much of it is used; the engine's workloads
// beside the machine's limit and the others; the editors side by side.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const readOr = (name, none) => (existsSync(join(folder, name)) ? read(name) : none);
const KIB = 1024;

/** The client's size, as the bundler tells it. */
function bundle({ name, sizes, total }) {
  // Every page needs these; the parts come with the pages that they draw.
  const first = ['.css', '.js', '_bg.wasm'].map((end) => sizes[`pkg/${name}${end}`].brotli);
  return [
    { name: 'client, raw', value: Math.round(total.bytes / KIB), unit: 'KiB' },
    { name: 'client, brotli', value: Math.round(total.brotli / KIB), unit: 'KiB' },
    { name: 'client, first page, brotli', value: Math.round(first.reduce((a, b) => a + b) / KIB), unit: 'KiB', target: 500 },
  ];
}

/** What the engine costs at rest, and with very much in hand. */
function upkeep({ workload, process, in_flight, cpu_percent, queries_per_s, memory_mib, kib_an_execution }) {
  const of = process ? `an idle ${process}` : `${in_flight} in flight`;
  const figures = [
    { what: 'processor', value: cpu_percent, unit: '%', target: 0.5 },
    { what: 'queries', value: queries_per_s, unit: '/s' },
    { what: 'memory', value: memory_mib, unit: 'MiB', ...(process ? { target: 100 } : {}) },
    { what: 'memory of each', value: kib_an_execution, unit: 'KiB' },
  ];
  return figures
    .filter(({ value }) => value !== undefined)
    .map(({ what, ...figure }) => ({ name: `engine ${workload}, ${what} of ${of}`, ...figure }));
}

/** The engine's executions: how many, how long, how much of what the machine allows, and beside the best other. */
function workloads(measured) {
  const rows = measured.map((row) => {
    const of = row.finished_jobs ? `, finished jobs: ${row.finished_jobs}` : row.processes ? `, processes: ${row.processes}` : '';
    const limit = row.share_of === 'p50_ms' ? `${row.limit_p50_ms} ms` : `${row.limit_per_s} /s`;
    const [best] = (row.times_the_peers ?? []).toSorted((a, b) => a.ratio - b.ratio);
    return [
      `${row.workload}${of}`,
      `${row.in_flight}`,
      `${row.executions_per_s}`,
      ...[row.p50_ms, row.p95_ms, row.p99_ms].map((ms) => `${ms} ms`),
      limit,
      `${Math.round(row.share_of_limit * 100)} %`,
      best ? `${best.ratio} × ${best.peer}` : '–',
    ];
  });
  return [['engine', 'in flight', 'exec/s', 'p50', 'p95', 'p99', 'limit', 'share', 'beside the best other'], ...rows];
}

const engine = readOr('engine.json', []);
const editors = readOr('canvas.json', []);
const besideLimit = ({ share_of_limit }) => share_of_limit != null;
const figures = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && !['canvas.json', 'engine.json'].includes(name))
  .toSorted()
  .flatMap((name) => (name === 'bundle.json' ? bundle(read(name)) : read(name).figures))
  .concat(engine.filter((row) => !besideLimit(row)).flatMap(upkeep));

const rows = figures.map(({ name, value, unit, target }) => [
  name,
  `${value} ${unit}`,
  target === undefined ? '' : `< ${target} ${unit}`,
  target === undefined ? '' : `${(value / target).toFixed(2)} ×`,
]);
if (rows.length > 0) print([['figure', 'measured', 'target', 'of target'], ...rows]);

if (engine.some(besideLimit)) print(workloads(engine.filter(besideLimit)));
if (editors.length > 0) print(canvas(editors));

/** The editors side by side: frames a second, and the milliseconds that 95 of 100 frames keep to. */
function canvas(measured) {
  const gestures = ['drag', 'select', 'connect', 'pan', 'zoom'];
  const frames = (row, gesture) =>
    row[`${gesture}_fps`] === undefined ? '–' : `${row[`${gesture}_fps`]} ${row[`${gesture}_p95_ms`]}`;
  const rows = measured
    .toSorted((a, b) => a.nodes - b.nodes || a.engine.localeCompare(b.engine))
    .map((row) => [
      `${row.nodes} ${row.engine}`,
      `${row.ready_ms} ms`,
      `${row.heap_mib} MiB`,
      `${Math.round(row.bytes / KIB)} KiB`,
      ...gestures.map((gesture) => frames(row, gesture)),
    ]);
  return [['editor', 'ready', 'heap', 'bytes', ...gestures.map((gesture) => `${gesture} fps p95`)], ...rows];
}

function print(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  for (const row of table) {
    const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])));
    console.log(cells.join('  '));
  }
}
