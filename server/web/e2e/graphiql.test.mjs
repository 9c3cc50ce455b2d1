import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, base, launch, open, screenshot } from './browser.mjs';

const examples = ['ClaimTimeline', 'BothSidesOfAnEvent', 'InTheirOwnWords', 'OpenPredictions', 'WhatIsNotKnown'];
const run = 'button.graphiql-execute-button';

// graphiql 5.4 puts the button that closes a tab inside the tab; nothing that
// a style sheet can mend. Everything else axe finds is ours.
const upstream = [/^nested-interactive: \.graphiql-tab/];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function openReady(path, options) {
  const opened = await open(browser, path, options);
  await opened.page.waitForSelector(run);
  await opened.page.waitForSelector('.graphiql-query-editor .view-line');
  return opened;
}

// Presses the button and answers what the server answered, once it is shown.
async function ask(page, operation) {
  const [response] = await Promise.all([
    page.waitForResponse((response) => {
      if (new URL(response.url()).pathname !== '/graphql') return false;
      return response.request().postDataJSON()?.operationName === operation;
    }),
    page.click(run),
  ]);
  assert.equal(response.status(), 200);
  await page.waitForFunction(() => document.querySelector('.graphiql-response')?.textContent.includes('data'));
  return response.json();
}

function assertClean(seen) {
  assert.deepEqual(seen, { offHost: [], policy: [], errors: [] });
}

// An example that finds nothing teaches nothing: no null and no empty list at
// the top of an answer, and no total of zero.
function assertFound(data) {
  for (const [field, value] of Object.entries(data)) {
    assert.notEqual(value, null, `${field} is null`);
    assert.notEqual(value.totalCount, 0, `${field} has no entries`);
    if (value.nodes) assert.notEqual(value.nodes.length, 0, `${field} has no entries`);
  }
}

const tabs = (page) => page.$$eval('[role=tab] .graphiql-tab-button', (all) => all.map((tab) => tab.textContent));
const query = (page) => page.evaluate(() => globalThis.__MONACO.editor.getEditors()[0].getValue());

describe('GraphiQL', () => {
  test('a first visit opens the five examples', async () => {
    const { page, seen, close } = await openReady('/graphiql');
    assert.equal(await page.title(), 'onrecord · GraphiQL');
    assert.deepEqual(await tabs(page), examples);
    assert.match(await query(page), /^# A claim's timeline\./);
    assertClean(seen);
    await close();
  });

  for (const [index, operation] of examples.entries()) {
    test(`example ${index + 1}, ${operation}, is answered`, async () => {
      const { page, seen, close } = await openReady('/graphiql/');
      await page.locator('[role=tab] .graphiql-tab-button').nth(index).click();
      await page.waitForTimeout(400); // GraphiQL reads the operation's name a tenth of a second later
      const answer = await ask(page, operation);
      assert.equal(answer.errors, undefined);
      assertFound(answer.data);
      await screenshot(page, `graphiql-${index + 1}`);
      assertClean(seen);
      await close();
    });
  }

  test('tabs are kept from visit to visit, and the list of examples opens a closed one again', async () => {
    const { page, seen, close } = await openReady('/graphiql');
    await page.locator('[role=tab]').nth(4).hover();
    await page.locator('[role=tab]').nth(4).getByLabel('Close Tab').click();
    await page.waitForFunction(() => document.querySelectorAll('[role=tab]').length === 4);
    await page.waitForTimeout(700); // GraphiQL saves its tabs half a second later
    await page.reload({ waitUntil: 'load' });
    await page.waitForSelector('[role=tab]');
    assert.deepEqual(await tabs(page), examples.slice(0, 4));
    await page.getByLabel('Show Examples').click();
    await page.getByRole('button', { name: 'What is not known' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[role=tab]').length === 5);
    await page.waitForFunction(() => /WhatIsNotKnown/.test(document.querySelector('.graphiql-tab-active').textContent));
    assert.match(await query(page), /^# What is not known\./);
    assertClean(seen);
    await close();
  });

  test('a link opens its query, variables and operation', async () => {
    const text = 'query One { record { seq } }\nquery Two($id: ID!) { node(id: $id) { id } record { seq } }';
    const variables = '{"id": "00000000-0000-4000-8000-000000000000"}';
    const link = `/graphiql?${new URLSearchParams({ query: text, variables, operationName: 'Two' })}`;
    const { page, seen, close } = await openReady(link);
    assert.equal((await tabs(page)).length, examples.length + 1);
    assert.equal(await query(page), text);
    // With several operations the button opens a menu; the keyboard runs the chosen one.
    const [response] = await Promise.all([
      page.waitForResponse((response) => response.request().postDataJSON()?.operationName === 'Two'),
      page.waitForFunction(() => /Two/.test(document.querySelector('.graphiql-tab-active')?.textContent)).then(async () => {
        await page.click(run);
        await page.getByRole('menuitem', { name: 'Two' }).click();
      }),
    ]);
    assert.deepEqual(response.request().postDataJSON().variables, JSON.parse(variables));
    assertClean(seen);
    await close();
  });

  test('the address follows what is in the tab', async () => {
    const { page, seen, close } = await openReady('/graphiql');
    assert.equal(new URL(page.url()).search, '');
    await page.locator('[role=tab] .graphiql-tab-button').nth(3).click();
    await page.waitForFunction(() => new URLSearchParams(location.search).get('query')?.includes('OpenPredictions'));
    const link = page.url();
    await close();
    const again = await openReady(link.slice(base.replace(/\/$/, '').length));
    assert.match(await query(again.page), /^# Open predictions\./);
    assertClean(seen);
    assertClean(again.seen);
    await again.close();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`axe, ${colorScheme}`, async () => {
      const { page, seen, close } = await openReady('/graphiql', { colorScheme });
      await ask(page, examples[0]);
      await page.getByLabel('Show Examples').click();
      await page.getByRole('button', { name: 'What is not known' }).waitFor();
      await page.waitForTimeout(500);
      await screenshot(page, `graphiql-${colorScheme}`);
      const found = (await axe(page)).filter((line) => !upstream.some((known) => known.test(line)));
      assert.deepEqual(found, []);
      assertClean(seen);
      await close();
    });
  }

  test('a token in the headers is sent, and not kept in the browser', async () => {
    const token = process.env.ONRECORD_TOKEN;
    assert.ok(token, 'set ONRECORD_TOKEN to what onrecord token create prints');
    const text = 'mutation Propose { putTopic(input: {name: "Rain"}) { revision { agent } userErrors { message } } }';
    const { page, seen, close } = await openReady(`/graphiql?${new URLSearchParams({ query: text })}`);
    const refused = await ask(page, 'Propose');
    assert.equal(refused.errors[0].extensions.code, 'UNAUTHENTICATED');
    await page.getByRole('button', { name: 'Headers' }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor').last().click();
    await page.keyboard.insertText(`{"Authorization": "Bearer ${token}"}`);
    await page.waitForTimeout(700); // GraphiQL saves its tabs half a second later
    const answer = await ask(page, 'Propose');
    assert.deepEqual(answer.data, { putTopic: { revision: { agent: 'The tests' }, userErrors: [] } });
    await page.getByLabel('Show History').click();
    await page.getByLabel('Add favorite').first().click();
    await page.waitForTimeout(700);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }));
    assert.match(kept, /favorites.*Propose/);
    assert.ok(!kept.includes(token), 'the browser keeps the token');
    assert.ok(!page.url().includes(token), 'the address holds the token');
    assertClean(seen);
    await close();
  });

  test('the docs, history and explorer open', async () => {
    const { page, seen, close } = await openReady('/graphiql');
    await ask(page, examples[0]);
    for (const name of ['Documentation Explorer', 'History', 'GraphiQL Explorer']) {
      await page.getByLabel(`Show ${name}`).click();
      await page.getByLabel(`Hide ${name}`).waitFor();
    }
    assertClean(seen);
    await close();
  });

  test('a subscription shows what comes', async () => {
    const query = 'subscription { revisions(after: 0) { seq reason } }';
    const { page, seen, close } = await openReady(`/graphiql?${new URLSearchParams({ query })}`);
    await page.click(run);
    await page.waitForFunction(() => /"seq": \d+/.test(document.querySelector('.graphiql-response')?.textContent.replaceAll('\u00a0', ' ')));
    assertClean(seen);
    await close();
  });
});
