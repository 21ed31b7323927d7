// What people do in a browser: declare while another watches, by keyboard alone, without JavaScript, with mistakes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { begin, declare, end, openWindow, PASSWORD, Person } from './lib.mjs';

let server, admin, places, browser;

before(async () => {
  ({ server, admin, places, browser } = await begin());
});
after(() => end(server, browser));

test('an update appears in a second window by itself, and typed text there stays', async () => {
  const first = await openWindow(browser, admin);
  const second = await openWindow(browser, admin);
  const url = server.base + places.open;
  const stream = second.page.waitForResponse((answer) => answer.url().includes('/live?topic='));
  await Promise.all([first.page.goto(url), second.page.goto(url)]);
  await second.page.fill('#text', '쓰다 만 글');
  await first.page.fill('#text', '원인을 찾았습니다: 오토스케일 상한');
  await stream;
  const began = Date.now();
  await first.page.click('button:has-text("공유하기")');
  await first.page.waitForSelector('.event.is-update:has-text("오토스케일 상한")');
  await second.page.waitForSelector('.event.is-update:has-text("오토스케일 상한")', { timeout: 15_000 });
  assert.ok(Date.now() - began < 4000, 'the stream told it, not the next poll');
  assert.equal(await second.page.inputValue('#text'), '쓰다 만 글');
  await first.context.close();
  await second.context.close();
});

test('declaring by keyboard alone', async () => {
  const { context, page, errors } = await openWindow(browser, admin);
  await page.goto(server.base);
  await page.keyboard.press('c');
  await page.waitForURL('**/declare');
  await page.keyboard.press('Tab'); // the skip link comes first
  assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'title');
  await page.keyboard.type('키보드로 선언한 장애');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space'); // the first severity
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/incidents/INC-*');
  assert.equal(await page.textContent('h1'), '키보드로 선언한 장애');
  assert.equal((await page.textContent('.incident-head .sev')).trim(), 'P1');
  await page.keyboard.press('u');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'text');
  await page.keyboard.press('Escape');
  for (const [keys, place] of [['gi', '/incidents'], ['go', '/'], ['?', '/keys']]) {
    for (const key of keys) await page.keyboard.press(key);
    await page.waitForURL(server.base + place);
  }
  assert.deepEqual(errors, []);
  await context.close();
});

test('the decision flow picks the severity, and similar incidents show while typing', async () => {
  const { context, page } = await openWindow(browser, admin);
  await page.goto(`${server.base}/declare`);
  await page.click('.flow li:nth-child(2) label');
  assert.equal(await page.isChecked('#severity-P1'), true);
  await page.fill('#title', '티켓 오픈 트래픽으로 예약 지연');
  await page.waitForSelector('#similar a:has-text("티켓 오픈 트래픽 급증")');
  await context.close();
});

test('what was typed survives a reload, and is forgotten once it is sent', async () => {
  const { context, page } = await openWindow(browser, admin);
  await page.goto(server.base + places.fresh);
  await page.fill('#text', '아직 보내지 않은 상황');
  await page.reload();
  assert.equal(await page.inputValue('#text'), '아직 보내지 않은 상황');
  await page.click('button:has-text("공유하기")');
  await page.waitForSelector('.event.is-update:has-text("아직 보내지 않은 상황")');
  assert.equal(await page.inputValue('#text'), '');
  await context.close();
});

test('without JavaScript: log in, declare, share, tick, recover, close', async () => {
  const person = new Person(server.base);
  assert.equal((await person.post('/login', { login: 'park', password: 'wrong wrong wrong' })).status, 401);
  assert.equal((await person.post('/login', { login: 'park', password: PASSWORD })).location, '/');
  const url = await declare(person, { title: '스크립트 없이 선언', severity: 'P2' });
  const at = (place) => person.post(url + place[0], place[1]);
  assert.equal((await at(['/ack', {}])).status, 303);
  assert.equal((await at(['/updates', { text: '확인하고 있습니다.' }])).status, 303);
  const page = (await person.get(url)).text;
  const [, list, value] = page.match(/action="[^"]*(\/checklists\/\d+)"[\s\S]*?name="tick" value="([^"]+)"/);
  assert.equal((await at([list, { tick: value }])).status, 303);
  assert.match((await person.get(url)).text, /aria-pressed="true"/);
  assert.equal((await at(['/recover', { cause: '설정 누락', action: '되돌림', impact: '오류 약 120건', follow_up: '점검 추가' }])).status, 303);
  assert.equal((await at(['/close', { note: '' }])).status, 303);
  assert.match((await person.get(url)).text, /종료/);
  const similar = await person.post('/declare/similar', { title: '스크립트 없이 선언함' });
  assert.equal(similar.status, 200);
  assert.match(similar.text, /value="스크립트 없이 선언함"/);
  assert.match(similar.text, /스크립트 없이 선언<\/a>/);
});

test('a refused form keeps what was typed and says what is wrong where it is wrong', async () => {
  const answer = await admin.post('/declare', { title: '', severity: 'P9', service: 'payment', impact: '일부 사용자', started_at: '2999-01-01T00:00' });
  assert.equal(answer.status, 422);
  assert.match(answer.text, /value="일부 사용자"/);
  assert.match(answer.text, /<option value="payment" selected>/);
  for (const field of ['severity', 'started_at']) {
    assert.match(answer.text, new RegExp(`id="${field}-error"`), field);
    assert.match(answer.text, new RegExp(`href="#${field}"`), field);
  }
  assert.match(answer.text, /role="alert"/);
  const english = await admin.post('/declare?lang=en', { title: '', severity: '' });
  assert.match(english.text, /Please check/);
  const update = await admin.post(`${places.open}/updates`, { text: '글', next_update_minutes: '99999' });
  assert.equal(update.status, 422);
  assert.match(update.text, /<textarea[^>]*>\s*글<\/textarea>/);
});

test('text typed as markup shows as text on every page', async () => {
  const probe = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{csrf}}'`;
  const { context, page, errors } = await openWindow(browser, admin);
  let dialogs = 0;
  page.on('dialog', (dialog) => { dialogs++; dialog.dismiss(); });
  const url = await declare(admin, { title: `제목 ${probe}`, symptom: probe, impact: probe, owner: probe.slice(0, 60), suspected_cause: probe, action: probe, status_note: probe, sensitivity: probe });
  const ok = async (path, fields) => assert.equal((await admin.post(path, fields)).status, 303, path);
  await ok(`${url}/updates`, { text: probe });
  await ok(`${url}/timeline`, { text: probe });
  await admin.post(`${url}/note`, { kind: 'link', text: 'javascript:alert(3)' }); // refused or harmless: both will do
  await admin.post(`${url}/note`, { kind: 'link', text: `https://example.com/"onmouseover="alert(4)` });
  await ok(`${url}/offer`, { note: probe.slice(0, 100) });
  await ok(`${url}/help`, { symptom: probe, tried: probe, logs: probe, needed: probe });
  await ok(`${url}/roles`, { commander: probe.slice(0, 60) });
  await ok('/teams/new', { name: probe.slice(0, 70), key: 'probe', description: probe });
  await ok('/services/new', { name: probe.slice(0, 70), key: 'probe', description: probe, tier: '2' });
  await ok('/profile/tokens', { name: probe.slice(0, 70), scope: 'read', days: '30' }).catch(() => {}); // answers with the token itself
  const places_ = ['/', url, `${url}/watch`, `${url}/messages`, `${url}/edit`, `${url}/roles`, '/incidents', `/incidents?q=${encodeURIComponent(probe)}`, '/services', '/people', '/audit', '/profile/tokens',
    `/declare?title=${encodeURIComponent(probe)}`, `/login?next=${encodeURIComponent(probe)}`, `/people?q=${encodeURIComponent(probe)}`];
  for (const place of places_) {
    await page.goto(server.base + place);
    const bad = await page.evaluate(() => [...document.querySelectorAll('script:not([src]), [onerror], [onmouseover], img[src="x"], a[href^="javascript"]')].map((e) => e.outerHTML));
    assert.deepEqual(bad, [], place);
  }
  assert.equal(dialogs, 0);
  assert.deepEqual(errors.filter((text) => /Content.Security.Policy|script/i.test(text)), []);
  await context.close();
});

test('HTML, CSS and JavaScript of the incident page are at most 60 KB compressed', async () => {
  const { text } = await admin.get(places.open);
  const files = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map((m) => m[1]));
  let total = gzipSync(text).length;
  for (const file of files) { // a module brings those it imports
    const answer = await admin.get(file);
    assert.equal(answer.status, 200, file);
    total += gzipSync(answer.text).length;
    for (const [, name] of answer.text.matchAll(/^import .* from "\.\/(\w+\.js)"/gm)) files.add(`/static/js/${name}`);
  }
  console.log(`# incident page: ${(total / 1024).toFixed(1)} KB`);
  assert.ok(total <= 60 * 1024, `${total} bytes`);
});

test('nothing on a page comes from elsewhere, and no style or script stands in it', async () => {
  for (const path of ['/', places.open, '/declare']) {
    const { text, headers } = await admin.get(path);
    assert.doesNotMatch(text, /<style|\sstyle="|<script(?![^>]*src="\/static\/)|(?:src|href)="https?:/);
    assert.doesNotMatch(headers.get('content-security-policy'), /unsafe-inline|unsafe-eval/);
  }
});

test('roles see what they may do, and no more', async () => {
  const viewer = new Person(server.base);
  await viewer.post('/login', { login: 'jung', password: PASSWORD });
  const page = (await viewer.get(places.open)).text;
  assert.doesNotMatch(page, /name="text"|name="tick"|\/recover"|\/declare"/);
  assert.equal((await viewer.get('/declare')).status, 403);
  assert.equal((await viewer.get('/audit')).status, 403);
  assert.equal((await viewer.get(`${places.open}/watch`)).status, 200);
  assert.equal((await viewer.post(`${places.open}/offer`, { note: '로그를 볼 수 있어요' })).status, 303);
  const stranger = new Person(server.base);
  assert.equal((await stranger.get(places.open)).location, `/login?next=${encodeURIComponent(places.open)}`);
});

test('the timeline is told in the order things happened, also what was noted later', async () => {
  const url = await declare(admin, { title: '순서를 보는 장애', severity: 'P2', started_at: '2026-01-05T09:00' });
  for (const [text, at] of [['나중 일', '2026-01-06T08:00'], ['처음 일', '2026-01-05T09:30'], ['가운데 일', '2026-01-05T21:00']]) {
    assert.equal((await admin.post(`${url}/note`, { kind: 'note', text, at })).status, 303, text);
  }
  const { text } = await admin.get(`${url}?lang=ko`);
  const places_ = ['장애를 선언했습니다', '나중 일', '1월 5일', '가운데 일', '처음 일'].map((words) => text.indexOf(words, text.indexOf('id="part-timeline"')));
  assert.deepEqual(places_, [...places_].sort((a, b) => a - b));
  assert.ok(places_[0] > 0);
});

test('a refused form puts the reader at what is wrong', async () => {
  const { context, page } = await openWindow(browser, admin);
  await page.goto(`${server.base}${places.open}/severity`);
  await page.evaluate(() => { document.querySelector('main form').noValidate = true; });
  await page.click('main form .button.primary');
  await page.waitForSelector('#errors');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'errors');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => location.hash), '#reason');
  await context.close();
});

test('a severity picked by its question is brought into view on a phone', async () => {
  const { context, page } = await openWindow(browser, admin, { viewport: { width: 390, height: 844 } });
  await page.goto(`${server.base}/declare`);
  await page.click('.for-stack a');
  await page.click('.flow li:nth-child(2) label');
  await page.waitForFunction(() => { const box = document.querySelector('#severity-P1').getBoundingClientRect(); return box.top > 0 && box.bottom < innerHeight; });
  await context.close();
});

test('what is most overdue stands first on the board, and a drill after what burns', async () => {
  const { text } = await admin.get('/');
  const due = text.slice(text.indexOf('id="due-title"'), text.indexOf('id="recent-title"'));
  const ends = [...due.matchAll(/data-until="([^"]+)"/g)].map((m) => m[1]);
  assert.ok(ends.length > 1);
  assert.deepEqual(ends, [...ends].sort());
  const open = text.slice(text.indexOf('id="open-title"'), text.indexOf('id="due-title"'));
  assert.ok(open.indexOf('전체 로그인 불가') < open.indexOf('관리자 화면 통계 지연'));
  const drill = await declare(admin, { title: 'P0 훈련', severity: 'P0', kind: 'drill' });
  const after = (await admin.get('/')).text;
  assert.ok(after.indexOf(drill) > after.indexOf(places.open));
});

test('work days are ticked, and none at all is refused beside them', async () => {
  const page = (await admin.get('/organisation')).text;
  const version = page.match(/name="version" value="([^"]+)"/)[1];
  const fields = { version, name: '봉수 상점', zone: 'Asia/Seoul', lang: 'ko', holidays: 'kr', work_from: '09:00', work_until: '18:00' };
  const refused = await admin.post('/organisation', fields);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /id="work_days-error"/);
  assert.equal((await admin.post('/organisation', { ...fields, 'work_days.mon': 'true', 'work_days.sat': 'true' })).status, 303);
  const ticked = [...(await admin.get('/organisation')).text.matchAll(/name="work_days\.(\w+)" value="true" checked/g)].map((m) => m[1]);
  assert.deepEqual(ticked, ['mon', 'sat']);
});

test('the audit log says in words what was done, beside its code', async () => {
  const { text } = await admin.get('/audit?lang=ko');
  const rows = [...text.matchAll(/<td>([^<]*)<p class="meta"><code>([^<]+)<\/code>/g)];
  assert.ok(rows.length > 10);
  assert.deepEqual(rows.filter(([, words]) => words.trim() === '').map(([, , code]) => code), []);
  assert.ok(rows.some(([, words, code]) => code === 'incident.declared' && words === '장애 선언'));
});
