// Who is on call, in a browser: a schedule is built with its preview, a night is covered by dragging, and the calendar,
// the feed, the API and the command line agree about it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { declare, end, fill, openBrowser, openWindow, Person, setUp, startServer, textMessages } from './lib.mjs';

let server, admin, browser;

before(async () => {
  server = await startServer('--test-clock', '--allow-private-targets');
  admin = await setUp(server);
  await clock('2026-06-01T03:00:00Z');
  await fill(admin);
  browser = await openBrowser();
});
after(() => end(server, browser));

const clock = async (now) => admin.request('/test/clock', { method: 'PUT', headers: { 'content-type': 'application/json', 'x-csrf-token': await admin.csrf() },
  body: JSON.stringify({ now }) });

const onCall = async (key, at) => {
  const answer = JSON.parse((await admin.get(`/api/v1/schedules/${key}/on-call?at=${at}`)).text);
  return [answer.primary.map((each) => each.user.name).join(), answer.secondary.map((each) => each.user.name).join()];
};

test('the weekly pair is built, refused where it is wrong, and covered by dragging', async () => {
  const { page, errors } = await openWindow(browser, admin, { timezoneId: 'America/New_York' });
  await page.goto(`${server.base}/oncall/new`);
  await page.locator('.lanes .duty rect').first().waitFor(); // drawn as the page opens
  await page.fill('#s-name', '결제 당번');
  await page.fill('#s-key', 'pay');
  await page.fill('[id="layers[0].rotation.participants"]', 'moon\nlee\nnobody-here');
  await page.fill('[id="layers[0].rotation.length"]', '0');
  await page.getByRole('button', { name: '저장', exact: true }).click();
  assert.equal(await page.locator('.field.wrong [id="layers[0].rotation.length"]').count(), 1);
  assert.equal(await page.inputValue('#s-name'), '결제 당번');
  await page.fill('[id="layers[0].rotation.length"]', '1');
  await page.getByRole('button', { name: '저장', exact: true }).click();
  assert.equal(await page.locator('.field.wrong [id="layers[0].rotation.participants"]').count(), 1);
  await page.fill('[id="layers[0].rotation.participants"]', 'moon\nlee\npark');
  await page.fill('[id="layers[0].rotation.start"]', '2026-06-01T09:00');
  await page.locator('.lanes .duty text', { hasText: '박서연' }).first().waitFor();
  await page.getByRole('button', { name: '저장', exact: true }).click();
  await page.waitForURL('**/oncall/pay');
  assert.deepEqual(await onCall('pay', '2026-06-02T00:00:00Z'), ['문예진', '이도윤']);
  assert.deepEqual(await onCall('pay', '2026-06-09T00:00:00Z'), ['이도윤', '박서연']);
  assert.deepEqual(await onCall('pay', '2026-06-16T00:00:00Z'), ['박서연', '문예진']);

  const picture = await page.locator('svg.lanes').boundingBox();
  const line = await page.locator('[data-drop]').boundingBox();
  const hour = picture.width / (14 * 24);
  const x = (hours) => picture.x + hours * hour;
  const friday = 4 * 24; // the calendar begins on Monday
  await page.mouse.move(x(friday + 18), line.y + 10);
  await page.mouse.down();
  await page.mouse.move(x(friday + 33), line.y + 10, { steps: 4 });
  await page.mouse.up();
  assert.equal(await page.inputValue('#d-start'), '2026-06-05T18:00');
  assert.equal(await page.inputValue('#d-end'), '2026-06-06T09:00');
  await page.selectOption('#d-in', 'park');
  await page.locator('#override-dialog').getByRole('button', { name: '저장', exact: true }).click();
  await page.locator('.lanes .swapped rect').first().waitFor();
  assert.deepEqual((await onCall('pay', '2026-06-05T10:00:00Z'))[0], '박서연');
  assert.deepEqual((await onCall('pay', '2026-06-06T00:00:00Z'))[0], '문예진');
  const feed = await admin.request('/oncall/feeds', { method: 'POST', body: new URLSearchParams({ csrf: await admin.csrf(), schedule: 'pay' }) });
  const path = feed.text.match(/\/ical\/[\w-]+\.ics/)[0];
  const calendar = (await admin.get(path)).text;
  assert.match(calendar, /DTSTART:20260605T090000Z\r\nDTEND:20260606T000000Z/);
  // Friday night by every way: the lane, the feed, the API and the command line say the same person
  for (const [at, name] of [['2026-06-05T08:59:00Z', '문예진'], ['2026-06-05T09:00:00Z', '박서연'], ['2026-06-05T23:59:00Z', '박서연'], ['2026-06-06T00:00:00Z', '문예진']]) {
    assert.equal((await onCall('pay', at))[0], name, at);
    assert.match(server.command('oncall', 'now', '--schedule', 'pay', '--at', at), new RegExp(`${name}`), at);
    const stamp = at.replace(/[-:]/g, '');
    const shift = [...calendar.matchAll(/DTSTART:(\w+)\r\nDTEND:(\w+)[\s\S]*?SUMMARY:([^\r]*)/g)].filter(([, from, to, text]) => from <= stamp && stamp < to && !/\(2차|secondary/.test(text));
    assert.ok(shift.some(([, , , text]) => text.includes(name)), `${at} in the feed: ${shift.map(([, , , text]) => text)}`);
  }
  assert.match(await page.locator('.lanes .swapped').first().textContent(), /박서연/);
  assert.ok(await page.locator('[data-own-time] + small').count() > 0, 'the reader sees their own zone');

  await page.getByRole('button', { name: /^되돌리기/ }).click();
  await page.locator('.lanes .duty rect').first().waitFor();
  assert.deepEqual((await onCall('pay', '2026-06-05T10:00:00Z'))[0], '문예진');
  assert.deepEqual(errors.filter((each) => !each.includes('422')), []);
});

test('without scripts the preview is a button', async () => {
  const answer = await admin.post('/oncall/new', { preview: 'on', name: '야간', zone: 'Asia/Seoul', secondary: 'none',
    'layers[0].name': '밤', 'layers[0].rotation.start': '2026-06-01T09:00', 'layers[0].rotation.unit': 'day',
    'layers[0].rotation.length': '1', 'layers[0].rotation.participants': 'lee\npark',
    'layers[0].restrictions[0].mon': 'on', 'layers[0].restrictions[0].from': '18:00', 'layers[0].restrictions[0].to': '09:00' });
  assert.equal(answer.status, 200);
  assert.match(answer.text, /class="duty/);
  assert.match(answer.text, /class="gap"/);
});

test('an edit of an older version is refused with everything typed kept', async () => {
  const form = (await admin.get('/oncall/pay/edit')).text;
  const fields = Object.fromEntries([...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  delete fields.preview;
  assert.ok(fields.version);
  const answer = await admin.post('/oncall/pay/edit', { ...fields, name: '다른 이름', version: '1',
    'layers[0].rotation.participants': 'lee', 'layers[0].rotation.unit': 'week' });
  assert.equal(answer.status, 409);
  assert.match(answer.text, /다른 이름/);
});

test('the paths are shown as they would run now, and a preset takes effect', async () => {
  const lines = (await admin.get('/oncall/paths')).text;
  assert.match(lines, /\+15분/);
  assert.equal((await admin.post('/oncall/paths', { preset: 'nonsense' })).status, 422);
  assert.equal((await admin.post('/oncall/paths', { preset: 'pair' })).status, 303);
  assert.notEqual((await admin.get('/oncall/paths')).text.match(/<main[\s\S]*/)[0], lines.match(/<main[\s\S]*/)[0]);
});

test('an incident runs to its third step on the test clock and is taken from a phone with one tap', async () => {
  const sms = await textMessages(admin);
  const steps = ['moon', 'lee', 'park', 'choi'].map((login) => ({ targets: [{ type: 'user', id: login }], delay_min: 10 }));
  const paths = await admin.request('/api/v1/escalation/paths', { method: 'PUT', headers: { 'content-type': 'application/json', 'x-csrf-token': await admin.csrf() },
    body: JSON.stringify({ policies: { P1: { steps } } }) });
  assert.equal(paths.status, 200, paths.text);
  const incident = await declare(admin, { title: '결제 전체 실패', severity: 'P1', impact: '모든 결제' });
  await clock('2026-06-01T03:21:00Z');
  const shown = JSON.parse((await admin.get(`/api/v1${incident}/escalation`)).text);
  assert.deepEqual(shown.pages.map((page) => [page.t, page.step]), [['2026-06-01T03:00:00Z', 1], ['2026-06-01T03:10:00Z', 2], ['2026-06-01T03:20:00Z', 3]]);
  const link = sms.messages.at(-1).text.match(/https?:\S+(\/ack\/\S+)/)[1];
  sms.stop();

  const phone = await openWindow(browser, new Person(server.base), { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, locale: 'ko-KR' });
  await phone.page.goto(server.base + link);
  await phone.page.getByText('박서연 님을 불렀습니다').waitFor();
  const button = phone.page.getByRole('button', { name: '제가 맡겠습니다' });
  const box = await button.boundingBox();
  assert.ok(box.y + box.height <= 740 && box.height >= 44, 'the button is on the first screen and as large as a thumb');
  assert.equal(await phone.page.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.match((await admin.get(incident)).text, /호출 중/); // looking at it changed nothing
  await button.tap();
  await phone.page.getByText('인지했습니다.').waitFor();
  assert.deepEqual(phone.errors, []);
  await clock('2026-06-01T04:30:00Z');
  const after = JSON.parse((await admin.get(`/api/v1${incident}/escalation`)).text);
  assert.deepEqual([after.status, after.pages.length], ['acked', 3]);
  assert.match((await admin.get(incident)).text, /박서연이 장애를 확인하고 대응을 시작했습니다/);
  await phone.page.getByText('인지 되돌리기').first().tap();
  await phone.page.getByRole('button', { name: '인지 되돌리기' }).tap();
  await button.waitFor(); // it pages again, and can be taken again
  await phone.context.close();
});
