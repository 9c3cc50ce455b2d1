// What a client library relies on before it asks anything of ours: GraphQL over
// HTTP as the public audit suite reads it, and a schema that graphql-js accepts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { buildClientSchema, getIntrospectionQuery, parse, validate, validateSchema } from 'graphql';
import { readFileSync, readdirSync } from 'node:fs';

const endpoint = new URL('/graphql', process.env.ONRECORD_URL).href;

async function post(query, variables) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: endpoint, fetchFn: fetch })) {
    test(audit.name, async (t) => {
      const result = await audit.fn();
      if (result.status === 'ok') return;
      if (audit.name.startsWith('MUST')) assert.fail(result.reason);
      t.diagnostic(`not met: ${result.reason}`);
    });
  }
});

describe('schema', () => {
  test('full introspection builds a valid schema, and the example queries are valid in it', async () => {
    const { data, errors } = await post(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, schemaDescription: true, inputValueDeprecation: true }));
    assert.equal(errors, undefined);
    const schema = buildClientSchema(data);
    assert.deepEqual(validateSchema(schema), []);
    const dir = new URL('../app/src/examples/', import.meta.url);
    const files = readdirSync(dir).filter((name) => name.endsWith('.graphql'));
    assert.equal(files.length, 5);
    for (const name of files) {
      assert.deepEqual(validate(schema, parse(readFileSync(new URL(name, dir), 'utf8'))), [], name);
    }
  });

  test('an answer keeps the order of the selection', async () => {
    assert.deepEqual(Object.keys((await post('{ z: __typename a: __typename m: __typename }')).data), ['z', 'a', 'm']);
  });
});
