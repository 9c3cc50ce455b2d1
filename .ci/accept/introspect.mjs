// node introspect.mjs URL: the schema by introspection, built and validated by
// graphql 16 and 17 and printed to schema.graphql; coercion, null, key order.
import * as g16 from 'graphql';
import fs from 'node:fs';
import { check as t, done } from './check.mjs';
const url = process.argv[2];
const post = async (query, variables) =>
  (
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    })
  ).json();
let g17 = null;
try {
  g17 = await import('graphql17');
} catch (e) {
  console.log('skip graphql17:', e.message.slice(0, 80));
}
for (const [name, g] of [
  ['v16', g16],
  ['v17', g17],
]) {
  if (!g) continue;
  for (const [on, o] of [
    ['minimal', { descriptions: true }],
    [
      'full',
      {
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      },
    ],
  ]) {
    const r = await post(g.getIntrospectionQuery(o));
    t(`${name} ${on} introspection has no errors`, !r.errors, r.errors?.[0]?.message);
    if (!r.data) continue;
    try {
      const s = g.buildClientSchema(r.data);
      const e = g.validateSchema(s);
      t(`${name} ${on} validateSchema`, e.length === 0, e[0]?.message);
      if (name === 'v16' && on === 'full') fs.writeFileSync('schema.graphql', g.printSchema(s));
    } catch (e) {
      t(`${name} ${on} buildClientSchema`, false, e.message);
    }
  }
}
const o = await (
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ z: __typename a: __typename m: __typename }' }),
  })
).text();
t(
  'response keys keep the order of the selection (spec 7.2.2)',
  o.indexOf('"z"') < o.indexOf('"a"') && o.indexOf('"a"') < o.indexOf('"m"'),
  o,
);
for (const [n, q, v, want] of [
  [
    'null literal accepted',
    '{ __type(name: "Query") @include(if: true) { name } x: __type(name: "Nope") { fields(includeDeprecated: null) { name } } }',
    null,
    (r) => !r.errors,
  ],
  [
    'repeated non-repeatable directive rejected',
    '{ __typename @skip(if:false) @skip(if:false) }',
    null,
    (r) => r.errors && !('data' in r),
  ],
  ['unknown operation has no data key', '{ nope }', null, (r) => r.errors && !('data' in r)],
  ['Int var 1.5 rejected', 'query($a:Int){ statements(first:$a) { totalCount } }', { a: 1.5 }, (r) => r.errors && !r.data],
  ['Int var "2" rejected', 'query($a:Int){ statements(first:$a) { totalCount } }', { a: '2' }, (r) => r.errors && !r.data],
  [
    'Int literal > 2^31-1 rejected by validation',
    '{ statements(first: 3000000000) { totalCount } }',
    null,
    (r) => r.errors && !('data' in r),
  ],
  [
    'ID var number 1234567 is "1234567", not 1.234567e+06',
    'query($a:ID!){ node(id:$a) { id } }',
    { a: 1234567 },
    (r) => !/e\+/.test(JSON.stringify(r)),
  ],
  ['Boolean var "yes" rejected', 'query($a:Boolean!){ __typename @include(if:$a) }', { a: 'yes' }, (r) => r.errors],
  ['String var 5 rejected', 'query($a:String!){ __type(name:$a){name} }', { a: 5 }, (r) => r.errors],
  [
    'directive on variable definition parses',
    'query($a:Boolean! @deprecated){ __typename @include(if:$a) }',
    { a: true },
    (r) => r.errors && !/Syntax/.test(r.errors[0].message),
  ],
  ['unicode \\u{...} escape', '{ __type(name:"\\u{1F600}"){name} }', null, (r) => !r.errors],
  ['executable description (Sept 2025) parses', '"""d""" query A { __typename }', null, (r) => !r.errors],
  [
    'subscription with two root fields rejected',
    'subscription { __typename b: __typename }',
    null,
    (r) => r.errors && /one|single|root|introspection/i.test(r.errors[0].message),
  ],
]) {
  const r = await post(q, v);
  t(n, want(r), JSON.stringify(r).slice(0, 160));
}
done();
