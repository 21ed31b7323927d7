// Every page on a phone, and the first page of all.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check, invalid, pages, prepare, still } from './every_page.mjs';
import { end, openWindow, Person, startServer } from './lib.mjs';

let server, admin, places, browser;

before(async () => { ({ server, admin, places, browser } = await prepare()); });
after(() => end(server, browser));

test('set-up page is accessible and valid', async () => {
  const fresh = await startServer();
  try {
    const { context, page } = await still(browser, new Person(fresh.base));
    for (const lang of ['ko', 'en']) {
      await page.goto(`${fresh.base}/setup?lang=${lang}`);
      assert.deepEqual(await check(page, '/setup'), []);
    }
    await context.close();
    assert.deepEqual(await invalid((await new Person(fresh.base).get('/setup')).text, '/setup'), []);
  } finally {
    await fresh.stop();
  }
});

test('no page is wider than a phone, and what is pressed is big enough for a thumb', async () => {
  const faults = [];
  const { context, page } = await openWindow(browser, admin, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  for (const path of pages(places)) {
    await page.goto(server.base + path);
    const found = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} px wide`] : [];
      const small = [...document.querySelectorAll('main .button, main .input, main .choice, main .tick')]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
        .map((e) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 20)} ${Math.round(e.getBoundingClientRect().height)} px high`);
      return [...wide, ...small];
    });
    faults.push(...found.map((text) => `${path}: ${text}`));
  }
  await context.close();
  assert.deepEqual([...new Set(faults)], []);
});
