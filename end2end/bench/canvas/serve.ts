import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const PAGE = `<!doctype html><meta charset="utf-8"><title>React Flow</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<div id="root"></div><script type="module" src="/page.js"></script>`;
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

/** A server of the page with React Flow, built as its users build it. */
export async function serveReactFlow(): Promise<{ url: string; close: () => void }> {
  const built = await build({
    entryPoints: { page: join(import.meta.dirname, 'reactflow.jsx') },
    outdir: 'served',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = new Map(built.outputFiles.map(({ path, contents }) => [path.split('/').at(-1), contents]));
  const server = createServer((asked, answer) => {
    const name = new URL(asked.url ?? '/', 'http://bench').pathname.slice(1) || 'page.html';
    const found = name === 'page.html' ? Buffer.from(PAGE) : files.get(name);
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (!found || !type) return answer.writeHead(404).end();
    const cached = name === 'page.html' ? 'no-store' : 'max-age=31536000, immutable';
    answer.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'cache-control': cached });
    return answer.end(gzipSync(found));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
