// Destinations and deliveries: set up by API, a failure is seen, sent again or discarded with a reason; page as well.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, pause, startServer } from './lib.mjs';

let server, peer, admin, browser;
let status = 400;
const got = [];
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
const page = () => server.request('GET', '/deliveries', { headers: { Cookie: browser.cookie } });
const press = (path, more = {}) => server.request('POST', path, { headers: { Cookie: browser.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(Object.entries({ csrf: browser.csrf, ...more }).filter(([, value]) => value !== undefined)).toString() });
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
  await press(`/destinations/${id}/test`);
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
  await press(`/destinations/${id}/enabled`, { enabled: 'false' });
  assert.equal((await api('GET', `/destinations/${id}`)).json.enabled, false);
});

test('a failure says in words what it means and what to do, on its page and by the API, in both languages', async () => {
  status = 404;
  const { items } = (await api('GET', '/destinations')).json;
  const { id } = items.find((one) => one.connector === 'chat');
  await press(`/destinations/${id}/enabled`, { enabled: 'true' });
  const sent = await press(`/destinations/${id}/test`);
  assert.equal(sent.status, 303);
  const path = sent.headers.location;
  const number = path.split('/').pop();
  const dead = await until(async () => { const { json } = await api('GET', `/deliveries/${number}`); return json.state === 'dead' && json; }, 'dead');
  assert.match(dead.explanation, /404/);
  const look = (lang) => server.request('GET', `${path}?lang=${lang}`, { headers: { Cookie: browser.cookie } });
  assert.match((await look('ko')).text, /주소를 확인해 주세요[^]*HTTP 404/);
  assert.match((await look('en')).text, /Nobody receives at that address/);
  const overview = (await page()).text;
  assert.match(overview, /시험 메시지/);
  assert.doesNotMatch(overview.replace(/<[^>]*>/g, ' '), /\b(incident|action|page|deliveries|topic)\.[a-z]/);
  assert.equal((await api('GET', '/deliveries/12')).status, 404);
  assert.equal((await api('POST', `/deliveries/${number}/discard`, { reason: '확인함' })).status, 204);
});

test('every kind is made, changed and deleted in the browser; what a form does not show stays', async () => {
  const open = (path) => server.request('GET', path, { headers: { Cookie: browser.cookie } });
  const address = `http://127.0.0.1:${peer.address().port}/kind`;
  status = 200;
  const fields = { webhook: { 'config.url': address }, mail: { 'config.url': 'smtp://127.0.0.1:1', 'config.from': 'a@b.example', 'config.to': 'c@d.example', 'config.tls': 'none' }, gateway: { 'config.url': address, 'config.format': 'json', 'config.template': '{"to":"{{to}}"}', 'config.to': '010-1111-2222', 'config.headers': 'X-Key = 7' }, slack: { secret: address } };
  const kinds = [...(await open('/destinations/new')).text.matchAll(/\?kind=(\w+)/g)].map((found) => found[1]);
  assert.deepEqual(kinds, ['webhook', 'kakaowork', 'naverworks', 'jandi', 'dooray', 'discord', 'teams', 'mail', 'gateway', 'slack']);
  for (const kind of kinds) {
    const form = await open(`/destinations/new?kind=${kind}`);
    assert.equal(form.status, 200);
    assert.doesNotMatch(form.text.replace(/<[^>]*>/g, ' '), /\b(destination|label|settings)\.[a-z]/, kind);
    const typed = { kind, name: `새 ${kind}`, 'topic.report.*': 'true', 'severity.P1': 'true', ...(fields[kind] ?? { secret: address }) };
    const none = await press('/destinations/new', { ...typed, 'topic.report.*': undefined, name: '' });
    assert.equal(none.status, 422, kind);
    const made = await press('/destinations/new', typed);
    assert.ok(made.status === (kind === 'webhook' ? 200 : 303), `${kind}: ${made.status} ${made.text}`);
    const one = (await api('GET', '/destinations')).json.items.find((item) => item.name === `새 ${kind}`);
    assert.deepEqual([one.topics, one.severities, one.has_secret], [['report.*'], ['P1'], !['mail', 'gateway'].includes(kind)], kind);
    assert.equal((await press('/destinations/new', typed)).status, 409, kind);
    const path = `/destinations/${one.id}`;
    const shown = (await open(path)).text;
    assert.ok(!shown.includes('/kind"') || kind === 'webhook' || kind === 'gateway', kind);
    const version = shown.match(/name="version" value="(\d+)"/)[1];
    const changed = { ...typed, name: `고친 ${kind}`, version, 'topic.retro.*': 'true', secret: '' };
    assert.equal((await press(path, changed)).status, 303, kind);
    assert.equal((await press(path, changed)).status, 409, `${kind}: stale`);
    const after = (await api('GET', `/destinations/${one.id}`)).json;
    assert.deepEqual([after.topics, after.config, after.has_secret], [['report.*', 'retro.*'], one.config, one.has_secret], kind);
    assert.equal((await press(`${path}/delete`, { version })).status, 409, kind);
    assert.equal((await press(`${path}/delete`, { version: String(after.version) })).status, 303, kind);
    assert.equal((await api('GET', `/destinations/${one.id}`)).status, 404, kind);
  }
  const other = (await api('POST', '/destinations', { name: '프로그램', connector: 'webhook', topics: ['incident.merged', 'custom.thing'], config: { url: address, note: 'kept' }, secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` })).json;
  const path = `/destinations/${other.id}`;
  assert.match((await open(path)).text, /name="topic.incident.merged" value="true" checked/);
  assert.equal((await press(path, { version: '1', name: '프로그램', 'config.url': address, 'topic.incident.merged': 'true', 'topic.custom.thing': 'true' })).status, 303);
  const kept = (await api('GET', `/destinations/${other.id}`)).json;
  assert.deepEqual([kept.topics, kept.config], [['incident.merged', 'custom.thing'], { url: address, note: 'kept' }]);
  assert.equal((await server.request('DELETE', `/api/v1/destinations/${other.id}`, { headers: { Authorization: `Bearer ${admin}` } })).status, 204);
});

test('a new webhook shows its secret once, and the recipe on its page verifies what arrives', async () => {
  const heard = [];
  const receiver = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => { heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() }); response.end(); });
  });
  await new Promise((resolve) => { receiver.listen(0, '127.0.0.1', resolve); });
  const made = await press('/destinations/new', { kind: 'webhook', name: '조리법', 'config.url': `http://127.0.0.1:${receiver.address().port}/`, 'topic.*': 'true' });
  const secret = made.text.match(/whsec_[A-Za-z0-9+/=]{20,}/)[0];
  const one = (await api('GET', '/destinations')).json.items.find((item) => item.name === '조리법');
  const shown = (await server.request('GET', `/destinations/${one.id}`, { headers: { Cookie: browser.cookie } })).text;
  assert.ok(!shown.includes(secret));
  await api('POST', `/destinations/${one.id}/test`);
  const [{ headers, body }] = await until(() => heard.length > 0 && heard, 'a message');
  receiver.close();
  const recipe = shown.match(/<code id="recipe">([^]*?)<\/code>/)[1].replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  const verify = new Function('require', `${recipe}\nreturn verify;`)((name) => (name === 'node:crypto' ? crypto : null)); // as a reader would run it
  assert.equal(verify(secret, headers, body), true);
  assert.equal(verify(secret, headers, `${body} `), false);
  assert.equal(verify(`whsec_${Buffer.alloc(24).toString('base64')}`, headers, body), false);
  assert.equal(verify(secret, headers, body, Date.now() / 1000 + 301), false);
  assert.equal(verify(secret, { ...headers, 'webhook-signature': '' }, body), false);
  await press(`/destinations/${one.id}/delete`, { version: String(one.version) });
});

test('what a connection keeps is changed in its settings', async () => {
  await api('PUT', '/settings/smtp', { url: 'smtp://127.0.0.1:1', from: 'a@b.example', tls: 'none' });
  const one = (await api('GET', '/destinations')).json.items.find((item) => item.name === 'mail');
  const shown = await server.request('GET', `/destinations/${one.id}`, { headers: { Cookie: browser.cookie } });
  assert.equal(shown.headers.location, '/settings/smtp');
  assert.equal((await press(`/destinations/${one.id}/delete`, { version: String(one.version) })).status, 409);
  assert.match((await server.request('GET', '/settings/smtp', { headers: { Cookie: browser.cookie } })).text, new RegExp(`destinations/${one.id}/test`));
});

test('an open breaker has a row and is shown with its figures; opening the destination again closes it', async () => {
  status = 503;
  const made = (await api('POST', '/destinations', { name: '차단기', connector: 'webhook', topics: ['none'], config: { url: `http://127.0.0.1:${peer.address().port}/down` }, secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` })).json;
  for (let i = 0; i < 12; i += 1) await api('POST', `/destinations/${made.id}/test`);
  const open = await until(async () => { const { json } = await api('GET', `/destinations/${made.id}`); return json.breaker === 'open' && json; }, 'open');
  assert.ok(Date.parse(open.breaker_figures.open_until) > Date.now());
  assert.match((await page()).text, /차단기 열림[^]*쉬었다가/);
  assert.equal(spawnSync('sqlite3', [server.database, `SELECT state FROM destination_breaker WHERE destination_id = ${made.id}`], { encoding: 'utf8' }).stdout.trim(), 'open');
  assert.equal((await api('POST', `/destinations/${made.id}/reset`)).status, 204);
  assert.equal(spawnSync('sqlite3', [server.database, `SELECT count(*) FROM destination_breaker WHERE destination_id = ${made.id} AND state = 'open' AND changed_at < ${Date.now() - 100}`], { encoding: 'utf8' }).stdout.trim(), '0');
  status = 200;
});

test('metrics count what waits and what failed, by kind of destination', async () => {
  const { text } = await server.request('GET', '/metrics');
  assert.match(text, /^bongsu_delivery_queue_depth\{channel="chat"\} \d+$/m);
  assert.match(text, /^bongsu_delivery_oldest_seconds\{channel="gateway"\} 0$/m);
  assert.match(text, /^bongsu_delivery_failed\{channel="chat"\} 1$/m);
  assert.match(text, /^bongsu_deliveries_total\{channel="jira",result="dead"\} 0$/m);
  assert.match(text, /^bongsu_deliveries_total\{channel="chat",result="dead"\} [1-9]/m);
  assert.match(text, /^bongsu_delivery_duration_seconds_bucket\{channel="webhook",le="\+Inf"\} [1-9]/m);
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (!checked.error) assert.equal(checked.status, 0, checked.stderr);
});
