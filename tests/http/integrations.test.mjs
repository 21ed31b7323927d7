// Integrations in the browser and by the API: what a sender has to be told, rules, trying a message out, receipts.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, admin, token;
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  admin = await logIn(server, addUser(server, 'root', 'admin'));
  token = addToken(server, 'root');
});
after(() => server?.stop());

const api = (method, path, body, more = {}) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}`, ...more }, body });
const page = (path, lang = 'en') => server.request('GET', `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, { headers: { Cookie: admin.cookie } });
const send = (path, fields) => server.request('POST', `${path}?lang=en`, {
  headers: { Cookie: admin.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ csrf: admin.csrf, ...fields }).toString(),
});
const hook = (path, body, headers = {}) => server.request('POST', path, { headers: { 'Content-Type': 'application/json', ...headers }, body });
const version = async (id) => String((await api('GET', `/integrations/${id}`)).json.version);
const receipts = async (id) => (await api('GET', `/integrations/${id}/receipts`)).json.items;
const plain = (text) => text.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const firing = (name, more = {}) => ({ status: 'firing', labels: { alertname: name, severity: 'critical', ...more }, annotations: { summary: name }, startsAt: '2026-03-01T11:00:00Z', fingerprint: name });
const group = (...alerts) => ({ version: '4', status: 'firing', receiver: 'r', groupKey: '{}', alerts });

async function make(kind, name) {
  const made = await send('/integrations/new', { kind, name });
  assert.equal(made.status, 200, made.text.slice(0, 400));
  const { items } = (await api('GET', '/integrations')).json;
  const found = items.find((one) => one.name === name);
  return { ...found, secret: plain(made.text).match(/<code id="secret">([^<]+)</)?.[1], text: plain(made.text) };
}

test('what is pasted at the sender works, and the secret is shown once', async () => {
  const { id, key, secret, text } = await make('alertmanager', 'AM');
  assert.match(text, new RegExp(`url: ${server.url}/hooks/alertmanager/${key}\n`));
  assert.match(text, new RegExp(`credentials: ${secret}\n`));
  const later = await page(`/integrations/${id}`);
  assert.ok(!later.text.includes(secret) && later.text.includes('THE_SECRET_YOU_WERE_SHOWN'));
  assert.equal((await hook(`/hooks/alertmanager/${key}`, group(firing('A')), { Authorization: `Bearer ${secret}` })).status, 200);
  assert.match((await page(`/integrations/${id}`)).text, /1 new, 1 declared/);
  for (const [kind, wanted] of [['grafana', /authorization_credentials: /], ['pagerduty', /routing_key: [0-9a-f]{32}\n/], ['generic', /Authorization: Bearer /]]) assert.match((await make(kind, kind)).text, wanted);
  assert.match((await page('/integrations', 'ko')).text, /PagerDuty 호환/);
});

test('a new secret puts the old one out of use; a stale page changes nothing', async () => {
  const { id, key, secret } = await make('generic', 'script');
  const event = { title: 'late', severity: 'info', dedup_key: 'k' };
  const bearer = (value) => hook(`/hooks/generic/${key}`, event, { Authorization: `Bearer ${value}` });
  assert.equal((await bearer(secret)).status, 202);
  const before = await version(id);
  const rotated = await send(`/integrations/${id}/secret`, { version: before });
  const fresh = rotated.text.match(/<code id="secret">([^<]+)</)[1];
  assert.equal((await bearer(secret)).status, 401);
  assert.equal((await bearer(fresh)).status, 202);
  assert.equal((await send(`/integrations/${id}/secret`, { version: before })).status, 409);
  assert.equal((await bearer(fresh)).status, 202);
  const byApi = await api('POST', `/integrations/${id}/secret`);
  assert.equal((await bearer(byApi.json.new_secret)).status, 202);
  assert.deepEqual((await receipts(id)).map((one) => one.reason), [null, null, null, 'secret', null]);
  assert.equal((await send(`/integrations/${id}/enabled`, { version: await version(id), enabled: 'false' })).status, 303);
  assert.equal((await bearer(byApi.json.new_secret)).status, 404);
  assert.equal((await send(`/integrations/${id}/remove`, {})).status, 303);
  assert.equal((await page(`/integrations/${id}`)).status, 404);
});

test('receipts say why a request was refused', async () => {
  const { id, key, secret } = await make('grafana', 'G');
  assert.equal((await send(`/integrations/${id}/edit`, { version: await version(id), name: 'G', group_minutes: '30', timestamp_header: 'X-Sent-At' })).status, 303);
  const body = JSON.stringify(group(firing('G')));
  const now = Math.floor(Date.now() / 1000);
  const mac = (text) => createHmac('sha256', secret).update(text).digest('hex');
  const signed = (headers) => hook(`/hooks/grafana/${key}`, body, headers);
  const S = 'X-Grafana-Alerting-Signature';
  const tries = [
    [{}, 'credentials'], [{ Authorization: 'Bearer no' }, 'secret'], [{ [S]: mac(body) }, 'timestamp'],
    [{ [S]: mac(`${now}:${body}`), 'X-Sent-At': `${now}` }, null], [{ [S]: mac(`${now - 301}:${body}`), 'X-Sent-At': `${now - 301}` }, 'late'],
    [{ [S]: mac(`${now}:${body} `), 'X-Sent-At': `${now}` }, 'signature'],
  ];
  for (const [headers, reason] of tries) assert.equal((await signed(headers)).status, reason === null ? 200 : 401, reason);
  assert.equal((await signed({ [S]: [mac(body), mac(body)] })).status, 400); // twice the same header: nobody knows which one counts
  assert.equal((await hook(`/hooks/grafana/${key}`, '{', { Authorization: `Bearer ${secret}` })).status, 400);
  assert.equal((await hook(`/hooks/grafana/${key}`, { state: 'alerting' }, { Authorization: `Bearer ${secret}` })).status, 400);
  const kept = await receipts(id);
  assert.deepEqual(kept.map((one) => one.reason).reverse(), [...tries.map(([, reason]) => reason), 'unreadable', 'fields']);
  assert.equal(kept[0].detail, 'alerts');
  const shown = plain((await page(`/integrations/${id}`)).text);
  for (const words of ['No Authorization header', 'more than five minutes away', 'The signature does not match', 'Not readable as JSON']) assert.ok(shown.includes(words), words);
});

test('rules are written line by line, asked in order, tried out without a trace', async () => {
  const { id } = await make('alertmanager', 'ruled');
  const add = async (fields) => send(`/integrations/${id}/rules/new`, { version: await version(id), ...fields });
  assert.equal((await add({ conditions: 'alertname =~ Disk.*\nteam != "batch"', do: 'record' })).status, 303);
  assert.equal((await add({ conditions: 'severity = critical', do: 'declare', severity: 'P1' })).status, 303);
  const wrong = await add({ conditions: 'no comparison', do: 'declare' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /comparing with =, !=/);
  assert.match((await add({ conditions: 'a =~ (', do: 'declare' })).text, /field-error/);
  assert.equal((await add({ conditions: '', do: 'ignore', severity: 'P9' })).status, 422);
  const rules = async () => (await api('GET', `/integrations/${id}`)).json.rules;
  assert.deepEqual((await rules())[0].match, [{ label: 'alertname', op: '=~', value: 'Disk.*' }, { label: 'team', op: '!=', value: 'batch' }]);

  const incidents = async () => (await api('GET', '/incidents')).json.items.length;
  const before = await incidents();
  const message = group(firing('DiskFull'), firing('Down'), { status: 'odd' });
  const tried = await api('POST', `/integrations/${id}/try`, message);
  assert.deepEqual(tried.json.items.map((one) => [one.rule, one.outcome, one.severity]), [[0, 'recorded', 'P1'], [1, 'declared', 'P1']]);
  assert.equal(tried.json.trouble, 'alerts[2].labels');
  const shown = await send(`/integrations/${id}/try`, { message: JSON.stringify(message) });
  assert.match(shown.text, /declares an incident/);
  assert.match(shown.text, /Rule 2/);
  assert.match((await send(`/integrations/${id}/try`, { message: '{' })).text, /Not readable as JSON/);
  assert.equal(await incidents(), before);
  assert.deepEqual(await receipts(id), []);
  assert.equal((await api('GET', '/alerts')).json.items.some((one) => one.title === 'Down'), false);

  assert.equal((await send(`/integrations/${id}/rules/1/up`, { version: await version(id) })).status, 303);
  assert.equal((await rules())[0].do, 'declare');
  assert.equal((await send(`/integrations/${id}/rules/0`, { version: await version(id), conditions: 'severity = critical', do: 'attach' })).status, 303);
  assert.equal((await rules())[0].do, 'attach');
  assert.equal((await send(`/integrations/${id}/rules/0/remove`, { version: '1' })).status, 409);
  assert.equal((await send(`/integrations/${id}/rules/0/remove`, { version: await version(id) })).status, 303);
  assert.equal((await rules()).length, 1);
  assert.equal((await page(`/integrations/${id}/rules/7`)).status, 404);
});

test("any JSON is led through by a mapping; one bad item of a list loses nothing of the others", async () => {
  const { id, key, secret } = await make('generic', 'mapped');
  const mapping = 'items = events\ntitle = rule.name\ndedup_key = id\nstatus = state\nresolved = OK, CLEARED\nfiring = ALARM';
  assert.equal((await send(`/integrations/${id}/edit`, { version: await version(id), name: 'mapped', group_minutes: '30', mapping })).status, 303);
  const events = [{ rule: { name: 'slow' }, id: 7, state: 'ALARM', severity: 'info' }, { id: 8, state: 'ALARM' }, { rule: { name: 'slow' }, id: 7, state: 'CLEARED' }];
  const taken = await hook(`/hooks/generic/${key}`, { events }, { Authorization: `Bearer ${secret}` });
  assert.deepEqual([taken.status, taken.json.accepted, taken.json.malformed, taken.json.opened, taken.json.resolved, taken.json.trouble], [202, 2, 1, 1, 1, 'alerts[1].title']);
  assert.equal((await hook(`/hooks/generic/${key}`, { hits: [] }, { Authorization: `Bearer ${secret}` })).status, 400);
  assert.match((await send(`/integrations/${id}/edit`, { version: await version(id), name: 'mapped', group_minutes: '30', mapping: 'colour = red' })).text, /field-error/);
});

test('a heartbeat is made, calls in, is late, is missed', async () => {
  const clocked = await startServer({ 'rate-limit': 'off', 'test-clock': true });
  try {
    const now = async (minutes) => clocked.request('PUT', '/test/clock', { body: { now: new Date(Date.UTC(2030, 0, 1, 0, minutes)).toISOString() } });
    await now(0);
    const who = await logIn(clocked, addUser(clocked, 'root', 'admin'));
    const form = (path, fields) => clocked.request('POST', `${path}?lang=en`, { headers: { Cookie: who.cookie, Origin: clocked.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: who.csrf, ...fields }).toString() });
    const list = async () => (await clocked.request('GET', '/heartbeats?lang=en', { headers: { Cookie: who.cookie } })).text;
    assert.match((await form('/heartbeats/new', { name: 'batch', beat_minutes: 'soon' })).text, /field-error/);
    const made = await form('/heartbeats/new', { name: 'batch', beat_minutes: '60', grace_minutes: '10' });
    const url = plain(made.text).match(/(\/ping\/[0-9a-f]{32})/)[1];
    assert.match(await list(), /Waiting for the first/);
    assert.equal((await clocked.request('GET', url)).status, 200);
    assert.match(await list(), /On time/);
    await now(65);
    assert.match(await list(), /Late/);
    assert.equal(Number((await clocked.request('GET', '/metrics')).text.match(/incidents_open\{[^}]*\} (\d+)/)?.[1] ?? 0), 0);
    await now(71);
    assert.match(await list(), /Missed/);
    const token2 = addToken(clocked, 'root');
    const alerts = async () => (await clocked.request('GET', '/api/v1/alerts', { headers: { Authorization: `Bearer ${token2}` } })).json.items;
    assert.deepEqual((await alerts()).map((one) => [one.state, one.outcome]), [['firing', 'declared']]);
    assert.equal((await clocked.request('POST', url)).status, 200);
    assert.equal((await alerts())[0].state, 'resolved');
    assert.match(await list(), /On time/);
  } finally {
    await clocked.stop();
  }
});
