// node audit.mjs URL: the audits of GraphQL over HTTP. All must pass: those that the
// specification says MUST, SHOULD and MAY of.
import { serverAudits } from 'graphql-http';
const url = process.argv[2];
if (!url) {
  console.error('usage: node audit.mjs URL');
  process.exit(3);
}
const res = [];
for (const a of serverAudits({ url, fetchFn: fetch })) {
  try {
    res.push({ id: a.id, name: a.name, ...(await a.fn()) });
  } catch (e) {
    console.error('cannot audit', a.id, e?.cause?.code ?? e);
    process.exit(3);
  }
}
const lvl = (r) => r.name.split(' ')[0];
const fails = res.filter((r) => r.status !== 'ok');
for (const l of ['MUST', 'SHOULD', 'MAY']) {
  const all = res.filter((r) => lvl(r) === l),
    f = all.filter((r) => r.status !== 'ok');
  console.log(`${l.padEnd(6)} ${all.length - f.length}/${all.length} pass`);
}
console.log(`TOTAL  ${res.length - fails.length}/${res.length} pass`);
for (const f of fails) console.log(`  ${f.status.toUpperCase().padEnd(6)} ${f.id} ${f.name} — ${f.reason ?? ''}`);
if (process.argv.includes('--json'))
  console.log(
    JSON.stringify(
      res.map(({ id, name, status, reason }) => ({ id, name, status, reason })),
      null,
      1,
    ),
  );
process.exit(fails.some((f) => lvl(f) === 'MUST') ? 1 : fails.length ? 2 : 0);
