// How people are reached: cards by API and form, trials, vendors with their hours, and the link of a page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, admin, bearer;
before(async () => {
  server = await startServer({ 'test-clock': true, 'rate-limit': 'off' });
  admin = await logIn(server, addUser(server, 'boss', 'admin'));
  for (const login of ['kim', 'lee']) addUser(server, login, 'responder');
  bearer = { Authorization: `Bearer ${addToken(server, 'boss')}` };
  await server.request('PUT', '/test/clock', { body: { now: '2026-06-01T03:00:00Z' } }); // Monday noon in Seoul
});
after(() => server.stop());

const api = (method, path, body, headers = {}) => server.request(method, `/api/v1${path}`, { headers: { ...bearer, ...headers }, body });
const post = (path, fields) => server.request('POST', path, { headers: { Cookie: admin.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: admin.csrf, ...fields }).toString() });
const page = async (path) => (await server.request('GET', path, { headers: { Cookie: admin.cookie, Accept: 'text/html' } })).text;

test('a card is saved, read and guarded by its version; everybody is listed', async () => {
  const standard = await api('GET', '/me/contacts');
  assert.deepEqual(standard.json.methods.map((one) => one.kind), ['slack', 'sms', 'phone', 'email']);
  const card = { methods: [{ kind: 'sms', address: '010-1111-2222' }, { kind: 'email', address: 'boss@example.com', after_min: 3 }], backup: 'kim',
    quiet: [{ severities: ['P2'], kinds: ['sms'], from: '22:00', to: '07:00' }] };
  const saved = await api('PUT', '/me/contacts', card, { 'If-Match': standard.headers.etag });
  assert.equal(saved.status, 200, saved.text);
  assert.equal(saved.json.methods[1].reached_at, 'boss@example.com');
  assert.equal((await api('PUT', '/me/contacts', card, { 'If-Match': standard.headers.etag })).status, 409);
  const wrong = await api('PUT', '/users/kim/contacts', { methods: [{ kind: 'sms', address: 'call me' }] });
  assert.deepEqual(wrong.json.errors.map((one) => one.field), ['methods[0].address']);
  const all = (await api('GET', '/contacts')).json.items;
  assert.deepEqual(all.map((one) => [one.login, one.reachable]), [['boss', false], ['kim', false], ['lee', false]]);
  assert.equal((await api('POST', '/me/contacts/confirm')).json.confirmed_at, '2026-06-01T03:00:00Z');
});

test('the form keeps what was typed in its own rows, and drops nothing it shows', async () => {
  const answer = await post('/profile/contacts', { version: '2', 'methods[1].kind': 'sms', 'methods[1].address': 'x', 'methods[4].kind': 'email', 'methods[4].address': 'y' });
  assert.equal(answer.status, 422);
  for (const row of [1, 4]) assert.match(answer.text, new RegExp(`id="methods\\[${row}\\]\\.address-error"`));
  const html = await page('/profile/contacts');
  const fields = {};
  for (const [tag] of html.match(/<form class="form stack"[\s\S]*?<\/form>/)[0].matchAll(/<(input|select)[\s\S]*?(?=<(?:input|select|label|\/fieldset|\/form))/g)) {
    const name = tag.match(/name="([^"]+)"/)?.[1];
    const value = tag.startsWith('<select') ? tag.match(/value="([^"]*)" selected/)?.[1] : /checkbox/.test(tag) && !/ checked/.test(tag) ? undefined : tag.match(/value="([^"]*)"/)?.[1];
    if (name && value !== undefined) fields[name] = value;
  }
  const before = (await api('GET', '/me/contacts')).json;
  assert.equal((await post('/profile/contacts', fields)).status, 303);
  const { version, confirmed_at: ignored, ...same } = (await api('GET', '/me/contacts')).json;
  assert.equal(version, before.version + 1);
  assert.deepEqual(same, (({ version: v, confirmed_at: c, ...rest }) => rest)(before));
  assert.equal((await post('/profile/contacts', fields)).status, 409);
});

test('a trial says what became of it, and not twice in a minute', async () => {
  const tried = await api('POST', '/me/contacts/trials');
  assert.equal(tried.status, 200, tried.text);
  assert.deepEqual(tried.json.items.map((one) => [one.kind, one.result]), [['email', 'not_connected'], ['sms', 'not_connected']]);
  assert.equal((await api('POST', '/me/contacts/trials')).status, 429);
  assert.equal((await post('/profile/contacts/trial', {})).status, 429);
  assert.match(await page('/profile/contacts'), /연결 없음/);
});

test('vendors: open by their own hours, holidays and zone; stale edits and twins refused', async () => {
  const made = await api('POST', '/vendors', { name: 'PG', phone: '1544-0000', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00', holidays: true });
  assert.equal(made.status, 201, made.text);
  const open = async (now) => {
    await server.request('PUT', '/test/clock', { body: { now } });
    return (await api('GET', `/vendors/${made.json.id}`)).json.open;
  };
  assert.deepEqual([await open('2026-06-02T08:59:00Z'), await open('2026-06-02T09:00:00Z'), await open('2026-06-03T03:00:00Z'), await open('2026-06-06T03:00:00Z')],
    [true, false, false, false]); // 17:59, 18:00, the local elections, a Saturday
  const night = await api('PATCH', `/vendors/${made.json.id}`, { from: '22:00', to: '06:00' });
  assert.equal(night.json.from, '22:00');
  assert.deepEqual([await open('2026-06-08T13:30:00Z'), await open('2026-06-08T20:30:00Z'), await open('2026-06-08T22:00:00Z')], [true, true, false]);
  assert.equal((await api('POST', '/vendors', { name: 'PG', phone: '1' })).status, 422);
  assert.deepEqual((await api('POST', '/vendors', { name: 'X', zone: '../etc', days: ['someday'], from: '9' })).json.errors.map((one) => one.field), ['zone', 'days', 'from', 'phone']);
  assert.equal((await api('PATCH', `/vendors/${made.json.id}`, { name: 'Y' }, { 'If-Match': made.headers.etag })).status, 409);
  assert.match(await page('/contacts'), /1544-0000/);
  assert.equal((await post(`/vendors/${made.json.id}/remove`, {})).status, 303);
  assert.equal((await api('GET', `/vendors/${made.json.id}`)).status, 404);
});

test('a link that is not ours says so, in the reader\'s language, and shows nothing', async () => {
  for (const method of ['GET', 'POST']) {
    const answer = await server.request(method, '/ack/1.2.3.AAAAAAAAAAAAAAAAAAAAAA', { headers: { Accept: 'text/html', 'Accept-Language': 'en' } });
    assert.equal(answer.status, 404);
    assert.match(answer.text, /This link does not work/);
  }
});
