// Wording as one types: marks sit under the right words whatever characters stand before them, one press rewrites, and
// the keyboard alone is enough.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { begin, end, openWindow } from './lib.mjs';

let server, admin, places, browser;

before(async () => {
  ({ server, admin, places, browser } = await begin());
});
after(() => end(server, browser));

const marks = (page) => page.$$eval('.wording-copy mark', (all) => all.map((mark) => mark.textContent));

test('what blames is underlined at the right characters, and one press rewrites it', async () => {
  const { context, page, errors } = await openWindow(browser, admin);
  await page.goto(server.base + places.open);
  await page.fill('#text', '🔥🔥 점검 중 실수로 캐시가 비워졌습니다.\nThe root cause was human error.');
  await page.waitForSelector('.wording-copy mark');
  assert.deepEqual(await marks(page), ['실수로', 'human error']);
  assert.match(await page.textContent('[role=status]'), /2/);
  const [mark, copy] = await page.evaluate(() => {
    const box = (node) => node.getBoundingClientRect().toJSON();
    return [box(document.querySelector('.wording-copy mark')), box(document.querySelector('#text'))];
  });
  assert.ok(mark.top >= copy.top && mark.bottom <= copy.bottom, 'the mark lies inside the field');
  await page.click('.wording-finding:first-child .wording-choices button:first-child');
  await page.waitForSelector('.wording-finding:nth-child(2)', { state: 'detached' });
  const text = await page.inputValue('#text');
  assert.ok(text.startsWith('🔥🔥 점검 중 ') && !text.includes('실수') && text.includes('캐시가 비워졌습니다'), text);
  await page.focus('#text');
  await page.keyboard.press('Control+z');
  assert.ok((await page.inputValue('#text')).includes('점검 중 실수로'), 'undo brings the words back');
  assert.deepEqual(errors, []);
  await context.close();
});

test('by keyboard alone: from the field to a finding, to its words, and back', async () => {
  const { context, page, errors } = await openWindow(browser, admin);
  await page.goto(server.base + places.open);
  await page.fill('#text', '배포 담당자의 부주의로 발생했습니다.');
  await page.waitForSelector('.wording-finding');
  assert.match(await page.getAttribute('#text', 'aria-describedby'), /wording/);
  await page.focus('#text');
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.className), /wording-quote/);
  await page.keyboard.press('Enter');
  const chosen = await page.evaluate(() => {
    const field = document.activeElement;
    return field.value.slice(field.selectionStart, field.selectionEnd);
  });
  assert.ok(chosen.includes('부주의'), chosen);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
  await page.fill('#text', '배포 절차에 확인 단계가 없었습니다.');
  await page.waitForSelector('.wording-list', { state: 'hidden' });
  assert.deepEqual(errors, []);
  await context.close();
});
