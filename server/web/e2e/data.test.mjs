// Pages as data, in a browser: what stands in a page for programs is no script,
// embeds stand in a frame of another origin and other pages do not, a kept
// timeline asks for nothing, and a question is built without a script.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { axe, base, launch, open, screenshot } from './browser.mjs';

const clean = { offHost: [], policy: [], errors: [] };

let browser;
let claim;
let statement;
before(async () => {
  browser = await launch();
  const response = await fetch(new URL('/graphql', base), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ claims { nodes { id statementCount } } statements(first: 1) { nodes { id } } }' }),
  });
  const { data } = await response.json();
  claim = data.claims.nodes.sort((a, b) => b.statementCount - a.statementCount)[0].id;
  statement = data.statements.nodes[0].id;
});
after(() => browser?.close());

describe('pages as data', () => {
  for (const [name, path] of [
    ['the front page', () => '/'],
    ['a claim', () => `/claim/${claim}`],
    ['a statement', () => `/statement/${statement}`],
    ['a search', () => '/search?q=talks'],
  ]) {
    test(`${name} holds JSON-LD, and the policy has nothing to report`, async () => {
      const { page, seen, close } = await open(browser, path());
      const blocks = await page.$$eval('script:not([src])', (all) => all.map((s) => [s.type, s.textContent]));
      assert.equal(blocks.length, 1);
      assert.equal(blocks[0][0], 'application/ld+json');
      assert.ok(JSON.parse(blocks[0][1])['@graph'].length > 0);
      assert.deepEqual(seen, clean);
      await close();
    });
  }

  test('a statement and a claim stand in a fenced frame of another origin, and their page does not', async () => {
    const context = await browser.newContext({ viewport: { width: 700, height: 1100 } });
    const page = await context.newPage();
    const reports = [];
    page.on('console', (message) => reports.push(message.text()));
    // A page of another origin; it is on this machine, since browsers let no page
    // from elsewhere ask it.
    let text = '';
    const news = createServer((_, response) => response.setHeader('content-type', 'text/html').end(`<!doctype html><link rel=icon href=data:,>${text}`));
    await new Promise((resolve) => news.listen(0, '127.0.0.1', resolve));
    const show = (frames) => {
      text = frames;
      return page.goto(`http://127.0.0.1:${news.address().port}/`);
    };
    await show(
      `<iframe name=one width=600 height=220 src="${new URL(`/embed/statement/${statement}`, base)}"></iframe>
       <iframe name=two sandbox width=600 height=700 src="${new URL(`/embed/claim/${claim}`, base)}"></iframe>`,
    );
    for (const name of ['one', 'two']) {
      const frame = page.frame({ name });
      await frame.waitForSelector('.embed-frame .words');
      assert.match(await frame.evaluate(() => getComputedStyle(document.body).fontFamily), /Record Serif/);
    }
    assert.deepEqual(reports, []);
    await screenshot(page, 'embeds');
    await show(`<iframe name=three src="${new URL(`/claim/${claim}`, base)}"></iframe>`);
    await page.waitForTimeout(500);
    assert.equal(await page.frame({ name: 'three' }).$('main'), null);
    assert.match(reports.join(), /frame-ancestors/);
    await context.close();
    news.close();
  });

  test('an embed is what axe finds no fault with', async () => {
    for (const path of [`/embed/statement/${statement}`, `/embed/claim/${claim}`]) {
      for (const colorScheme of ['light', 'dark']) {
        const { page, seen, close } = await open(browser, path, { colorScheme, viewport: { width: 600, height: 700 }, bypassCSP: true });
        assert.deepEqual(await axe(page), [], `${path} ${colorScheme}`);
        assert.deepEqual(seen.offHost, []);
        await close();
      }
    }
  });

  test('a kept timeline opens from a file and asks for nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'onrecord-kept-'));
    const file = join(dir, 'claim.html');
    await writeFile(file, Buffer.from(await (await fetch(new URL(`/claim/${claim}.html?download`, base))).arrayBuffer()));
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const requests = [];
    const reports = [];
    page.on('request', (request) => requests.push(request.url().slice(0, 60)));
    page.on('console', (message) => reports.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    await page.locator('details.proofs summary').first().click();
    assert.match(await page.locator('details.proofs code').first().textContent(), /^[0-9a-f]{64}$/);
    assert.equal(await page.evaluate(() => document.fonts.check('16px "Record Serif"')), true);
    assert.deepEqual(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:')), []);
    assert.deepEqual(reports, []);
    await screenshot(page, 'kept');
    await context.close();
    await rm(dir, { recursive: true });
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`a question is built without a script, ${colorScheme}`, async () => {
      const { page, seen, close } = await open(browser, '/build', { colorScheme });
      await page.selectOption('select[name=list]', 'statements');
      await page.getByRole('button', { name: 'Choose' }).click();
      await page.getByLabel('speaker', { exact: true }).first().fill('Trump');
      await page.getByLabel('said from').fill('2018');
      await page.getByRole('button', { name: 'Ask' }).click();
      assert.match(await page.locator('pre.graphql').textContent(), /statements\(\s+filter: \{speaker: \["[0-9a-f-]{36}"\], said: \{from: "2018"\}\}/);
      assert.ok((await page.locator('tbody tr').count()) > 0);
      assert.deepEqual(await axe(page), []);
      assert.deepEqual(seen, clean);
      await screenshot(page, `build-${colorScheme}`);
      await close();
    });
  }
});
