// The review desk: nobody but an editor has its buttons; an editor decides with a
// key, and takes it back with another; and all of it goes by forms alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { base, launch, open } from './browser.mjs';
import { ask } from './pages.mjs';

const token = process.env.ONRECORD_TOKEN;
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const waiting = async () => (await ask('{ queue { candidates { totalCount } } }')).queue.candidates.totalCount;

// A decision loads the page anew, and its keys work once its script has run.
const press = async (page, key) => {
  await page.waitForLoadState('load');
  await page.keyboard.press(key);
};

const signIn = async (page) => {
  await page.getByLabel('To decide, sign in').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Signed in as').waitFor();
};

test('a reader sees what waits, and no button', async () => {
  const { page, close } = await open(browser, '/review');
  assert.ok((await page.locator('.waiting').count()) > 0, 'the seed has candidates');
  assert.equal(await page.getByRole('button', { name: /^(Accept|Reject)/ }).count(), 0);
  await page.getByLabel('To decide, sign in').fill('onrecord_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Not signed in').waitFor();
  await close();
});

test('an editor decides by keyboard, and takes it back', async () => {
  const { page, seen, close } = await open(browser, '/review');
  await signIn(page);
  const before = await waiting();
  await press(page, 'j');
  assert.ok(await page.locator('.waiting').first().evaluate((e) => e === document.activeElement), 'j goes to the first');
  await press(page, 'a');
  await page.getByText('Accepted.').waitFor();
  assert.equal(await waiting(), before - 1);
  await press(page, 'u');
  await page.getByText('Accepted.').waitFor({ state: 'detached' });
  assert.equal(await waiting(), before);
  await press(page, 'j');
  await press(page, 'r');
  await page.getByText('Rejected.').waitFor();
  await press(page, 'u');
  await page.getByText('Rejected.').waitFor({ state: 'detached' });
  assert.equal(await waiting(), before);
  assert.deepEqual(seen, { offHost: [], policy: [], errors: [] });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('To decide, sign in').waitFor();
  await close();
});

test('the same without a script', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(new URL('/review', base).href);
  await signIn(page);
  const before = await waiting();
  await page.getByLabel('Reason').first().fill('read by hand');
  await page.getByRole('button', { name: /^Reject/ }).first().click();
  await page.getByText('Rejected.').waitFor();
  assert.equal(await waiting(), before - 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await waiting(), before);
  await context.close();
});

test('no other site can decide with an editor’s session', async () => {
  const { page, close } = await open(browser, '/review');
  await signIn(page);
  const [cookie] = await page.context().cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  assert.ok(!cookie.value.includes('onrecord_'), 'the token is in no cookie');
  const response = await fetch(new URL('/review', base), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://elsewhere.example', cookie: `${cookie.name}=${cookie.value}` },
    body: 'id=01900000-0000-7000-8000-0000000000ff&status=confirmed',
  });
  assert.equal(response.status, 403);
  await close();
});
