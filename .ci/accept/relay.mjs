// node relay.mjs URL [FIELD]: Relay's cursor connections and global object
// identification, for every root connection that introspection finds and that
// can be asked without arguments. Each must have six items or more.
import {
  getIntrospectionQuery,
  buildClientSchema,
  isObjectType,
  isInterfaceType,
  isNonNullType,
  isListType,
  getNamedType,
  isScalarType,
} from 'graphql';
import { check as t, done } from './check.mjs';
const url = process.argv[2],
  only = process.argv[3];
const gql = async (query, variables) =>
  (
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      body: JSON.stringify({ query, variables }),
    })
  ).json();
const S = buildClientSchema((await gql(getIntrospectionQuery())).data),
  Q = S.getQueryType().getFields();
// What relates nodes has an id for edit and decision, and is not itself a Node.
const relations = ['Edge', 'Contradiction'];
const nn = (x) => (isNonNullType(x) ? x.ofType : x);
// --- schema shape
const Node = S.getType('Node');
t('interface Node { id: ID! }', isInterfaceType(Node) && String(Node.getFields().id?.type) === 'ID!');
t(
  'Query.node(id: ID!): Node',
  String(Q.node?.type) === 'Node' && String(Q.node.args.find((a) => a.name === 'id')?.type) === 'ID!',
);
t(
  'Query.nodes(ids: [ID!]!): [Node]!',
  String(Q.nodes?.type) === '[Node]!' && String(Q.nodes.args.find((a) => a.name === 'ids')?.type) === '[ID!]!',
  Q.nodes?.type,
);
const PI = S.getType('PageInfo')?.getFields?.() ?? {};
t(
  'PageInfo fields',
  String(PI.hasNextPage?.type) === 'Boolean!' &&
    String(PI.hasPreviousPage?.type) === 'Boolean!' &&
    String(PI.startCursor?.type) === 'String' &&
    String(PI.endCursor?.type) === 'String',
);
const conns = Object.values(S.getTypeMap()).filter((x) => isObjectType(x) && x.name.endsWith('Connection'));
t('has connection types', conns.length > 0);
for (const c of conns) {
  const f = c.getFields(),
    e = getNamedType(f.edges?.type);
  t(
    `${c.name}: edges list, pageInfo: PageInfo!`,
    f.edges && isListType(nn(f.edges.type)) && String(f.pageInfo?.type) === 'PageInfo!',
  );
  const ef = e?.getFields?.() ?? {};
  t(
    `${e?.name}: node is not a list, cursor is a string scalar`,
    ef.node && !isListType(nn(ef.node.type)) && isScalarType(getNamedType(ef.cursor?.type)),
  );
}
for (const x of Object.values(S.getTypeMap()))
  if (isObjectType(x))
    for (const f of Object.values(x.getFields()))
      if (getNamedType(f.type).name.endsWith('Connection')) {
        const a = Object.fromEntries(f.args.map((z) => [z.name, String(z.type)]));
        t(
          `${x.name}.${f.name} args first/after/last/before`,
          /^Int/.test(a.first ?? '') && /^(String|\w*Cursor|ID)/.test(a.after ?? '') && /^Int/.test(a.last ?? '') && a.before,
          JSON.stringify(a),
        );
      }
// --- behaviour
const roots = Object.values(Q).filter(
  (f) =>
    getNamedType(f.type).name.endsWith('Connection') &&
    f.args.every((a) => !isNonNullType(a.type) || a.defaultValue !== undefined) &&
    (!only || f.name === only),
);
for (const r of roots) {
  const nodeT = getNamedType(getNamedType(getNamedType(r.type).getFields().edges.type).getFields().node.type);
  const sel = nodeT.getFields?.().id ? '__typename id' : '__typename';
  const page = async (a) => {
    const x = await gql(
      `query($first:Int,$last:Int,$after:String,$before:String){ ${r.name}(first:$first,last:$last,after:$after,before:$before){ edges{cursor node{${sel}}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor} } }`,
      a,
    );
    return x.errors ? { err: x.errors } : x.data[r.name];
  };
  const all = [];
  let after = null,
    n = 0,
    last;
  do {
    last = await page({ first: 7, after });
    if (last.err) break;
    all.push(...last.edges);
    after = last.pageInfo.endCursor;
  } while (last.pageInfo.hasNextPage && ++n < 50);
  if (last.err) {
    t(`${r.name}: forward paging`, false, JSON.stringify(last.err));
    continue;
  }
  const cur = all.map((e) => e.cursor),
    N = all.length;
  t(
    `${r.name}: forward paging walks distinct cursors (${N})`,
    new Set(cur).size === N && (!sel.includes('id') || new Set(all.map((e) => e.node.id)).size === N),
  );
  const p1 = await page({ first: 3 });
  t(
    `${r.name}: startCursor/endCursor are the edges' cursors`,
    p1.pageInfo.startCursor === p1.edges[0]?.cursor && p1.pageInfo.endCursor === p1.edges.at(-1)?.cursor,
  );
  t(
    `${r.name}: cursors are stable between page sizes`,
    p1.edges.every((e, i) => e.cursor === cur[i]),
  );
  const b = await page({ last: 3, before: cur[5] });
  t(
    `${r.name}: last/before gives the items just before, in the same order`,
    b.edges?.map((e) => e.cursor).join() === cur.slice(2, 5).join(),
    JSON.stringify(b).slice(0, 150),
  );
  t(`${r.name}: hasPreviousPage with last`, b.pageInfo?.hasPreviousPage === true);
  const l = await page({ last: 4 });
  if (n < 50) t(`${r.name}: last without before gives the tail`, l.edges?.map((e) => e.cursor).join() === cur.slice(-4).join());
  const z = await page({ first: 0 });
  t(
    `${r.name}: first:0 gives no edges, null cursors`,
    !z.err && z.edges.length === 0 && z.pageInfo.startCursor === null && z.pageInfo.hasNextPage === N > 0,
    JSON.stringify(z).slice(0, 140),
  );
  for (const [k, a] of [
    ['first:-1', { first: -1 }],
    ['last:-1', { last: -1 }],
    ['first:1000000', { first: 1000000 }],
    ['invalid cursor', { first: 1, after: '!!not-a-cursor' }],
    ['first and last together (GitHub refuses; spec: discouraged)', { first: 1, last: 1 }],
  ]) {
    const x = await page(a);
    t(`${r.name}: ${k} is an error with extensions.code`, x.err && x.err[0].extensions?.code, JSON.stringify(x).slice(0, 120));
  }
  const e = await page({ first: 5, after: cur.at(-1) });
  if (n < 50)
    t(
      `${r.name}: after the last cursor: empty page, hasNextPage false`,
      !e.err && e.edges.length === 0 && e.pageInfo.hasNextPage === false,
    );
  const both = await page({ first: 10, after: cur[1], before: cur[4] });
  t(`${r.name}: after + before window`, both.edges?.map((x) => x.cursor).join() === cur.slice(2, 4).join());
  if (N < 6) {
    t(`${r.name}: six items to page through`, false, N);
    continue;
  }
  if (sel.includes('id') && !relations.includes(nodeT.name)) {
    const k = all[0].node,
      o = await gql('query($id:ID!){ node(id:$id){ __typename id } }', { id: k.id });
    t(
      `${r.name}: node(id) refetches the same object`,
      o.data?.node?.id === k.id && o.data.node.__typename === k.__typename,
      JSON.stringify(o),
    );
    const m = await gql('query($ids:[ID!]!){ nodes(ids:$ids){ id } }', { ids: [all[1].node.id, 'nope', all[0].node.id] });
    t(
      `${r.name}: nodes(ids) keeps order, null for unknown`,
      m.data?.nodes?.[0]?.id === all[1].node.id && m.data.nodes[1] === null && m.data.nodes[2].id === all[0].node.id,
      JSON.stringify(m),
    );
  }
}
const u = await gql('{ node(id:"bm9wZTox"){ id } }');
t('node(unknown id) is null without a crash', u.data && u.data.node === null, JSON.stringify(u));
for (const x of Object.values(S.getTypeMap()))
  if (isObjectType(x) && !x.name.startsWith('__') && !relations.includes(x.name) && x.getFields().id && String(x.getFields().id.type) === 'ID!')
    t(
      `${x.name} implements Node`,
      x.getInterfaces().some((i) => i.name === 'Node'),
    );
done();
