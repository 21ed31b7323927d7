// Mails of the status page: asked for without a login, the same answer for every address, confirmed and left by token.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server;
before(async () => {
  server = await startServer();
  addUser(server, 'admin', 'admin');
});
after(() => server.stop());

const ask = (email) => server.request('POST', '/status/subscribe?lang=ko', {
  headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.url },
  body: new URLSearchParams({ email }).toString(),
});
const rows = () => JSON.parse(spawnSync('sqlite3', ['-json', '-cmd', '.timeout 5000', server.database,
  'SELECT email, token, confirmed_at FROM status_subscriber'], { encoding: 'utf8' }).stdout || '[]');

test('an address is asked once, and nobody learns whether it is known', async () => {
  assert.match((await server.request('GET', '/status?lang=ko')).text, /\/status\/subscribe/);
  const first = await ask('Kim@Example.com');
  assert.equal(first.status, 200);
  assert.equal(first.headers['set-cookie'], undefined);
  const second = await ask('kim@example.com');
  assert.equal(second.text, first.text);
  assert.deepEqual(rows().map((row) => [row.email, row.confirmed_at]), [['kim@example.com', null]]);
  const wrong = await ask('kim@<b>');
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /메일 주소를 확인해 주세요/);
  assert.match(wrong.text, /kim@&lt;b&gt;/);
});

test('those who run the page see the list, take it as CSV, and remove one', async () => {
  const bearer = { Authorization: `Bearer ${addToken(server, 'admin')}` };
  const get = (path) => server.request('GET', path, { headers: bearer });
  await server.request('POST', '/status/subscribe', { headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.url }, body: 'email=Zoe%40example.com' });
  const { items } = (await get('/api/v1/subscribers')).json;
  const zoe = items.find((one) => one.email === 'zoe@example.com');
  assert.equal(zoe.confirmed_at, null);
  const csv = await get('/subscribers.csv');
  assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
  assert.match(csv.text, /email,lang,state,created_at,confirmed_at\r?\n/);
  assert.match(csv.text, /zoe@example\.com,ko,waiting,/);
  assert.equal((await server.request('DELETE', `/api/v1/subscribers/${zoe.id}`, { headers: bearer })).status, 204);
  assert.equal((await server.request('DELETE', `/api/v1/subscribers/${zoe.id}`, { headers: bearer })).status, 404);
  assert.doesNotMatch((await get('/subscribers.csv')).text, /zoe@/);
  assert.equal((await server.request('GET', '/subscribers.csv')).status >= 300, true);
});

test('only the button confirms, and one click ends it', async () => {
  const { token } = rows()[0];
  assert.equal((await server.request('GET', `/status/confirm/${token}`)).status, 200);
  assert.equal(rows()[0].confirmed_at, null);
  assert.equal((await server.request('POST', `/status/confirm/${token}`)).status, 200);
  assert.notEqual(rows()[0].confirmed_at, null);
  assert.equal((await ask('kim@example.com')).status, 200);
  assert.equal((await server.request('POST', '/status/confirm/nobody')).status, 404);
  const left = await server.request('POST', `/status/unsubscribe/${token}?lang=ko`, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
  assert.equal(left.status, 200);
  assert.equal(rows().length, 0);
  assert.equal((await server.request('POST', `/status/unsubscribe/${token}`)).status, 404);
});
