// One Chromium for a test file, and pages that watch themselves: whatever they
// ask of another host is refused and kept, and so is every report of the
// content security policy, every console error and every uncaught exception; and
// what jumped by itself, without the reader's doing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const base = process.env.ONRECORD_URL;
if (!base) throw new Error('set ONRECORD_URL to a running server, as http://127.0.0.1:8080');

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: flags });

export async function open(browser, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 850 }, ...options });
  const page = await context.newPage();
  const seen = { offHost: [], policy: [], errors: [] };
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.origin === new URL(base).origin || ['blob:', 'data:'].includes(url.protocol)) return route.continue();
    seen.offHost.push(url.href);
    return route.abort();
  });
  await page.exposeFunction('reportPolicy', (text) => seen.policy.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      window.reportPolicy(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile ?? ''}`),
    );
    window.jumps = [];
    new PerformanceObserver((list) => {
      const where = ({ node, previousRect: a, currentRect: b }) =>
        `${node?.nodeName ?? 'gone'}.${node?.className ?? ''} ${node?.textContent.trim().slice(0, 30)} from ${a.x},${a.y} ${a.width}x${a.height} to ${b.x},${b.y} ${b.width}x${b.height}`;
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps.push(`${entry.value} ${entry.sources.map(where).join('; ')}`);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) seen.policy.push(message.text());
    else if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(error.stack ?? error.message));
  await page.goto(new URL(path, base).href, { waitUntil: 'load' });
  return { page, seen, close: () => context.close() };
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// axe answers with one line per finding, WCAG 2.2 A and AA.
export async function axe(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return result.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`));
  });
}

export const screenshot = (page, name) =>
  page.screenshot({ path: join(process.env.SCREENSHOTS || tmpdir(), `onrecord-${name}.png`) });

// jumps says what jumped by itself since the page was opened.
export const jumps = (page) => page.evaluate(() => window.jumps);
