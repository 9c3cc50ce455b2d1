// What is found while one types, buttons that copy, and word of new entries.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, base, jumps, launch, open } from './browser.mjs';
import { ask, found } from './pages.mjs';

let browser;
let record;
before(async () => {
  browser = await launch();
  record = await found();
});
after(() => browser?.close());

const clean = (seen) => assert.deepEqual(seen, { offHost: [], policy: [], errors: [] });

describe('the search box', () => {
  test('says what is found, by kind, and leads there by keyboard', async () => {
    const { page, seen, close } = await open(browser, '/');
    const box = page.getByRole('combobox', { name: 'Search the record' });
    await box.pressSequentially('negot', { delay: 20 });
    const list = page.getByRole('listbox');
    await list.waitFor();
    assert.equal(await box.getAttribute('aria-expanded'), 'true');
    assert.ok((await list.getByRole('group').count()) >= 2, 'by kind');
    assert.ok((await list.locator('.m-hit').count()) > 0, 'what was found is marked');
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const active = await box.getAttribute('aria-activedescendant');
    const option = page.locator(`#${active}`);
    assert.equal(await option.getAttribute('aria-selected'), 'true');
    assert.equal(await list.locator('[aria-selected=true]').count(), 1);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await list.getByRole('option').last().getAttribute('aria-selected'), 'true', 'it goes round');
    await page.keyboard.press('Escape');
    assert.equal(await list.isVisible(), false);
    assert.equal(await box.inputValue(), 'negot', 'Escape closes, and keeps the words');
    await page.keyboard.press('ArrowDown');
    const href = await list.locator('[aria-selected=true]').getAttribute('href');
    await page.keyboard.press('Enter');
    await page.waitForURL(new URL(href, base).href);
    assert.deepEqual(await jumps(page), []);
    clean(seen);
    await close();
  });

  test('Enter without a choice searches; a click on one opens it', async () => {
    const { page, seen, close } = await open(browser, '/');
    const box = page.getByRole('combobox', { name: 'Search the record' });
    await box.pressSequentially('negotiations');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\?q=negotiations/);
    await page.getByRole('combobox', { name: 'Search the record' }).fill('khamenei');
    await page.locator('.suggested').first().click();
    await page.waitForURL(/\/[a-z]+\/[0-9a-f-]{36}/, { waitUntil: 'commit' });
    assert.deepEqual([seen.offHost, seen.policy], [[], []]);
    await close();
  });

  test('asks once for words that are typed fast, and drops what comes too late', async () => {
    const { page, close } = await open(browser, '/');
    const asked = [];
    page.on('request', (request) => request.url().includes('/suggest') && asked.push(new URL(request.url()).searchParams.get('q')));
    await page.locator('#q').pressSequentially('sanctions', { delay: 15 });
    await page.getByRole('listbox').waitFor();
    assert.ok(asked.length <= 3, `asked ${asked.join(', ')}`);
    assert.equal(asked.at(-1), 'sanctions');
    await close();
  });

  test('hostile words are only words', async () => {
    for (const q of ['<script>alert(1)</script>', '" onmouseover="x', '"open phrase', '-', '*', '\u202eabc', 'a'.repeat(3000)]) {
      const response = await fetch(new URL(`/suggest?${new URLSearchParams({ q })}`, base));
      assert.ok([200, 400].includes(response.status), `${q.slice(0, 20)}: ${response.status}`);
      assert.doesNotMatch(await response.text(), /<script>alert|" onmouseover="x/);
    }
  });
});

describe('copy', () => {
  test('a citation and the page as GraphQL and curl are copied, by button', async () => {
    const { page, seen, close } = await open(browser, `/statement/${record.statement.id}`, { permissions: ['clipboard-read', 'clipboard-write'] });
    const first = page.locator('.cite .copyable').first();
    await first.getByRole('button').click();
    await first.getByText('Copied', { exact: true }).first().waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await first.locator('pre').textContent());
    await page.getByText('This page as data').click();
    assert.equal(await page.locator('.as-data .copyable button').count(), 3);
    await page.locator('.as-data .copyable button').last().click();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl http/);
    assert.deepEqual(await jumps(page), []);
    clean(seen);
    await close();
  });

  test('the graph’s data has its buttons after every change', async () => {
    const { page, seen, close } = await open(browser, `/graph?of=${record.speaker.id}&hide=capture`, { reducedMotion: 'reduce' });
    await page.locator('#graph-stage[data-ready]').waitFor();
    await page.locator('#graph-form [name=depth]').selectOption('2');
    await page.waitForURL(/depth=2/);
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
    await page.getByText('This page as data').click();
    assert.equal(await page.locator('.as-data .copyable button').count(), 3);
    assert.match(await page.locator('.as-data pre').last().textContent(), /"depth":2/);
    clean(seen);
    await close();
  });
});

// A server says that a record can be followed by having the subscription.
const followed = (await ask('{ __schema { subscriptionType { name } } }')).__schema.subscriptionType !== null;

describe('word of new entries', () => {
  test('a page says that there is something new, and shows it when asked', { skip: !followed && 'this server has no subscriptions' }, async () => {
    const { page, seen, close } = await open(browser, `/claim/${record.claim.id}`);
    const live = page.locator('#live');
    await page.waitForTimeout(500); // the subscription begins
    assert.equal(await live.textContent(), '');
    for (const note of ['first remark', 'second remark']) {
      const { putClaim } = await ask('mutation ($input: PutClaimInput!) { putClaim(input: $input) { userErrors { message } revision { seq } } }', {
        input: { id: record.claim.id, note, reason: 'a test of live pages' },
      });
      assert.deepEqual(putClaim.userErrors, []);
    }
    await live.getByText('2 new entries').waitFor();
    assert.deepEqual(await axe(page), []);
    assert.deepEqual(await jumps(page), [], 'it comes without moving anything');
    assert.doesNotMatch(await page.locator('main').textContent(), /second remark/, 'nothing changes by itself');
    await live.getByRole('link', { name: 'Show' }).click();
    await page.getByText('second remark').waitFor();
    clean(seen);
    await close();
  });

  test('an earlier state does not change, and is not followed', async () => {
    const { page, close } = await open(browser, `/claim/${record.claim.id}?asOf=4`);
    assert.equal(await page.locator('#live').count(), 0);
    await close();
  });
});
