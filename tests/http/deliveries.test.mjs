// Destinations and deliveries: set up by API, a failure is seen, sent again or discarded with a reason; page as well.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, pause, startServer } from './lib.mjs';

let server, peer, admin, browser;
let status = 400;
const got = [];
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
const page = () => server.request('GET', '/deliveries', { headers: { Cookie: browser.cookie } });
const press = (path, more = {}) => server.request('POST', path, { headers: { Cookie: browser.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: browser.csrf, ...more }).toString() });
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(what);
}
const failed = async () => (await api('GET', '/deliveries')).json.items;
const chat = () => ({ name: '디스코드', connector: 'chat', topics: ['incident.*'], config: { preset: 'discord' }, secret: `http://127.0.0.1:${peer.address().port}/hook` });

before(async () => {
  peer = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => { got.push(Buffer.concat(chunks).toString()); response.writeHead(status).end(); });
  });
  await new Promise((resolve) => { peer.listen(0, '127.0.0.1', resolve); });
  server = await startServer({}, { BONGSU_ALLOW_PRIVATE_TARGETS: '1' });
  browser = await logIn(server, addUser(server, 'admin', 'admin'));
  admin = addToken(server, 'admin');
});
after(async () => { await server?.stop(); peer?.close(); });

test('a destination is made, shown without its secret, changed by version', async () => {
  const made = await api('POST', '/destinations', chat());
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.has_secret, true);
  assert.ok(!made.text.includes('/hook'));
  const wrong = await api('POST', '/destinations', { ...chat(), name: 'x', config: { preset: 'irc' } });
  assert.deepEqual(wrong.json.errors.map((one) => one.field), ['config.preset']);
  assert.equal((await api('POST', '/destinations', chat())).status, 409);
  const stale = await server.request('PUT', `/api/v1/destinations/${made.json.id}`, { headers: { Authorization: `Bearer ${admin}`, 'If-Match': '"99-000000000000"' }, body: chat() });
  assert.equal(stale.status, 409, stale.text);
  const { items } = (await api('GET', '/destinations')).json;
  assert.deepEqual(items.map((one) => [one.name, one.breaker, one.enabled]), [['디스코드', 'closed', true]]);
});

test('what a gateway cannot send is refused when it is saved, and never ends the process', async () => {
  const sms = (more) => ({ name: 'sms2', connector: 'gateway', topics: ['incident.declared'], config: { url: `http://127.0.0.1:${peer.address().port}/`, format: 'json', template: '{"to":"{{to}}","text":"{{text}}"}', to: ['010-1234-5678'], ...more } });
  for (const headers of [{ 'X-Key': 'k'.repeat(5000) }, { 'bad name': 'x' }, { 'X-Key': 'a\r\nb' }, { 'X-Key': 7 }]) {
    const refused = await api('POST', '/destinations', sms({ headers }));
    assert.deepEqual(refused.json.errors?.map((one) => one.field), ['config.headers'], refused.text);
  }
  status = 200;
  got.length = 0;
  assert.equal((await api('POST', '/destinations', sms({ to: ['010-1234-5678', '010-8765-4321'] }))).status, 201);
  await api('POST', '/incidents', { title: '결제 지연', severity: 'P1' });
  const texts = await until(() => { const sent = got.filter((one) => one.includes('+82')); return sent.length === 2 && sent; }, 'both numbers');
  assert.deepEqual(texts.map((one) => JSON.parse(one).to).sort(), ['+821012345678', '+821087654321']);
  assert.match(JSON.parse(texts[0]).text, /\n/); // the whole text, not its first line
});

test('a failure is listed, sent again, or discarded with a reason', async () => {
  status = 400;
  const { items } = (await api('GET', '/destinations')).json;
  const id = items.find((one) => one.connector === 'chat').id;
  assert.equal((await api('POST', `/destinations/${id}/test`)).status, 202);
  const [dead] = await until(async () => { const list = await failed(); return list.length === 1 && list; }, 'dead');
  assert.deepEqual([dead.topic, dead.last_error, dead.state], ['test', 'HTTP 400', 'dead']);
  assert.match((await page()).text, /HTTP 400/);
  status = 200;
  assert.equal((await api('POST', `/deliveries/${dead.id}/retry`)).status, 204);
  await until(async () => (await api('GET', '/deliveries?state=sent')).json.items.some((one) => one.id === dead.id), 'sent');
  status = 404;
  await press(`/deliveries/destinations/${id}/test`);
  const [again] = await until(async () => { const list = await failed(); return list.length === 1 && list; }, 'dead again');
  assert.equal((await api('POST', `/deliveries/${again.id}/discard`, { reason: ' ' })).status, 422);
  assert.equal((await press(`/deliveries/${again.id}/discard`, { reason: '시험이었음' })).status, 303);
  assert.deepEqual(await failed(), []);
  assert.equal((await api('POST', `/deliveries/${again.id}/discard`, { reason: 'x' })).status, 404);
});

test('a dead address blocks its destination until somebody opens it again', async () => {
  status = 401;
  const { items } = (await api('GET', '/destinations')).json;
  const id = items.find((one) => one.connector === 'chat').id;
  await api('POST', `/destinations/${id}/test`);
  await until(async () => (await api('GET', `/destinations/${id}`)).json.blocked_reason, 'blocked');
  assert.match((await page()).text, /멈춤/);
  assert.equal((await api('POST', `/destinations/${id}/reset`)).status, 204);
  assert.equal((await api('GET', `/destinations/${id}`)).json.blocked_until, null);
  await press(`/deliveries/destinations/${id}/enabled`, { enabled: 'false' });
  assert.equal((await api('GET', `/destinations/${id}`)).json.enabled, false);
});

test('metrics count what waits and what failed, by kind of destination', async () => {
  const { text } = await server.request('GET', '/metrics');
  assert.match(text, /^bongsu_delivery_queue_depth\{channel="chat"\} \d+$/m);
  assert.match(text, /^bongsu_delivery_oldest_seconds\{channel="gateway"\} 0$/m);
  assert.match(text, /^bongsu_delivery_failed\{channel="chat"\} 1$/m);
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (!checked.error) assert.equal(checked.status, 0, checked.stderr);
});
