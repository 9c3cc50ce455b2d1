// Asks DuckDB and GraphQL the same five questions.
// Usage: read.mjs DIR ONRECORD DATA, where DIR/csv and DIR/parquet hold the tables.
import { execFileSync } from 'node:child_process'
import { deepStrictEqual } from 'node:assert'
import { DuckDBInstance } from '@duckdb/node-api'

const [dir, onrecord, data] = process.argv.slice(2)
const ask = (query) => JSON.parse(execFileSync(onrecord, ['query', '--data', data, query], { encoding: 'utf8' })).data
const sorted = (pairs) => pairs.filter(([, n]) => n > 0).sort((a, b) => (a[0] < b[0] ? -1 : 1))

const questions = [
  {
    name: 'how much each speaker said',
    graphql: () => sorted(ask('{speakers(first:500){nodes{id statements{totalCount}}}}').speakers.nodes.map((s) => [s.id, s.statements.totalCount])),
    sql: `select src, count(*) from edges join nodes s on s.id = dst where relationship = 'SAID' group by src`,
  },
  {
    name: 'how many claims of each type',
    graphql: () => sorted(['FACT', 'PREDICTION', 'COMMITMENT', 'POSITION'].map((t) => [t, ask(`{claims(type:[${t}]){totalCount}}`).claims.totalCount])),
    sql: `select type, count(*) from nodes where kind = 'CLAIM' group by type`,
  },
  {
    name: 'how many statements stand there in each way',
    graphql: () => sorted(['DIRECT', 'PARTIAL', 'INDIRECT', 'SPEECH_ACT', 'HEADLINE', 'TRANSCRIPT'].map((m) => [m, ask(`{statements(filter:{mode:[${m}]}){totalCount}}`).statements.totalCount])),
    sql: `select mode, count(*) from nodes where kind = 'STATEMENT' group by mode`,
  },
  {
    name: 'how many statements were certainly said in August 2018',
    graphql: () => [['said', ask('{statements(filter:{said:{from:"2018-08",to:"2018-08"}}){totalCount}}').statements.totalCount]],
    sql: `select 'said', count(*) from nodes where kind = 'STATEMENT' and saidEarliest >= '2018-08-01' and saidLatest <= '2018-08-31'`,
  },
  {
    name: 'how many statements each source prints',
    graphql: () => sorted(ask('{sources(first:500){nodes{id statements{totalCount}}}}').sources.nodes.map((s) => [s.id, s.statements.totalCount])),
    sql: `select c.dst, count(distinct q.src) from edges q join edges c on c.src = q.dst
          where q.relationship = 'QUOTED_IN' and c.relationship = 'CAPTURE_OF' group by c.dst`,
  },
]

let failed = 0
const check = (what, got, want) => {
  try {
    deepStrictEqual(got, want)
    console.log(`ok   ${what}`)
  } catch {
    failed++
    console.log(`FAIL ${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`)
  }
}

const totals = JSON.parse(execFileSync(onrecord, ['stats', '--data', data, '--json'], { encoding: 'utf8' }))
const shown = { CONTRADICTS: true } // candidates are counted there and not exported
for (const [kind, tables] of [
  ['csv', (t) => `read_csv('${dir}/csv/${t}.csv', header = true, all_varchar = true)`],
  ['parquet', (t) => `read_parquet('${dir}/parquet/${t}.parquet')`],
]) {
  const db = await (await DuckDBInstance.create()).connect()
  for (const t of ['nodes', 'edges']) await db.run(`create view ${t} as select * from ${tables(t)}`)
  const rows = async (sql) => (await db.runAndReadAll(sql)).getRows().map((r) => r.map((x) => (typeof x === 'bigint' ? Number(x) : x)))
  for (const q of questions) check(`${kind}: ${q.name}`, sorted(await rows(q.sql)), sorted(q.graphql()))
  check(`${kind}: nodes of each kind`, sorted(await rows('select kind, count(*) from nodes group by kind')), sorted(Object.entries(totals.nodes)))
  check(
    `${kind}: edges of each kind`,
    sorted(await rows('select relationship, count(*) from edges group by relationship')).filter(([k]) => !shown[k]),
    sorted(Object.entries(totals.edges)).filter(([k]) => !shown[k]),
  )
  check(
    `${kind}: ends that are no nodes`,
    await rows('select id from edges where src not in (select id from nodes) or dst not in (select id from nodes)'),
    [],
  )
}
process.exit(failed ? 1 : 0)
