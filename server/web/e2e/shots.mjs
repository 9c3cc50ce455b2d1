// A picture of each page, as a reader has it before him: node shots.mjs DIRECTORY.
import { join } from 'node:path';
import { launch, open } from './browser.mjs';
import { found, pages, ready } from './pages.mjs';

const [directory] = process.argv.slice(2);
if (!directory) throw new Error('say where to: node shots.mjs DIRECTORY');

const screens = [
  { name: 'phone', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: 'light' },
  { name: 'desktop', viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1, colorScheme: 'dark' },
];

const browser = await launch();
const record = await found();
for (const { name, path } of pages) {
  for (const { name: screen, ...options } of screens) {
    const { page, close } = await open(browser, path(record), { reducedMotion: 'reduce', ...options });
    await ready(page);
    await page.screenshot({ path: join(directory, `${name}-${screen}.png`) });
    await close();
  }
}
await browser.close();
console.log(`${pages.length * screens.length} pictures in ${directory}`);
