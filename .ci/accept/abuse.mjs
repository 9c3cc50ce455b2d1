// node abuse.mjs URL [MS]: what graphql-cop sends, and worse. Each case is answered
// within MS milliseconds (1000), those marked are refused, and the server answers
// after each.
const url = process.argv[2],
  maxMs = +(process.argv[3] ?? 1000);
let bad = 0,
  warn = 0;
const J = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' };
const go = async (init, u = url) => {
  const t0 = performance.now();
  try {
    const r = await fetch(u, { signal: AbortSignal.timeout(30000), ...init });
    const x = await r.text();
    let j;
    try {
      j = JSON.parse(x);
    } catch {}
    return { ms: performance.now() - t0, st: r.status, x, j, h: r.headers };
  } catch (e) {
    return { ms: performance.now() - t0, st: 0, x: String(e?.cause?.code ?? e.name), j: undefined };
  }
};
const q = (query, variables, extra) => go({ method: 'POST', headers: J, body: JSON.stringify({ query, variables, ...extra }) });
const refused = (r) => r.st > 0 && (r.st >= 400 || r.j?.errors) && !r.j?.data;
const t = (n, r, ok, soft) => {
  const fast = r.ms <= maxMs;
  if (!(ok && fast)) soft ? warn++ : bad++;
  if (ok && fast && !process.env.VERBOSE) return;
  console.log(
    `${ok && fast ? 'ok  ' : soft ? 'warn' : 'FAIL'} ${n.padEnd(52)} ${String(r.st).padStart(3)} ${r.ms.toFixed(0).padStart(6)} ms ${ok && fast ? '' : r.x.slice(0, 110)}`,
  );
};
const alive = async (n) => {
  const r = await q('{ __typename }');
  if (r.st !== 200) {
    bad++;
    console.log(`FAIL server dead after "${n}": ${r.x}`);
    process.exit(1);
  }
};
const R = (s, n) => s.repeat(n);
const leafs = (f) => Array.from({ length: f }, (_, i) => `a${i}:__typename`).join(' ');
const dag = (n) =>
  `{ __schema { types { ...F0 } } } ` +
  Array.from({ length: n }, (_, i) => `fragment F${i} on __Type { a: ofType { ...F${i + 1} } b: ofType { ...F${i + 1} } }`).join(
    ' ',
  ) +
  ` fragment F${n} on __Type { name }`;
const T = 'a:{';
const cases = [
  // [name, query, must be refused?, soft]
  [
    'fragment cycle (2) through spreads [v0.8.1: process dies]',
    '{ __schema { ...A } } fragment A on __Schema { ...B } fragment B on __Schema { ...A }',
    true,
  ],
  [
    'fragment cycle with fields',
    '{ __schema { ...A } } fragment A on __Schema { description ...B } fragment B on __Schema { types { name } ...A }',
    true,
  ],
  ['fragment self cycle, unused fragment', '{ __typename } fragment A on __Type { ofType { ...A } name ...A }', true],
  ['deep nesting 500', '{__schema{types{' + R('ofType{', 500) + 'name' + R('}', 500) + '}}}', true],
  ['deep nesting 10 000', '{__schema{types{' + R('ofType{', 10000) + 'name' + R('}', 10000) + '}}}', true],
  ['unbalanced braces 200 000', R('{a', 200000), true],
  ['nested list value 200 000', '{__type(name:' + R('[', 200000) + ')}', true],
  ['nested object value 50 000', '{__type(name:' + R('{a:', 50000) + '}', true],
  ['nested inline fragments 5 000', '{' + R('...{', 5000) + '__typename' + R('}', 5000) + '}', true],
  ['nested list type in variable 100 000', 'query($a:' + R('[', 100000) + 'Int', true],
  ['exponential fragment DAG 25', dag(25), true],
  ['exponential fragment DAG 200', dag(200), true],
  [
    'duplicated nested selections 2^14',
    (() => {
      let s = 'name';
      for (let i = 0; i < 14; i++) s = `ofType{${s}} ofType{${s}}`;
      return `{__schema{types{${s}}}}`;
    })(),
    true,
  ],
  ['field duplication 500 (graphql-cop)', `{ ${R('__typename \n', 500)} }`, false, true],
  ['field duplication 10 000', `{ ${R('__typename \n', 10000)} }`, true],
  ['alias overloading 100 (graphql-cop)', `{ ${leafs(101)} }`, true, true],
  ['alias overloading 10 000', `{ ${leafs(10000)} }`, true],
  ['directive overloading 10 (graphql-cop)', `{ __typename ${R('@aa', 10)} }`, true],
  ['directive overloading 10 000 unknown', `{ __typename ${R('@aa ', 10000)} }`, true],
  ['directive overloading 10 000 @skip', `{ __typename ${R('@skip(if:false) ', 10000)} }`, true],
  [
    'unknown fields 10 000 (suggestion + location cost)',
    `{ ${Array.from({ length: 10000 }, (_, i) => 'nam' + i).join('\n')} }`,
    true,
  ],
  [
    'unused fragments 5 000',
    '{__typename}' + Array.from({ length: 5000 }, (_, i) => `\nfragment F${i} on __Type{name}`).join(''),
    true,
  ],
  ['unused variables 5 000', `query(${Array.from({ length: 5000 }, (_, i) => `$v${i}:Int`).join('\n')}){__typename}`, true],
  [
    'circular introspection (graphql-cop)',
    'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
    true,
  ],
  ['introspection fields/type x8', '{__schema{types{' + R('fields{type{', 8) + 'name' + R('}}', 8) + '}}}', true],
  ['2 MB comment', '#' + R('x', 2 << 20) + '\n{__typename}', true],
  ['2 MB string argument', `{__type(name:"${R('x', 2 << 20)}"){name}}`, true],
  ['1 MB of spaces/commas', '{' + R(' ,', 1 << 19) + '__typename}', true],
  ['page size 2^31-1', '{ statements(first: 2147483647) { nodes { id } } }', true, true],
  [
    'nested connections 100^4 must be priced',
    '{ speakers(first:100){nodes{statements(first:100){nodes{speaker{statements(first:100){nodes{speaker{statements(first:100){nodes{id}}}}}}}}}}}',
    true,
  ],
];
for (const [n, s, must, soft] of cases) {
  const r = await q(s);
  t(n, r, must ? refused(r) : r.st === 200 || refused(r), soft);
  await alive(n);
}
{
  const r = await go({
    method: 'POST',
    headers: J,
    body: '{"query":"query($a:Boolean!){__typename @include(if:$a)}","variables":{"a":' + R('[', 5000) + R(']', 5000) + '}}',
  });
  t('variables nested 5 000 deep', r, refused(r));
  await alive('variables');
}
{
  const r = await go({ method: 'POST', headers: J, body: '{"query":' + R('[', 100000) + R(']', 100000) + '}' });
  t('JSON body nested 100 000 deep', r, r.st >= 400);
  await alive('json depth');
}
{
  const r = await go({
    method: 'POST',
    headers: J,
    body: JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{__typename}' }))),
  });
  t(
    'array batching x10 (graphql-cop) refused or capped',
    r,
    r.st >= 400 || (r.st === 200 && Array.isArray(r.j) && r.j.length <= 10),
    true,
  );
  await alive('batch');
}
{
  const r = await go({
    method: 'POST',
    headers: J,
    body: JSON.stringify(Array.from({ length: 1000 }, () => ({ query: '{__typename}' }))),
  });
  t('array batching x1000 refused', r, r.st >= 400);
  await alive('batch1000');
}
{
  const r = await go(
    { method: 'GET', headers: { accept: J.accept } },
    url + '?query=' + encodeURIComponent('mutation{__typename}'),
  );
  t('GET mutation refused (graphql-cop)', r, r.st === 405 || r.st >= 400);
}
{
  const r = await go({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'query=%7B__typename%7D',
  });
  t('POST form-urlencoded refused: CSRF (graphql-cop)', r, r.st === 415 || r.st === 400);
}
{
  const r = await go({ method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{__typename}"}' });
  t('POST text/plain refused: CSRF', r, r.st === 415 || r.st === 400);
}
{
  const r = await go({
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{__typename}"}\r\n--x--\r\n',
  });
  t('POST multipart refused: CSRF', r, r.st === 415 || r.st === 400);
}
{
  const r = await q('query cop { __schema { ');
  t(
    'syntax error: no stack/debug (graphql-cop unhandled/trace)',
    r,
    !/exception|stacktrace|goroutine|\.go:\d|"tracing"|panic/i.test(r.x),
  );
}
{
  const r = await go({
    method: 'POST',
    headers: J,
    body: JSON.stringify({ query: 'query { __typename }', variables: null, extensions: {}, operationName: null }),
  });
  t('null variables/operationName accepted', r, r.st === 200);
}
{
  const r = await go({ method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
  t('no wildcard CORS to strange origins', r, !['*', 'https://evil.example'].includes(r.h?.get('access-control-allow-origin')));
}
{
  const r = await q('{ __schema { directive } }');
  t('field suggestions hidden (graphql-cop; soft: useful in dev)', r, !/Did you mean/.test(r.x), true);
}
{
  const N = 200;
  const t0 = performance.now();
  const rs = await Promise.all(Array.from({ length: N }, () => q(dag(25))));
  const r = { ms: (performance.now() - t0) / N, st: rs[0].st, x: '' };
  t(`${N} parallel DAG attacks, ms each`, r, rs.every(refused));
  await alive('flood');
}
console.log(bad ? `${bad} FAIL, ${warn} warn` : `all pass, ${warn} warn`);
process.exit(bad ? 1 : 0);
