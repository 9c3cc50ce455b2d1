// The graph, by mouse, by keyboard, and without a script.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { base, launch, open, screenshot } from './browser.mjs';
import { ask, found, ready } from './pages.mjs';

let browser;
let record;
let hub; // what has the most links
before(async () => {
  browser = await launch();
  record = await found();
  const { sources } = await ask('{ sources(first: 1) { nodes { captures { id edges(first: 0) { totalCount } } } } }');
  hub = sources.nodes[0].captures[0];
});
after(() => browser?.close());

const clean = (seen) => assert.deepEqual(seen, { offHost: [], policy: [], errors: [] });
const of = (page) => new URL(page.url()).searchParams.get('of').split(',');

// What Cytoscape draws, by id: where it is on the page.
const drawn = (page) =>
  page.evaluate(() => {
    const field = document.querySelector('#graph-stage .field');
    const box = field.getBoundingClientRect();
    const at = (n) => ({ x: Math.round(box.x + n.renderedPosition('x')), y: Math.round(box.y + n.renderedPosition('y')), model: { ...n.position() } });
    return Object.fromEntries(field._cyreg.cy.nodes().map((n) => [n.id(), at(n)]));
  });

const data = (page) => page.evaluate(() => JSON.parse(document.getElementById('graph-data').textContent));

async function graph(path, options) {
  const opened = await open(browser, path, { reducedMotion: 'reduce', ...options });
  await ready(opened.page);
  await opened.page.locator('#graph-stage').scrollIntoViewIfNeeded();
  return opened;
}

const changed = (page, before) => page.waitForFunction((url) => location.href !== url && !document.querySelector('#graph-stage[aria-busy]'), before);

describe('the graph as a picture', () => {
  test('a click expands a node: at most 25 new ones, and what is there keeps its place', async () => {
    const { page, seen, close } = await graph(`/graph?of=${record.speaker.id}`);
    const before = await drawn(page);
    assert.ok(before[hub.id], 'the text that all stands in is in the picture');
    const url = page.url();
    await page.mouse.click(before[hub.id].x, before[hub.id].y);
    await changed(page, url);
    assert.deepEqual(of(page), [record.speaker.id, hub.id]);
    const after = await drawn(page);
    const fresh = Object.keys(after).filter((id) => !(id in before) && !id.startsWith('rest:'));
    assert.ok(fresh.length > 0 && fresh.length <= 25, `${fresh.length} new nodes`);
    for (const [id, place] of Object.entries(before)) {
      if (after[id]) assert.deepEqual(after[id].model, place.model, `${id} has moved`);
    }
    const more = (await data(page)).nodes.find((n) => n.id === hub.id);
    assert.match(more.moreText, /^\+\d+ more$/);
    assert.ok(after[`rest:${hub.id}`], 'what is left is said at the node');
    await screenshot(page, 'graph-expanded');
    // What is left can be had by another click, which names the node again.
    const again = page.url();
    await page.evaluate(() => void document.querySelector('#graph-stage .field')._cyreg.cy.fit());
    const rest = (await drawn(page))[`rest:${hub.id}`];
    await page.mouse.click(rest.x, rest.y);
    await changed(page, again);
    assert.deepEqual(of(page), [record.speaker.id, hub.id, hub.id]);
    clean(seen);
    await close();
  });

  test('the address is the whole picture', async () => {
    const path = `/graph?of=${record.speaker.id},${hub.id}&hide=event,said&depth=2`;
    const one = await graph(path);
    const two = await graph(path);
    assert.deepEqual(await drawn(one.page), await drawn(two.page), 'one address is one picture');
    const { nodes, links } = await data(one.page);
    assert.equal(nodes.filter((n) => n.kind === 'EVENT').length, 0);
    assert.equal(links.filter((l) => l.kind === 'SAID').length, 0);
    assert.ok(await one.page.locator('#graph-form [name=hide][value=event]').isChecked());
    assert.equal(await one.page.locator('select[name=depth]').inputValue(), '2');
    await one.close();
    await two.close();
  });

  test('a kind is hidden and shown again, in its old place', async () => {
    const { page, seen, close } = await graph(`/graph?of=${record.speaker.id}&hide=capture`);
    const before = await drawn(page);
    let url = page.url();
    await page.locator('#graph-form [name=hide][value=stance]').check();
    await changed(page, url);
    assert.deepEqual(new URL(page.url()).searchParams.get('hide').split(',').sort(), ['capture', 'stance']);
    assert.equal((await data(page)).nodes.filter((n) => n.kind === 'STANCE').length, 0);
    assert.equal(await page.evaluate(() => document.activeElement.value), 'stance', 'the focus stays');
    url = page.url();
    await page.locator('#graph-form [name=hide][value=stance]').uncheck();
    await changed(page, url);
    const after = await drawn(page);
    for (const [id, place] of Object.entries(before)) if (after[id]) assert.deepEqual(after[id].model, place.model);
    clean(seen);
    await close();
  });

  test('by keyboard: along the links, expand, steps, fold, and out again', async () => {
    const { page, seen, close } = await graph(`/graph?of=${record.speaker.id}&hide=capture`);
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement.id === 'graph-stage')) break;
    }
    const pointed = page.locator('#graph-pointed');
    assert.match(await pointed.textContent(), new RegExp(`speaker ${record.speaker.name}`), 'one begins at the node that the graph is of');
    const met = new Set();
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'ArrowRight', 'ArrowLeft']) {
      await page.keyboard.press(key);
      met.add(await pointed.locator('a').getAttribute('href'));
    }
    assert.ok(met.size >= 3, `arrows led to ${met.size} nodes`);
    // Every node can be reached.
    const { nodes } = await data(page);
    const all = new Set();
    for (let i = 0; i < nodes.length; i++) {
      await page.keyboard.press('n');
      all.add(await pointed.locator('a').getAttribute('href'));
    }
    assert.equal(all.size, nodes.length);
    while (!(await pointed.locator('button', { hasText: 'Expand' }).count())) await page.keyboard.press('n');
    const href = await pointed.locator('a').getAttribute('href');
    let url = page.url();
    await page.keyboard.press('e');
    await changed(page, url);
    assert.equal(of(page).length, 2);
    assert.ok(href.includes(of(page)[1]));
    assert.equal(await pointed.locator('a').getAttribute('href'), href, 'one stays where one was');
    url = page.url();
    await page.keyboard.press('f');
    await changed(page, url);
    assert.equal(of(page).length, 1);
    url = page.url();
    await page.keyboard.press('2');
    await changed(page, url);
    assert.equal(new URL(page.url()).searchParams.get('depth'), '2');
    assert.ok((await data(page)).nodes.length > nodes.length);
    await page.keyboard.press('Home');
    await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate(() => document.activeElement.id), 'graph-stage', 'Tab leads out');
    await page.locator('#graph-stage').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/speaker\//, { waitUntil: 'commit' });
    assert.deepEqual([seen.offHost, seen.policy], [[], []]);
    await close();
  });

  test('a path between two is found, drawn and said in words', async () => {
    const { page, seen, close } = await graph(`/graph?of=${record.speaker.id}&hide=capture`);
    const url = page.url();
    await page.locator('#graph-path [name=find]').fill(record.claim.id);
    await page.keyboard.press('Enter');
    await changed(page, url);
    const { path } = await data(page);
    assert.equal(path[0], record.speaker.id);
    assert.equal(path.at(-1), record.claim.id);
    assert.equal(await page.locator('.steps-list li').count(), path.length - 1);
    assert.equal(await page.evaluate(() => document.querySelector('#graph-stage .field')._cyreg.cy.edges('.path').length), path.length - 1);
    const marked = page.url();
    await page.getByRole('link', { name: 'Leave the path' }).click();
    await changed(page, marked);
    assert.equal(new URL(page.url()).searchParams.get('to'), null);
    clean(seen);
    await close();
  });

  test('what is seen can be kept as PNG and as SVG', async () => {
    const { page, seen, close } = await graph(`/graph?of=${record.speaker.id}&hide=capture`, { acceptDownloads: true });
    const kept = async (kind) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-do=${kind}]`).click()]);
      assert.match(download.suggestedFilename(), new RegExp(`^[\\p{L}\\p{N}-]+\\.${kind}$`, 'u'));
      return readFileSync(await download.path());
    };
    const png = await kept('png');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const box = await page.locator('#graph-stage .field').boundingBox();
    assert.equal(png.readUInt32BE(16), 2 * Math.round(box.width), 'twice as wide as what is seen');
    const svg = (await kept('svg')).toString();
    const { nodes } = await data(page);
    const parsed = await page.evaluate((text) => {
      const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
      return { root: root.nodeName, text: root.textContent, shapes: root.querySelectorAll('polygon, rect').length, scripts: root.querySelectorAll('script, [onload], image, use').length };
    }, svg);
    assert.equal(parsed.root, 'svg');
    assert.equal(parsed.scripts, 0);
    assert.ok(parsed.shapes > nodes.length, `${parsed.shapes} shapes for ${nodes.length} nodes`);
    assert.ok(parsed.text.includes(record.speaker.name));
    clean(seen);
    await close();
  });

  test('who wants less motion gets none', async () => {
    const { page, close } = await graph(`/graph?of=${record.speaker.id}&hide=capture`);
    const url = page.url();
    await page.locator('tr[data-id] a', { hasText: 'Expand' }).first().click();
    await changed(page, url);
    assert.equal(await page.evaluate(() => document.querySelector('#graph-stage .field')._cyreg.cy.nodes(':animated').length), 0);
    await close();
  });

  test('the largest picture is drawn without a long pause', async () => {
    const { page, close } = await graph(`/graph?of=${hub.id},${record.speaker.id},${hub.id},${hub.id}&depth=3`);
    const { nodes } = await data(page);
    assert.ok(nodes.length > 100 && nodes.length <= 150, `${nodes.length} nodes`);
    const longest = await page.evaluate(
      () => new Promise((done) => new PerformanceObserver((list) => done(Math.max(...list.getEntries().map((e) => e.duration)))).observe({ type: 'longtask', buffered: true })),
    );
    assert.ok(longest < 5000, `${Math.round(longest)} ms`);
    await close();
  });
});

describe('the graph without a script', () => {
  test('links expand, fold and lead on', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(new URL(`/graph?of=${hub.id}`, base).href);
    assert.equal(await page.locator('#graph-stage').filter({ visible: true }).count(), 0);
    const rows = () => page.locator('tr[data-id]').count();
    assert.equal(await rows(), 26, 'the node and 25 more');
    const row = page.locator(`tr[data-id="${hub.id}"]`);
    const left = hub.edges.totalCount - 25;
    assert.equal(await row.locator('td.figure').textContent(), String(hub.edges.totalCount));
    await row.getByRole('link', { name: `+${left} more` }).click();
    assert.deepEqual(of(page), [hub.id, hub.id]);
    assert.ok((await rows()) > 26);
    // Another node, and back.
    await page.locator('tr[data-id] a', { hasText: 'Expand' }).first().click();
    assert.equal(of(page).length, 3);
    await row.getByRole('link', { name: /^Fold/ }).click();
    assert.equal(of(page).length, 1);
    // Links in pages.
    await page.goto(new URL(`/graph?of=${hub.id}&depth=3`, base).href);
    await page.getByRole('navigation', { name: 'Pages of the links' }).getByRole('link', { name: 'Later' }).click();
    assert.match(page.url(), /links=2/);
    assert.match(await page.locator('#graph-tables').textContent(), /51 to 100 of/);
    await context.close();
  });

  test('a path by words: a choice, then the steps', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(new URL(`/graph?of=${record.speaker.id}&hide=capture`, base).href);
    await page.locator('#graph-path [name=find]').fill('Trump');
    await page.getByRole('button', { name: 'Find the shortest path' }).click();
    await page.locator('.choices a').first().click();
    assert.ok((await page.locator('.steps-list li').count()) >= 1);
    assert.match(await page.locator('h1').textContent(), /^How .* are linked$/);
    await context.close();
  });

  test('kinds are hidden and steps set by the form', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(new URL(`/graph?of=${record.speaker.id}`, base).href);
    await page.locator('#graph-form [name=hide][value=statement]').check();
    await page.locator('select[name=depth]').selectOption('2');
    await page.locator('#graph-form').getByRole('button', { name: 'Show' }).click();
    const url = new URL(page.url());
    assert.deepEqual([url.searchParams.getAll('hide'), url.searchParams.get('depth')], [['statement'], '2']);
    assert.equal(await page.locator('td.k-statement').count(), 0);
    await context.close();
  });

  for (const [name, path, status, says] of [
    ['no id', '/graph?of=x', 400, /of is the ids of nodes/],
    ['an id that is not there', '/graph?of=00000000-0000-4000-8000-000000000000', 404, /Not on record|Nothing on record/],
    ['too many steps', '/graph?of=00000000-0000-4000-8000-000000000000&depth=9', 400, /from 0 to 3/],
    ['an unknown kind', '/graph?of=00000000-0000-4000-8000-000000000000&hide=tune', 400, /no|Nothing in the graph is of the kind/],
  ]) {
    test(`refused: ${name}`, async () => {
      const response = await fetch(new URL(path, base));
      assert.equal(response.status, status);
      assert.match(await response.text(), says);
    });
  }
});
