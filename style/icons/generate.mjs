// Rewrites app/ui/src/icon/table.rs from Lucide's icons, every shape as one path.
// Usage, from this folder's parent repository: node style/icons/generate.mjs <unpacked lucide-static>/icon-nodes.json
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const source = JSON.parse(readFileSync(process.argv[2], "utf8"));
const names = readFileSync(join(here, "names.txt"), "utf8").split("\n").filter(Boolean);

const round = (n) => String(Math.round(n * 1000) / 1000);
const ellipse = (cx, cy, rx, ry) =>
  `M${round(cx - rx)} ${cy}a${rx} ${ry} 0 1 0 ${round(2 * rx)} 0a${rx} ${ry} 0 1 0 ${round(-2 * rx)} 0`;
const rect = (x, y, w, h, r) =>
  r
    ? `M${x + r} ${y}h${round(w - 2 * r)}a${r} ${r} 0 0 1 ${r} ${r}v${round(h - 2 * r)}` +
      `a${r} ${r} 0 0 1 ${-r} ${r}h${round(2 * r - w)}a${r} ${r} 0 0 1 ${-r} ${-r}v${round(2 * r - h)}` +
      `a${r} ${r} 0 0 1 ${r} ${-r}z`
    : `M${x} ${y}h${w}v${h}h${-w}z`;
// A path that follows another must start from its own place: `m` becomes `M`, what it implies `l`.
const absolute = (d) =>
  d.replace(/^m\s*(-?\d*\.?\d+)[\s,]*(-?\d*\.?\d+)\s*(?=([-\d.])?)/, (_, x, y, more) => `M${x} ${y}${more ? "l" : ""}`);
const shapes = {
  path: (a) => absolute(a.d),
  circle: (a) => ellipse(+a.cx, +a.cy, +a.r, +a.r),
  ellipse: (a) => ellipse(+a.cx, +a.cy, +a.rx, +a.ry),
  rect: (a) => rect(+a.x || 0, +a.y || 0, +a.width, +a.height, +(a.rx ?? a.ry ?? 0)),
  line: (a) => `M${a.x1} ${a.y1}L${a.x2} ${a.y2}`,
  polyline: (a) => `M${a.points}`,
  polygon: (a) => `M${a.points}z`,
};
const variant = (name) =>
  name.split("-").map((w) => w[0].toUpperCase() + w.slice(1)).join("");
const rows = names.map((name) => {
  if (!source[name]) throw new Error(`Lucide has no icon named ${name}`);
  const d = source[name].map(([shape, a]) => shapes[shape](a)).join("");
  return `    ${variant(name)} ${JSON.stringify(name)} ${JSON.stringify(d)};`;
});
writeFileSync(
  join(here, "../../app/ui/src/icon/table.rs"),
  `//! The shapes of the icons, from lucide-static 1.62.0 (licence: style/icons/LICENSE).\n` +
    `//! Written by style/icons/generate.mjs from style/icons/names.txt.\n\n` +
    `icons! {\n${rows.join("\n")}\n}\n`,
);
