// go test -bench | node bench.mjs FILE
// Passes on what it reads, and writes the section of FILE between the two
// comments "bench" with tables of it: medians where a benchmark ran repeatedly.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const file = process.argv[2];
const about = []; // lines that begin with "# "
const runs = new Map(); // name without the number of processors -> unit -> values
let failed = false;

for await (const line of createInterface({ input: process.stdin })) {
  console.log(line);
  if (line.startsWith('# ')) about.push(line.slice(2));
  if (/^(--- FAIL|FAIL|panic:)/.test(line)) failed = true;
  const m = /^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$/.exec(line);
  if (!m) continue;
  const units = runs.get(m[1]) ?? new Map();
  runs.set(m[1], units);
  const words = m[2].trim().split(/\s+/);
  for (let i = 0; i + 1 < words.length; i += 2) {
    units.set(words[i + 1], [...(units.get(words[i + 1]) ?? []), Number(words[i])]);
  }
}
if (failed) process.exit(1);

const value = (name, unit) => {
  const all = runs.get(name)?.get(unit)?.toSorted((a, b) => a - b);
  return all && (all[(all.length - 1) >> 1] + all[all.length >> 1]) / 2;
};
const digits = (x) => (x === undefined ? '' : x >= 100 ? Math.round(x).toLocaleString('en') : x.toPrecision(2));
const ms = (name) => digits(value(name, 'ns/op') / 1e6);
const parts = (kind) => [...runs.keys()].filter((n) => n.startsWith(`${kind}/`)).map((n) => n.split('/'));
const once = (list) => [...new Set(list)];
const table = (head, rows) =>
  [head, head.map((_, i) => (i ? '---:' : '---')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const plain = (n) => Number(n.slice(2)).toLocaleString('en'); // n=10000

const out = [about.map((line) => `    ${line}`).join('\n')];

const loads = once(parts('Load').map((p) => p[1]));
if (loads.length) {
  out.push('### Load', table(
    ['statements', 'statements/s', 'the same pairs, raw', 'bytes on disk a statement', 'nodes and edges a statement', 'peak memory, MB', 'of it not file pages'],
    loads.map((n) => [plain(n), ...['statements/s', 'raw-statements/s', 'B/statement', 'entities/statement', 'MB-peak-rss', 'MB-peak-anon']
      .map((unit) => digits(value(`Load/${n}`, unit)))]),
  ));
}

const reads = parts('Read');
const sizes = once(reads.map((p) => p[1]));
const questions = once(reads.map((p) => p[2]));
if (sizes.length) {
  out.push('### Answers, in milliseconds', table(
    ['question', ...sizes.flatMap((n) => [`${plain(n)}: HTTP`, 'graph', 'raw']), ...(sizes.length > 1 ? ['HTTP, last to first'] : [])],
    questions.map((q) => [
      q.replaceAll('-', ' '),
      ...sizes.flatMap((n) => ['http', 'graph', 'raw'].map((way) => ms(`Read/${n}/${q}/${way}`))),
      ...(sizes.length > 1 ? [`${digits(value(`Read/${sizes.at(-1)}/${q}/http`, 'ns/op') / value(`Read/${sizes[0]}/${q}/http`, 'ns/op'))}x`] : []),
    ]),
  ));
  out.push('### Answers a second, 16 clients', table(
    ['question', ...sizes.map(plain)],
    questions.map((q) => [q.replaceAll('-', ' '), ...sizes.map((n) => digits(value(`Read/${n}/${q}/http-16-clients`, 'answers/s')))]),
  ));
}

const writes = parts('Write');
if (writes.length) {
  out.push('### Durable revisions a second', table(
    ['writers', ...once(writes.map((p) => p[1])).flatMap((n) => [plain(n), 'raw'])],
    once(writes.map((p) => p[2])).map((w) => [
      w.slice('writers='.length),
      ...once(writes.map((p) => p[1])).flatMap((n) => ['record', 'raw'].map((way) => digits(value(`Write/${n}/${w}/${way}`, 'revisions/s')))),
    ]),
  ));
}

const ways = once(parts('Timeline').map((p) => p.slice(1).join('/')));
if (ways.length) {
  out.push('### A page of a timeline in memory, the engine beside graphql-go over the same resolvers', table(
    ['way', 'microseconds', 'times the engine'],
    ways.map((w) => [w, digits(value(`Timeline/${w}`, 'ns/op') / 1e3), digits(value(`Timeline/${w}`, 'x-engine') ?? 1)]),
  ));
}

if (file && out.length > 1) {
  const text = readFileSync(file, 'utf8');
  const section = /(<!-- bench -->\n)[^]*(<!-- \/bench -->)/;
  if (!section.test(text)) throw new Error(`${file} has no section for benchmarks`);
  writeFileSync(file, text.replace(section, (_, from, to) => `${from}\n${out.join('\n\n')}\n\n${to}`));
}
console.log(`\n${out.slice(1).join('\n\n')}`);
