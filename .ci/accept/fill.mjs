// node fill.mjs URL: adds to the record what the lists that clients page through
// need, as an editor would, by mutations with the token in ONRECORD_TOKEN. Sent
// again, it adds nothing.
import { GraphQLClient } from 'graphql-request';
import { check, done } from './check.mjs';

const client = new GraphQLClient(process.argv[2], { headers: { authorization: `Bearer ${process.env.ONRECORD_TOKEN}` } });
const count = 8;
const put = async (kind, id, input) => {
  const { done } = await client.request(
    `mutation Put($input: Put${kind}Input!) { done: put${kind}(input: $input) { node { id } userErrors { path message } } }`,
    { input: { ...input, clientMutationId: `fill ${kind} ${id}` } },
  );
  check(`put${kind} ${id}`, done.node, JSON.stringify(done.userErrors));
  return done.node?.id;
};
const link = async (kind, from, to, more = {}) => {
  const { link } = await client.request('mutation Link($input: LinkInput!) { link(input: $input) { edge { id } userErrors { path message } } }', {
    input: { kind, from, to, ...more, clientMutationId: `fill ${kind} ${from} ${to}` },
  });
  check(`link ${kind}`, link.edge, JSON.stringify(link.userErrors));
};
const day = (i) => ({ edtf: `2019-03-0${i + 1}` });

const reviewer = await put('Speaker', 'reviewer', { type: 'ORGANIZATION', names: [{ value: 'A Desk' }] });
let before;
for (let i = 0; i < count; i++) {
  const speaker = await put('Speaker', i, { type: 'PERSON', names: [{ value: `Speaker ${i}` }] });
  const source = await put('Source', i, { title: `Source ${i}`, genre: 'POST', published: day(i), publisher: speaker });
  const capture = await put('Capture', i, { source, mediaType: 'text/plain', text: `Word for word: statement ${i}.` });
  const claim = await put('Claim', i, { text: `Claim ${i}`, type: 'PREDICTION' });
  const statement = await put('Statement', i, {
    text: `statement ${i}`,
    mode: 'TRANSCRIPT',
    speaker,
    said: day(i),
    links: [
      { kind: 'QUOTED_IN', to: capture, properties: { content: [{ exact: `statement ${i}` }] } },
      { kind: 'EXPRESSES', to: claim, properties: { polarity: 'ASSERTS' } },
    ],
  });
  const topic = await put('Topic', i, { name: `Topic ${i}` });
  await link('ABOUT', statement, topic);
  await put('Event', i, { name: `Event ${i}`, actuality: 'REPORTED', when: day(i) });
  await put('Agreement', i, { name: `Agreement ${i}` });
  await put('Place', i, { name: `Place ${i}` });
  await put('Stance', i, { polarity: 'SUPPORTS', basis: 'SAID', holder: speaker, target: topic });
  await put('Review', i, { rating: 'Mostly so', date: day(i), claim, publisher: reviewer });
  if (before) {
    const evidence = [{ capture, exact: `statement ${i}` }];
    await link('CONTRADICTS', before, claim, { status: 'CONFIRMED', evidence });
  }
  before = claim;
}
done();
