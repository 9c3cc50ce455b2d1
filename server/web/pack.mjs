// Packs what Vite built into a directory that is committed and embedded in the
// binary: every file as gzip -9 (without name and time, so that the same input
// gives the same bytes), and THIRD-PARTY.txt with the licences of what is inside.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export function pack({ app, build, dist, intro, sibling = (name) => name }) {
  rmSync(dist, { recursive: true, force: true });
  let raw = 0;
  let packed = 0;
  for (const entry of readdirSync(build, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const from = join(entry.parentPath, entry.name);
    const to = join(dist, from.slice(build.length) + '.gz');
    // GNU gzip, not Node's zlib: the latter's output differs between processors.
    const bytes = execFileSync('gzip', ['-9nc', from], { maxBuffer: 1 << 28 });
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, bytes);
    raw += readFileSync(from).length;
    packed += bytes.length;
  }
  writeFileSync(join(dist, 'THIRD-PARTY.txt'), thirdParty(app, intro, sibling));
  console.log(`${dist}: ${(raw / 1e6).toFixed(2)} MB, ${(packed / 1e6).toFixed(2)} MB compressed`);
}

// Every package that the bundle can contain: the production side of the lock
// file. Packages with the same licence text are listed above one copy of it.
function thirdParty(app, intro, sibling) {
  const lock = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8'));
  const byText = new Map();
  for (const [path, entry] of Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!path || entry.dev || entry.optional || path.includes('/@types/')) continue;
    const dir = join(app, path);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const text = licenceText(dir) || licenceText(join(app, 'node_modules', sibling(name)));
    if (!text) throw new Error(`${name}: no licence text; name a package of the same project in sibling()`);
    const names = byText.get(text) ?? new Set();
    byText.set(text, names.add(`${name} ${entry.version} (${entry.license})`));
  }
  const rule = '-'.repeat(78);
  const parts = [intro];
  for (const [text, names] of byText) parts.push(`${rule}\n${[...names].join('\n')}\n\n${text}\n`);
  return parts.join('\n');
}

function licenceText(dir) {
  if (!existsSync(dir)) throw new Error(`${dir} is missing: run npm ci`);
  return readdirSync(dir)
    .filter((name) => /^(licen[cs]e|notice|thirdpartynotices|copying)/i.test(name) && !/\.(js|ts|json)$/.test(name))
    .sort()
    .map((name) => readFileSync(join(dir, name), 'utf8').replace(/\r\n?/g, '\n').replace(/[ \t]+$/gm, '').trim())
    .join('\n\n');
}
