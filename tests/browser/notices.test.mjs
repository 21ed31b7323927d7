// The CS desk in a browser: from a fresh incident to a notice customers read, by two people, in under ten clicks.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { begin, end, logIn, openWindow } from './lib.mjs';

let server, admin, browser;
const shots = process.env.BONGSU_SHOTS; // a folder: pictures of each step to look at

before(async () => {
  ({ server, admin, browser } = await begin());
});
after(() => end(server, browser));

async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

test('two people publish a notice in under ten clicks', async () => {
  let clicks = 0;
  const click = async (page, selector) => {
    clicks++;
    await Promise.all([page.waitForNavigation(), page.click(selector)]);
  };
  const cs = await openWindow(browser, await logIn(server, 'choi'));
  const lead = await openWindow(browser, await logIn(server, 'lee'));
  await cs.page.goto(`${server.base}/notices`);
  await shoot(cs.page, 'desk');
  await click(cs.page, '[aria-labelledby=untold] li:has-text("로그인") .button');
  await shoot(cs.page, 'incident');
  await click(cs.page, 'form .button.primary');
  await shoot(cs.page, 'draft');
  await click(cs.page, 'button:has-text("승인 요청")');
  assert.match(await cs.page.textContent('body'), /다른 사람이 승인하면 게시할 수 있습니다/);
  await lead.page.goto(`${server.base}/notices`);
  await click(lead.page, '[aria-labelledby=waiting] li:has-text("승인 대기") a');
  await click(lead.page, 'button:text-is("승인")');
  await click(lead.page, 'button:text-is("게시")');
  await shoot(lead.page, 'published');
  assert.match(await lead.page.textContent('body'), /게시했습니다/);
  await lead.page.goto(`${server.base}/status?lang=ko`);
  await shoot(lead.page, 'status');
  assert.match(await lead.page.textContent('main'), /결제가 실패하거나 오래 걸리는 현상이 있습니다/);
  assert.ok(clicks < 10, `${clicks} clicks`);
  assert.deepEqual([...cs.errors, ...lead.errors], []);
  await cs.context.close();
  await lead.context.close();
});

test('maintenance planned in the browser stands on the status page', async () => {
  const { context, page, errors } = await openWindow(browser, admin, { viewport: { width: 390, height: 844 } });
  await page.goto(`${server.base}/maintenance`);
  await shoot(page, 'maintenance-empty');
  await page.click('a:has-text("점검 계획")');
  await page.waitForURL('**/maintenance/new');
  const seoul = (minutes) => new Date(Date.now() + (9 * 60 + minutes) * 60_000).toISOString().slice(0, 16);
  await page.fill('#title', '데이터베이스 점검');
  await page.fill('#starts_at', seoul(-5));
  await page.fill('#ends_at', seoul(60));
  await shoot(page, 'maintenance-form');
  await Promise.all([page.waitForNavigation(), page.click('button:has-text("점검 계획")')]);
  await shoot(page, 'maintenance-list');
  await page.goto(`${server.base}/status`);
  await shoot(page, 'maintenance-status');
  assert.match(await page.textContent('main'), /데이터베이스 점검/);
  await page.goto(`${server.base}/status/subscribe`);
  await shoot(page, 'subscribe');
  assert.deepEqual(errors, []);
  await context.close();
});

test('a template is previewed as it is written, its faults lead to their place', async () => {
  const { context, page, errors } = await openWindow(browser, await logIn(server, 'choi'));
  await page.goto(`${server.base}/notices/templates/payment/recovered/ko`);
  await page.fill('#text', '');
  await page.click('[data-insert="{{range}}"]');
  await page.locator('#text').pressSequentially(' 동안 {{service:이/가}} {{servce}}');
  const fault = page.locator('[data-template-errors] button');
  await fault.waitFor();
  assert.match(await fault.textContent(), /servce \(1:30\)/);
  await fault.click();
  assert.equal(await page.evaluate(() => document.querySelector('#text').value.slice(document.querySelector('#text').selectionStart, document.querySelector('#text').selectionEnd)), '{{servce}}');
  await page.keyboard.type('느렸습니다.');
  await page.locator('[data-template-text]:has-text("결제가 느렸습니다.")').waitFor();
  assert.match(await page.textContent('[data-template-text]'), /\d\d:\d\d ~ .*\d\d:\d\d 동안 결제가 느렸습니다\./);
  await shoot(page, 'template');
  assert.deepEqual(errors, []);
  await context.close();
});
