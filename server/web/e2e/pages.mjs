// The pages that every page test and the screenshots go through. A new kind of
// page is a line here: its name, and its path, made of what the record holds.
import { base } from './browser.mjs';

export async function ask(query, variables) {
  const response = await fetch(new URL('/graphql', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(process.env.ONRECORD_TOKEN && { authorization: `Bearer ${process.env.ONRECORD_TOKEN}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${query}: ${errors[0].message}`);
  return data;
}

// What the seeded record holds: the claim that is put forward most often, one of
// its statements, and who said it.
export async function found() {
  const { claims } = await ask(`{ claims(first: 100) { nodes { id text statementCount statements(first: 20) { nodes { id text words mode speaker { id name } } } } } }`);
  const claim = claims.nodes.toSorted((a, b) => b.statementCount - a.statementCount)[0];
  const statement = claim.statements.nodes.find((s) => s.mode === 'DIRECT');
  const one = await ask(
    `{ event: events(first: 1) { nodes { id } } source: sources(first: 1) { nodes { id captures { id } } } topic: topics(first: 1) { nodes { id } } agreement: agreements(first: 1) { nodes { id } } stance: stances(first: 1) { nodes { id } } }`,
  );
  const [event, source, topic, agreement, stance] = ['event', 'source', 'topic', 'agreement', 'stance'].map((name) => one[name].nodes[0].id);
  return { claim, statement, speaker: statement.speaker, event, source, topic, agreement, stance, capture: one.source.nodes[0].captures[0].id };
}

export const pages = [
  { name: 'front', path: () => '/' },
  { name: 'search', path: () => '/search?q=negotiations' },
  { name: 'search-nothing', path: () => '/search?q=xyzzy' },
  { name: 'claim', path: ({ claim }) => `/claim/${claim.id}` },
  { name: 'statement', path: ({ statement }) => `/statement/${statement.id}` },
  { name: 'speaker', path: ({ speaker }) => `/speaker/${speaker.id}` },
  { name: 'event', path: ({ event }) => `/event/${event}` },
  { name: 'agreement', path: ({ agreement }) => `/agreement/${agreement}` },
  { name: 'topic', path: ({ topic }) => `/topic/${topic}` },
  { name: 'source', path: ({ source }) => `/source/${source}` },
  { name: 'capture', path: ({ capture }) => `/capture/${capture}` },
  { name: 'stance', path: ({ stance }) => `/stance/${stance}` },
  { name: 'claims', path: () => '/claims' },
  { name: 'contradictions', path: () => '/contradictions' },
  { name: 'gaps', path: () => '/gaps' },
  { name: 'review', path: () => '/review' },
  { name: 'build', path: () => '/build' },
  { name: 'graph', path: ({ speaker }) => `/graph?of=${speaker.id}&hide=capture` },
  { name: 'graph-path', path: ({ speaker, claim }) => `/graph?of=&hide=capture&from=${speaker.id}&to=${claim.id}` },
  { name: 'graph-begin', path: () => '/graph' },
  { name: 'error', path: () => '/claim/00000000-0000-4000-8000-000000000000', status: 404 },
];

// ready waits until the scripts of a page have done what they do on their own.
export async function ready(page) {
  if (await page.locator('#graph-stage').count()) await page.locator('#graph-stage[data-ready]').waitFor();
  await page.waitForTimeout(150);
}
