// Connections in the browser: one form each; secrets are kept, replaced, cleared, and never shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, admin, bearer;
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  admin = await logIn(server, addUser(server, 'boss', 'admin'));
  bearer = { Authorization: `Bearer ${addToken(server, 'boss')}` };
});
after(() => server.stop());

const page = (path) => server.request('GET', path, { headers: { Cookie: admin.cookie, Accept: 'text/html' } });
const form = (path, fields) => server.request('POST', path, { headers: { Cookie: admin.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: admin.csrf, ...fields }).toString() });
const version = async (path) => (await page(path)).text.match(/name="version" value="(\d+)"/)[1];
const post = async (path, fields) => form(path, { version: await version(path), ...fields });
const settings = async (name) => (await server.request('GET', `/api/v1/settings/${name}`, { headers: bearer })).json;

test('every connection has a page, in both languages, without raw keys', async () => {
  for (const lang of ['ko', 'en']) {
    for (const path of ['/settings', '/settings/slack', '/settings/jira', '/settings/smtp', '/settings/sms', '/settings/voice', '/settings/status']) {
      const { status, text } = await page(`${path}?lang=${lang}`);
      assert.equal(status, 200, path);
      assert.doesNotMatch(text.replace(/<[^>]*>/g, ' '), /settings\.[a-z]/, path);
    }
  }
  assert.equal((await page('/settings/fax')).status, 404);
});

test('Slack is set up by form: lists and maps by lines, secrets kept when left empty and cleared when asked', async () => {
  const first = await post('/settings/slack', { signing_secret: 'sign-me', bot_token: 'xoxb-1', channel: '#ops', channels: 'P1 = #critical\r\n\r\nP2=#warn', teams: 'T1\r\nT2', unmapped: 'viewer' });
  assert.equal(first.status, 303, first.text);
  let shown = await settings('slack');
  assert.deepEqual(shown.channels, { P1: '#critical', P2: '#warn' });
  assert.deepEqual(shown.teams, ['T1', 'T2']);
  assert.deepEqual([shown.signing_secret, shown.bot_token, shown.unmapped], [{ set: true }, { set: true }, 'viewer']);
  const { text } = await page('/settings/slack');
  assert.ok(!text.includes('sign-me') && !text.includes('xoxb-1'));
  assert.ok(text.includes('P1 = #critical'));
  assert.equal((await post('/settings/slack', { signing_secret: '', bot_token: '', 'bot_token.clear': 'true', webhook_url: '', channel: '#ops' })).status, 303);
  shown = await settings('slack');
  assert.deepEqual([shown.signing_secret, shown.bot_token], [{ set: true }, { set: false }]);
});

test('what is wrong is named at its field and typed text stays', async () => {
  const answer = await post('/settings/smtp', { url: 'ftp://x', from: 'nobody', to: 'a@b.example\nbroken', username: '운영' });
  assert.equal(answer.status, 422);
  for (const name of ['url', 'from', 'to']) assert.match(answer.text, new RegExp(`id="${name}-error"`), name);
  assert.ok(answer.text.includes('value="운영"') && answer.text.includes('broken'));
  assert.equal((await settings('smtp')).url, undefined);
  const lines = await post('/settings/slack', { channels: 'P1 #critical' });
  assert.match(lines.text, /id="channels-error"/);
});

test('a form that somebody else overtook overwrites nothing, nor does a mistake make it new', async () => {
  const mine = await version('/settings/status');
  assert.equal((await form('/settings/status', { title: '그들의 제목', version: mine })).status, 303);
  const wrong = await form('/settings/status', { title: '내 제목', contact_url: 'ftp://x', version: await version('/settings/status') });
  assert.equal(wrong.status, 422);
  for (const old of [mine, '', '99', '-1']) {
    const answer = await form('/settings/status', { title: '내 제목', version: old });
    assert.equal(answer.status, 409, old);
    assert.ok(answer.text.includes('그사이 다른 사람이 이 설정을 바꾸었습니다') && answer.text.includes('value="내 제목"'));
  }
  const late = await form('/settings/status', { title: '내 제목', contact_url: 'ftp://x', version: mine });
  assert.equal(late.status, 409);
  assert.equal((await settings('status')).title, '그들의 제목');
});

test('by API a change may say what it looked at', async () => {
  const shown = await server.request('GET', '/api/v1/settings/sms', { headers: bearer });
  const put = (tag, body) => server.request('PUT', '/api/v1/settings/sms', { headers: { ...bearer, ...(tag ? { 'If-Match': tag } : {}) }, body });
  const sms = { format: 'json', url: 'https://sms.example.com/send', template: '{{text}}' };
  const first = await put(shown.headers.etag, sms);
  assert.equal(first.status, 200, first.text);
  assert.notEqual(first.headers.etag, shown.headers.etag);
  const stale = await put(shown.headers.etag, sms);
  assert.deepEqual([stale.status, stale.json.code], [409, 'settings.stale']);
  assert.equal((await put(first.headers.etag, sms)).status, 200);
  assert.equal((await put(undefined, sms)).status, 200);
});

test('mending a mistake does not overwrite what somebody else saved meanwhile', async () => {
  const made = (await server.request('POST', '/api/v1/services', { headers: bearer, body: { key: 'pay', name: '결제' } })).json;
  const path = `/services/${made.id}/edit`;
  const mine = await version(path);
  assert.equal((await server.request('PATCH', '/api/v1/services/pay', { headers: bearer, body: { name: '결제와 정산' } })).status, 200);
  const wrong = await form(path, { name: '', key: 'pay', tier: '2', version: mine });
  assert.equal(wrong.status, 422);
  assert.equal(wrong.text.match(/name="version" value="(\d+)"/)[1], mine);
  const late = await form(path, { name: '내 이름', key: 'pay', tier: '2', version: mine });
  assert.equal(late.status, 409);
  assert.notEqual(late.text.match(/name="version" value="(\d+)"/)[1], mine);
  assert.equal((await server.request('GET', '/api/v1/services/pay', { headers: bearer })).json.name, '결제와 정산');
});
