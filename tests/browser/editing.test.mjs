// Editing that never loses text: the plug is pulled while a report is typed (server killed, page reloaded, browser gone,
// a second editor), the session ends, two people meet; and a report that blames is not published until it is put right.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { begin, declare, end, logIn, openWindow, PASSWORD } from './lib.mjs';

const ROUNDS = Number(process.env.PLUG_ROUNDS ?? 20);
const KEPT_AFTER_MS = 3_200; // a text is on the server three seconds after its first unsent letter, promised are five

let server, browser, lead, other, report;

before(async () => {
  let places;
  ({ server, places, browser } = await begin());
  report = `${places.over}/report`;
  lead = await logIn(server, 'lee');
  other = await logIn(server, 'park');
});

after(() => end(server, browser));

const open = async (page) => {
  if (!(await page.isVisible('#body-cause'))) await page.click('#edit-cause > summary');
  await page.click('#body-cause');
  await page.keyboard.press('Control+End');
};
const typed = (page) => page.inputValue('#body-cause');
const kept = (page) => page.waitForSelector('#edit-cause [data-status]:has-text("보관했습니다")');
const baseOf = (html) => html.match(/sections\/cause#[\s\S]*?name="base" value="(\d+)"/)[1];

test(`the plug is pulled ${ROUNDS} times while a report is typed`, async () => {
  let { context, page } = await openWindow(browser, lead);
  await page.goto(server.base + report);
  await open(page);
  let text = await typed(page);
  const type = async (words) => {
    await page.keyboard.type(words);
    text += words;
  };
  const back = async () => {
    await page.goto(server.base + report);
    assert.equal(await typed(page), text);
    await open(page);
  };
  const breaks = [
    async () => { // the server dies and comes back while typing goes on
      await server.kill();
      await type(' 끊긴 동안');
      await server.launch();
      await type(' 이어서');
      assert.equal(await typed(page), text);
    },
    async () => { // in the middle of a word: what is not on the server yet is in the browser
      await page.reload();
      assert.equal(await typed(page), text);
      await open(page);
    },
    async () => { // both at once
      await server.kill();
      await type(' 둘 다');
      await server.launch();
      await back();
    },
    async () => { // the browser is gone with all it kept; another one, the same person
      const old = text;
      await new Promise((resolve) => setTimeout(resolve, KEPT_AFTER_MS));
      await page.keyboard.type('끝');
      await context.close();
      ({ context, page } = await openWindow(browser, lead));
      await page.goto(server.base + report);
      text = await typed(page);
      assert.ok(text.startsWith(old), `${text} begins with ${old}`);
      await open(page);
    },
    async () => { // somebody else saves the section: both texts are shown, then mine is saved
      const theirs = `다른 사람의 글 ${text.length}`;
      const html = (await other.get(report)).text;
      const answer = await other.post(`${report}/sections/cause`, { base: baseOf(html), body: theirs });
      assert.equal(answer.status, 303);
      await type(' 모르고 더 씀');
      await page.click('#edit-cause button.primary');
      await page.waitForSelector('#theirs-cause');
      assert.equal(await page.inputValue('#theirs-cause'), theirs);
      assert.equal(await typed(page), text);
      await Promise.all([page.waitForURL(/report#section-cause$/), page.click('#edit-cause button.primary')]);
      await page.waitForSelector('#theirs-cause', { state: 'detached' });
      await page.goto(server.base + report);
      await open(page);
      assert.equal((await typed(page)).trimEnd(), text);
      assert.equal(await page.isVisible('#edit-cause [data-discard]'), false);
    },
  ];
  for (let round = 0; round < ROUNDS; round++) {
    await type(` ${round}회: 글을 씁니다`);
    await breaks[round % breaks.length]();
  }
  await context.close();
});

test('a session that ends: log in again and the text is there', async () => {
  const { context, page } = await openWindow(browser, lead);
  await page.goto(server.base + report);
  await open(page);
  await page.keyboard.type(' 첫 문장.');
  await kept(page);
  await context.clearCookies();
  await page.keyboard.type(' 로그인이 끝난 뒤의 문장.');
  const text = await typed(page);
  await page.waitForSelector('#edit-cause [data-status]:has-text("로그인이 끝났습니다")');
  await page.click('#edit-cause button.primary');
  await page.waitForURL('**/login?next=*');
  await page.fill('#login', 'lee');
  await page.fill('#password', PASSWORD);
  await page.click('main button.primary');
  await page.waitForURL(`**${report}`);
  assert.equal(await typed(page), text);
  await page.click('#edit-cause button.primary');
  await page.waitForURL(/report#section-cause$/);
  await context.close();
});

test('two people see each other, and a preview follows the typing', async () => {
  const first = await openWindow(browser, lead);
  const second = await openWindow(browser, other);
  await Promise.all([first.page.goto(server.base + report), second.page.goto(server.base + report)]);
  await open(first.page);
  await first.page.click('#edit-cause [data-preview]');
  await first.page.click('#body-cause');
  await first.page.keyboard.type('\n\n**굵게** <script>alert(1)</script>');
  await first.page.waitForSelector('#edit-cause .preview strong:has-text("굵게")');
  assert.equal(await first.page.locator('#edit-cause .preview script').count(), 0);
  await open(second.page);
  await second.page.waitForSelector('#edit-cause [data-editors]:has-text("이도윤")');
  await second.page.keyboard.type('나도');
  await kept(second.page);
  await first.page.keyboard.type('!');
  await first.page.waitForSelector('#edit-cause [data-editors]:has-text("박서연")');
  assert.deepEqual(first.errors, []);
  await first.context.close();
  await second.context.close();
});

test('without JavaScript: a preview keeps the text, and it can be discarded', async () => {
  const html = (await other.get(report)).text;
  const answer = await other.post(`${report}/sections/summary/preview`, { base: '0', number: '0', body: '# 미리 봅니다' });
  assert.equal(answer.status, 303, html.length);
  const shown = (await other.get(answer.location.split('#')[0])).text;
  assert.match(shown, /class="prose table-wrap preview"[^>]*><h\d>미리 봅니다/);
  assert.match(shown, /id="body-summary"[^>]*>\n# 미리 봅니다<\/textarea>/);
  assert.equal((await other.post(`${report}/sections/summary/discard`)).status, 303);
  assert.doesNotMatch((await other.get(report)).text, /미리 봅니다/);
});

test('the whys of a retrospective are kept as a section is: through a dead server, a reload and another row', async () => {
  const { context, page, errors } = await openWindow(browser, lead);
  const retro = report.replace(/report$/, 'retro');
  await page.goto(server.base + retro);
  await page.click('#edit-whys > summary');
  await page.fill('#question1', '고객의 결제가 왜 실패했습니까?');
  await page.waitForSelector('#edit-whys [data-status]:has-text("보관했습니다")');
  await server.kill();
  await page.fill('#answer1', '서버가 없는 동안 쓴 답');
  await server.launch();
  await page.reload();
  assert.equal(await page.inputValue('#question1'), '고객의 결제가 왜 실패했습니까?');
  assert.equal(await page.inputValue('#answer1'), '서버가 없는 동안 쓴 답');
  await page.waitForSelector('#edit-whys [data-status]:has-text("보관했습니다")');
  const rows = await page.locator('#edit-whys fieldset').count();
  await Promise.all([page.waitForURL(/#edit-whys$/), page.click('#edit-whys button[value=add]')]);
  await page.waitForFunction((before) => document.querySelectorAll('#edit-whys fieldset').length === before + 1, rows);
  assert.equal(await page.inputValue('#answer1'), '서버가 없는 동안 쓴 답');
  await page.fill('#evidence1', '결제 API 지표');
  await Promise.all([page.waitForURL(/retro#whys$/), page.click('#edit-whys button.primary')]);
  await page.waitForSelector('#whys .why:has-text("결제 API 지표")');
  assert.equal(await page.locator('#edit-whys [data-discard]').count(), 0);
  assert.deepEqual(errors.filter((line) => !/ERR_|Failed to fetch/.test(line)), []);
  await context.close();
});

test('a report that blames: refused, one finding fixed, one kept with a reason, published', async () => {
  const place = await declare(lead, { title: '정산 지연', severity: 'P3', impact: '정산' });
  assert.equal((await lead.post(`${place}/recover`, { cause: '설정', action: '되돌림', impact: '정산 지연' })).status, 303);
  const { context, page, errors } = await openWindow(browser, lead);
  await page.goto(`${server.base}${place}/report`);
  const write = async (section, text) => {
    await page.click(`#edit-${section} > summary`);
    await page.fill(`#body-${section}`, text);
    await Promise.all([page.waitForURL(/#section-/), page.click(`#edit-${section} button.primary`)]);
    await page.goto(`${server.base}${place}/report`);
  };
  await write('cause', '담당자의 부주의로 설정이 잘못되었다.');
  await write('follow_up', '운영자의 실수로 장애가 발생했다는 문의에 답한다.');
  const publish = `form[action="${place}/report/publish"] button`;
  await page.click(publish);
  await page.waitForSelector('#findings');
  assert.equal(await page.locator('#findings li').count(), 2);
  const words = await page.textContent('#findings li:first-child q');
  await page.click('#findings li:first-child form[action$="/fix"] button');
  await page.waitForSelector('.flash');
  assert.equal(await page.locator('#findings li').count(), 1);
  assert.ok(!(await page.textContent('#section-cause .prose')).includes(words));
  await page.click('#findings summary');
  await page.fill('#findings input[name=reason]', '고객이 쓴 말을 그대로 옮긴 것입니다.');
  await page.click('#findings form[action$="/waive"] button');
  await page.waitForSelector('#findings', { state: 'detached' });
  await page.click(publish);
  await page.waitForSelector('.tag.good:has-text("발행")');
  assert.deepEqual(errors.filter((line) => !/422/.test(line)), []); // the refusal itself
  await context.close();
});
