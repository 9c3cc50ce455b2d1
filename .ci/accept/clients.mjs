// node clients.mjs URL: @apollo/client 4 (a query, relayStylePagination, automatic
// persisted queries), @urql/core by GET, graphql-request, relay-compiler on the
// schema that introspect.mjs printed, and relay-runtime with what it compiled.
import { ApolloClient, InMemoryCache, HttpLink, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { Client, fetchExchange, cacheExchange } from '@urql/core';
import { request } from 'graphql-request';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { check as t, done } from './check.mjs';
process.on('uncaughtException', (e) => {
  if (e?.name !== 'AbortError') throw e;
});
const require = createRequire(import.meta.url);
const url = process.argv[2];
const Q = gql`
  query P($first: Int, $after: String) {
    statements(first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          __typename
          text
          speaker {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;
const mk = (link) =>
  new ApolloClient({
    link,
    cache: new InMemoryCache({
      possibleTypes: { Node: ['Statement', 'Speaker'] },
      typePolicies: { Query: { fields: { statements: relayStylePagination() } } },
    }),
  });
try {
  const c = mk(new HttpLink({ uri: url }));
  const a = await c.query({ query: Q, variables: { first: 5 } });
  const b = await c.query({
    query: Q,
    variables: { first: 5, after: a.data.statements.pageInfo.endCursor },
    fetchPolicy: 'network-only',
  });
  const merged = Object.entries(c.cache.extract().ROOT_QUERY).find(([k]) => k.startsWith('statements'))?.[1].edges.length;
  t(
    'apollo: relayStylePagination merges two pages',
    merged === 10,
    `${merged} edges cached, query 2 shows ${b.data?.statements.edges.length}`,
  );
  const e = await c
    .query({
      query: gql`
        {
          nope
        }
      `,
      errorPolicy: 'all',
    })
    .catch((x) => ({ error: x }));
  t(
    'apollo: validation error surfaces as CombinedGraphQLErrors',
    /Cannot query field|GraphQL/.test(e.error?.message ?? ''),
    e.error?.message,
  );
} catch (e) {
  t('apollo', false, e.message);
}
try {
  let n = 0;
  const c = mk(
    new PersistedQueryLink({ sha256: (s) => createHash('sha256').update(s).digest('hex') }).concat(
      new HttpLink({
        uri: url,
        fetch: (u, o) => {
          n++;
          return fetch(u, o);
        },
      }),
    ),
  );
  const a = await c.query({ query: Q, variables: { first: 2 } });
  const n1 = n;
  await c.query({ query: Q, variables: { first: 3 }, fetchPolicy: 'network-only' });
  t(
    `apollo: automatic persisted queries (register ${n1}, then hash only ${n - n1})`,
    a.data.statements.edges.length === 2 && n - n1 === 1,
    n,
  );
} catch (e) {
  t('apollo APQ', false, e.message);
}
try {
  const r = await new Client({ url, exchanges: [cacheExchange, fetchExchange], preferGetMethod: true })
    .query('query($n:Int){ statements(first:$n){ nodes { id } } }', { n: 2 })
    .toPromise();
  t('urql over GET', r.data?.statements.nodes.length === 2, r.error?.message);
} catch (e) {
  t('urql', false, e.message);
}
try {
  const r = await request(url, 'query($n:Int){ statements(first:$n){ nodes { id } } }', { n: 2 });
  t('graphql-request', r.statements.nodes.length === 2);
} catch (e) {
  t('graphql-request', false, e.message);
}
// relay-compiler against the schema printed by introspect.mjs
try {
  if (!fs.existsSync('schema.graphql')) throw Error('run introspect.mjs first');
  fs.rmSync('.relay', { recursive: true, force: true });
  fs.mkdirSync('.relay/src', { recursive: true });
  fs.mkdirSync('.relay/gen', { recursive: true });
  fs.writeFileSync(
    '.relay/src/App.js',
    'const {graphql}=require(\'react-relay\');\ngraphql`query AppQuery($first:Int,$after:String){ ...App_list @arguments(first:$first, after:$after) }`;\ngraphql`fragment App_list on Query @argumentDefinitions(first:{type:"Int",defaultValue:5}, after:{type:"String"}) @refetchable(queryName:"AppPaginationQuery") { statements(first:$first, after:$after) @connection(key:"App_statements") { edges { node { id text speaker { name } } } } }`;\ngraphql`fragment AppSpeaker_speaker on Speaker @refetchable(queryName:"SpeakerRefetchQuery") { name }`;\n',
  );
  const r = spawnSync('npx', ['--no-install', 'relay-compiler', 'relay.config.json'], { encoding: 'utf8' });
  t('relay-compiler: @connection, @refetchable compile', r.status === 0, (r.stdout + r.stderr).slice(-300));
  if (r.status === 0) {
    const { Environment, Network, RecordSource, Store, fetchQuery } = require('relay-runtime');
    const art = require(path.resolve('.relay/gen/AppQuery.graphql.js'));
    const env = new Environment({
      store: new Store(new RecordSource()),
      network: Network.create(async (p, v) =>
        (
          await fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query: p.text, variables: v }),
          })
        ).json(),
      ),
    });
    await fetchQuery(env, art.default ?? art, { first: 3 }).toPromise();
    const { statements } = await request(url, '{ statements(first: 3) { nodes { id text } } }');
    const records = env.getStore().getSource();
    t(
      'relay-runtime: fetch + normalise into the store',
      statements.nodes.length === 3 && statements.nodes.every((n) => records.get(n.id)?.text === n.text),
      JSON.stringify(records.toJSON()),
    );
  }
} catch (e) {
  t('relay', false, e.message);
}
done();
