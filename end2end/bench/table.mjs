// Prints target/bench/*.json as one table: each figure, its target, and how much of it is used.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
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

/** The engine's workloads: what each is judged by. */
function workload({ workload, in_flight, processes, finished_jobs, ...figures }) {
  const many = finished_jobs ?? processes ?? in_flight;
  const what = finished_jobs ? 'finished jobs' : processes ? 'processes' : 'in flight';
  if (figures.cpu_percent !== undefined) {
    const { process, cpu_percent: value } = figures;
    return { name: `engine ${workload}, processor of an idle ${process}`, value, unit: '%', target: 0.5 };
  }
  const [value, unit] =
    figures.executions_per_s !== undefined
      ? [figures.executions_per_s, 'executions/s']
      : figures.memory_mib !== undefined
        ? [figures.memory_mib, 'MiB']
        : [figures.p50_ms, 'ms'];
  return { name: `engine ${workload}, ${many} ${what}`, value, unit };
}

const figures = readdirSync(folder)
  .filter((name) => name.endsWith('.json') && name !== 'canvas.json')
  .toSorted()
  .flatMap((name) => {
    const report = read(name);
    if (Array.isArray(report)) return report.map(workload);
    return name === 'bundle.json' ? bundle(report) : report.figures;
  });

const rows = figures.map(({ name, value, unit, target }) => [
  name,
  `${value} ${unit}`,
  target === undefined ? '' : `< ${target} ${unit}`,
  target === undefined ? '' : `${(value / target).toFixed(2)} ×`,
]);
print([['figure', 'measured', 'target', 'of target'], ...rows]);

const path = join(folder, 'canvas.json');
if (existsSync(path)) print(canvas(JSON.parse(readFileSync(path, 'utf8'))));

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
