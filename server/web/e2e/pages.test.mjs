// What holds for every page: no finding of axe, nothing from another host, no
// report of the policy, nothing that jumps, everything within reach of the
// keyboard, no scrolling sideways on a phone, and the same words without a script.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axe, base, jumps, launch, open } from './browser.mjs';
import { found, pages, ready } from './pages.mjs';

let browser;
let record;
before(async () => {
  browser = await launch();
  record = await found();
});
after(() => browser?.close());

// An answer of 404 is reported on the console as well; that one is meant.
const meant = (seen, status) => ({ ...seen, errors: seen.errors.filter((text) => !(status && text.includes(`status of ${status}`))) });

const phone = { viewport: { width: 390, height: 844 } };

// words are what a page says, without what only a script can use.
const words = (page) =>
  page.locator('main').evaluate((main) => {
    const copy = main.cloneNode(true);
    copy.querySelectorAll('script, .picture, .suggestions, .copy, [role=status]').forEach((e) => e.remove());
    return copy.textContent.replace(/\s+/g, ' ').trim();
  });

for (const { name, path, status } of pages) {
  describe(name, () => {
    test('axe in light and in dark, policy, hosts and shifts', async () => {
      const { page, seen, close } = await open(browser, path(record), { colorScheme: 'light' });
      await ready(page);
      await page.mouse.wheel(0, 4000);
      await page.waitForTimeout(100);
      // Before the colours change: Chromium then looks for its fonts again, and
      // takes those that came too late for the first time.
      assert.deepEqual(await jumps(page), []);
      assert.deepEqual(await axe(page), [], 'in light');
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForTimeout(200); // colours of links move
      assert.deepEqual(await axe(page), [], 'in dark');
      assert.deepEqual(meant(seen, status), { offHost: [], policy: [], errors: [] });
      await close();
    });

    test('everything is within reach of the keyboard, and shows where one is', async () => {
      const { page, close } = await open(browser, path(record));
      await ready(page);
      const wanted = await page.evaluate(() => {
        document.querySelectorAll('details').forEach((d) => (d.open = true));
        const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
        const reachable = [...all].filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
        reachable.forEach((e, i) => (e.dataset.reach = i));
        return reachable.length;
      });
      const met = new Set();
      const unseen = [];
      for (let i = 0; i < wanted + 10; i++) {
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => {
          const e = document.activeElement;
          const style = getComputedStyle(e);
          const marked = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
          return { end: e === document.body, reach: e.dataset.reach, marked, what: e.outerHTML.slice(0, 100) };
        });
        if (at.end) break;
        if (at.reach !== undefined) met.add(at.reach); // the picture offers more, once one is in it
        if (!at.marked) unseen.push(at.what);
      }
      assert.equal(met.size, wanted, `${met.size} of ${wanted} controls are met by Tab`);
      assert.deepEqual(unseen, []);
      await close();
    });

    test('a phone does not scroll sideways', async () => {
      const { page, close } = await open(browser, path(record), phone);
      await ready(page);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), phone.viewport.width);
      assert.deepEqual(await jumps(page), []);
      await close();
    });

    test('it says the same without a script', async () => {
      const without = await browser.newContext({ javaScriptEnabled: false });
      const plain = await without.newPage();
      const response = await plain.goto(new URL(path(record), base).href);
      assert.equal(response.status(), status ?? 200);
      const { page, close } = await open(browser, path(record));
      await ready(page);
      assert.equal(await words(plain), await words(page));
      assert.ok((await words(plain)).length > 40, 'the page says something');
      assert.equal(await plain.locator('.picture').filter({ visible: true }).count(), 0, 'no room is kept for a picture');
      await close();
      await without.close();
    });
  });
}
