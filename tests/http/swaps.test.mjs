// My shifts and swapping them, as people do it: the page, the request, the answer, and every look-up agreeing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, bearer;
const people = {};
before(async () => {
  server = await startServer({ 'test-clock': true, 'rate-limit': 'off' });
  addUser(server, 'root', 'admin');
  for (const login of ['kim', 'lee', 'park']) people[login] = await logIn(server, addUser(server, login, login === 'park' ? 'viewer' : 'responder'));
  await server.request('PUT', '/test/clock', { body: { now: '2026-06-03T03:00:00Z' } });
  bearer = { Authorization: `Bearer ${addToken(server, 'root')}` };
  const rotation = { start: '2026-06-01T09:00', unit: 'week', length: 1, participants: ['kim', 'lee', 'park'] };
  const made = await server.request('POST', '/api/v1/schedules', { headers: bearer, body: { key: 'pay', name: '결제 당번', zone: 'Asia/Seoul', secondary: 'next', layers: [{ name: '주간', rotation }] } });
  assert.equal(made.status, 201, made.text);
});
after(() => server.stop());

const page = async (who, path) => (await server.request('GET', path, { headers: { Cookie: people[who].cookie, Accept: 'text/html' } })).text;
const post = (who, path, fields) => server.request('POST', path, { headers: { Cookie: people[who].cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: people[who].csrf, ...fields }).toString() });
const onCall = async (at) => (await server.request('GET', `/api/v1/schedules/pay/on-call?at=${at}`, { headers: bearer })).json.primary.map((one) => one.user.name).join();
const offers = async (who, role = 'primary') => [...(await page(who, '/oncall/mine')).matchAll(/\/oncall\/swap\?[^"]*/g)].map(([url]) => url.replaceAll('&amp;', '&')).filter((url) => url.includes(`role=${role}`));

async function ask(who, url, whose) {
  const form = await page(who, url);
  const picks = [...form.matchAll(/name="pick" value="([^"]+)"[\s\S]*?<\/label>/g)].filter(([text]) => text.includes(whose));
  const wish = Object.fromEntries(new URLSearchParams(url.split('?')[1]));
  return { wish, answer: await post(who, '/oncall/swap', { ...wish, pick: picks[0][1], note: '가족 행사' }) };
}

test('a shift is offered on one\'s page, asked for by form and taken by the other with one button', async () => {
  const [, week] = await offers('lee'); // the first is next week
  const { answer } = await ask('lee', (await offers('lee'))[0], 'park');
  assert.equal(answer.status, 303, answer.text);
  assert.ok(week);
  const asked = await page('park', '/oncall/mine');
  assert.match(asked, /나에게 요청함/);
  assert.match(asked, /가족 행사/);
  assert.doesNotMatch(await page('kim', '/oncall/mine'), /가족 행사/);
  assert.equal(await onCall('2026-06-10T03:00:00Z'), 'lee');
  const url = asked.match(/\/oncall\/swaps\/\d+\/accept/)[0];
  assert.equal((await post('kim', url, {})).status, 404);
  assert.equal((await post('lee', url, {})).status, 403);
  assert.equal((await post('park', url, {})).status, 303);
  assert.equal(await onCall('2026-06-10T03:00:00Z'), 'park');
  assert.equal(await onCall('2026-06-17T03:00:00Z'), 'lee');
  assert.equal((await post('park', url, {})).status, 409);
  assert.match(await page('lee', '/oncall/mine'), /대체/);
});

test('of a running shift the rest is offered; what nobody answers runs out when it begins', async () => {
  const [rest] = await offers('kim');
  assert.match(rest, /start=2026-06-03T03:01:00Z/);
  const { answer } = await ask('kim', (await offers('kim'))[1], 'lee');
  assert.equal(answer.status, 303, answer.text);
  assert.equal((await server.request('PUT', '/test/clock', { body: { now: '2026-06-22T00:00:01Z' } })).status, 200);
  assert.match(await page('kim', '/oncall/mine'), /지나감/);
});

test('without a choice, or for a shift that is not there, the form says so', async () => {
  const [url] = await offers('lee');
  const wish = Object.fromEntries(new URLSearchParams(url.split('?')[1]));
  assert.equal((await post('lee', '/oncall/swap', wish)).status, 422);
  assert.equal((await post('lee', '/oncall/swap', { ...wish, pick: '1_x_y' })).status, 422);
  assert.equal((await server.request('GET', '/oncall/swap', { headers: { Cookie: people.lee.cookie, Accept: 'text/html' } })).status, 404);
});
