// What a journalist does: find a claim, read its timeline, open a statement, see
// the words in the source, cite it. With a script and without.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch } from './browser.mjs';
import { found } from './pages.mjs';

let browser;
let record;
before(async () => {
  browser = await launch();
  record = await found();
});
after(() => browser?.close());

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with a script' : 'without a script', () => {
    test('from a search to a citation', async () => {
      const context = await browser.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(base);
      await page.getByLabel('Search the record').fill(record.claim.text);
      await page.getByRole('button', { name: 'Search' }).first().click();
      await page.waitForURL(/\/search\?/);

      await page.locator('.hit', { hasText: /claim|position|prediction|commitment/i }).getByRole('link', { name: record.claim.text }).first().click();
      await page.waitForURL(new RegExp(`/claim/${record.claim.id}`));
      assert.equal((await page.getByRole('heading', { level: 1 }).textContent()).trim(), record.claim.text);
      assert.equal(await page.locator('.timeline > li.statement').count(), record.claim.statementCount);

      // The timeline narrowed to one speaker is an address as well.
      await page.locator('.filters [name=by]').selectOption(record.speaker.id);
      await page.getByRole('button', { name: 'Show' }).click();
      await page.waitForURL(/by=/);
      assert.ok((await page.locator('.timeline > li').count()) >= 1);

      await page.locator(`.timeline a[href^="/statement/${record.statement.id}"]`).first().click();
      await page.waitForURL(new RegExp(`/statement/${record.statement.id}`));
      const marked = await page.locator('.archived .m-content').allTextContents();
      assert.ok(marked.length > 0, 'the words are marked in the source');
      const plain = (s) => s.replace(/\s+/g, ' ').trim();
      assert.ok(plain(marked.join('')).includes(plain(record.statement.text).slice(0, 40)), `${marked.join('')} is ${record.statement.text}`);
      assert.match(await page.locator('.proof').textContent(), /SHA-256 [0-9a-f]{64}/);

      const apa = page.locator('.cite details').first().locator('pre');
      assert.ok(await apa.isVisible(), 'one citation is open');
      assert.match(await apa.textContent(), new RegExp(record.speaker.name));
      await page.locator('.cite summary', { hasText: 'BibTeX' }).click();
      assert.match(await page.locator('.cite details').nth(1).locator('pre').textContent(), /^@misc\{/);

      await page.getByRole('link', { name: 'Explore the graph' }).click();
      await page.waitForURL(/\/graph\?of=/);
      assert.ok((await page.locator('tr[data-id]').count()) > 1);
      await context.close();
    });
  });
}
