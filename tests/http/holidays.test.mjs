// The holiday table: read by all, changed by those who plan duty, over the API and in the browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, lead, reader, session;
const api = (method, path, body, headers = lead) => server.request(method, `/api/v1${path}`, { headers, body });
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  for (const [login, role] of [['root', 'admin'], ['lee', 'lead'], ['kim', 'responder']]) addUser(server, login, role);
  lead = { Authorization: `Bearer ${addToken(server, 'lee', ['read', 'admin'])}` };
  reader = { Authorization: `Bearer ${addToken(server, 'kim', ['read'])}` };
  session = await logIn(server, { login: 'lee', password: 'correct horse battery' });
});
after(() => server.stop());

const post = (path, fields) => server.request('POST', path, {
  headers: { Cookie: session.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ csrf: session.csrf, ...fields }).toString(),
});

test('a day is added and removed with a reason, and both are audited', async () => {
  const day = { date: '2026-12-24', kind: 'company', name: '창립기념일', reason: '취업 규칙' };
  assert.equal((await api('POST', '/holidays', day, reader)).status, 403);
  const added = await api('POST', '/holidays', day);
  assert.equal(added.status, 201, added.text);
  const own = (await api('GET', '/holidays?year=2026', undefined, reader)).json.holidays.filter((one) => one.own);
  assert.deepEqual(own.map(({ date, name, reason, by, day_off }) => [date, name, reason, by, day_off]), [['2026-12-24', '창립기념일', '취업 규칙', 'lee', true]]);
  assert.equal((await api('POST', '/holidays', day)).status, 409);
  assert.equal((await api('DELETE', '/holidays/2026-12-24')).status, 422);
  assert.equal((await api('DELETE', '/holidays/2026-12-24?reason=moved')).status, 204);
  assert.equal((await api('GET', '/holidays?year=2026')).json.holidays.some((one) => one.own), false);
  const root = { Authorization: `Bearer ${addToken(server, 'root')}` };
  const seen = (await api('GET', '/audit?limit=50', undefined, root)).json.items?.map((one) => one.action);
  if (seen) assert.ok(seen.includes('calendar.added') && seen.includes('calendar.removed'));
});

test('the page: a year, a day added, a refusal at its field, a day removed', async () => {
  const page = (path) => server.request('GET', path, { headers: { Cookie: session.cookie } });
  assert.match((await page('/holidays?year=2026')).text, /대체공휴일\(광복절\)/);
  const wrong = await post('/holidays', { date: '2026-07-01', kind: 'working', name: '그냥 날', reason: '시험' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /평일에 있는 공휴일이 아닙니다/);
  assert.match(wrong.text, /value="그냥 날"/);
  assert.equal((await post('/holidays', { date: '2027-06-01', kind: 'temporary', name: '임시공휴일', reason: '국무회의 의결' })).headers.location, '/holidays?year=2027');
  assert.match((await page('/holidays?year=2027')).text, /국무회의 의결/);
  assert.equal((await post('/holidays/remove', { date: '2027-06-01', why: '철회' })).status, 303);
  assert.doesNotMatch((await page('/holidays?year=2027')).text, /국무회의 의결/);
});
