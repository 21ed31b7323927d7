// Alerts and thresholds in the browser and by the API: lists, one alert, attaching, declaring, classing; the catalogue.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, responder, viewer, token, key, integration;
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, body });
const page = async (path, who = responder, lang = 'en') => server.request('GET', `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`, { headers: { Cookie: who.cookie } });
const send = (path, fields, who = responder) => server.request('POST', `${path}?lang=en`, {
  headers: { Cookie: who.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ csrf: who.csrf, ...fields }).toString(),
});
const firing = (name, severity, more = {}) => ({ status: 'firing', labels: { alertname: name, severity, service: 'payment' }, annotations: { summary: `${name} <b>` }, startsAt: new Date(Date.now() - 60000).toISOString(), fingerprint: name, ...more });
const hook = (groupKey, alerts, more = {}) => server.request('POST', `/hooks/alertmanager/${key}`, { headers: { 'Content-Type': 'application/json' }, body: { version: '4', status: 'firing', receiver: 'r', groupKey, alerts, ...more } });
const alert = async (name) => (await api('GET', `/alerts?name=${name}`)).json.items[0];

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  responder = await logIn(server, addUser(server, 'kim', 'responder'));
  viewer = await logIn(server, addUser(server, 'lee', 'viewer'));
  addUser(server, 'root', 'admin');
  token = addToken(server, 'root');
  await api('POST', '/services', { key: 'payment', name: 'Payment' });
  ({ id: integration, key } = (await api('POST', '/integrations', { kind: 'alertmanager', name: 'AM' })).json);
  await hook('pay', [firing('Errors', 'critical'), firing('Slow', 'critical')], { truncatedAlerts: 7 });
  await hook('disk', [firing('Disk', 'info')]);
});
after(() => server?.stop());

test('the list: what is open first, filters in the address, nothing of a sender is markup', async () => {
  const open = (await page('/alerts')).text;
  for (const words of ['Errors &lt;b&gt;', 'Slow &lt;b&gt;', 'Disk &lt;b&gt;', '7 more of its group not listed', 'INC-']) assert.ok(open.includes(words), words);
  assert.ok(!(await page('/alerts?state=resolved')).text.includes('Errors'));
  const { incident, group } = await alert('Errors');
  const ofIncident = (await page(`/alerts?state=all&incident=${incident}`)).text;
  assert.ok(ofIncident.includes('Slow') && !ofIncident.includes('Disk'));
  assert.ok(!(await page(`/alerts?group=${group}`)).text.includes('Disk'));
  assert.match((await page('/alerts?service=payment&class=acted')).text, /No alert matches/);
  assert.match((await page('/alerts', viewer, 'ko')).text, /같은 묶음 7건은 목록에 없음/);
  const [, live] = (await page(`/alerts?group=${group}&state=all`)).text.match(/data-live="alerts" data-live-url="([^"]+)"/);
  const part = (await page(live.replaceAll('&amp;', '&'))).text; // what an open page fetches again
  assert.ok(part.startsWith('<div id="part-alerts" data-part>') && part.includes('Errors') && !part.includes('Disk'));
  assert.equal((await page('/alerts/1')).status, 404);
  assert.equal((await page('/alerts?state=burning&class=noise')).status, 200);
  assert.deepEqual((await api('GET', '/alerts?state=burning&class=noise')).json.errors.map((one) => one.field), ['state', 'class']);
});

test('an incident shows its alerts, a cut message too; over, it says so', async () => {
  const { incident } = await alert('Errors');
  assert.match((await page(`/incidents/${incident}`)).text, /7 more of its group not listed/);
  await hook('pay', [firing('Errors', 'critical')], { truncatedAlerts: 8 });
  assert.match((await page(`/incidents/${incident}`)).text, /8 more of its group not listed/); // seen at once, though nothing else changed
  await hook('pay', [firing('Errors', 'critical', { status: 'resolved', endsAt: new Date().toISOString() })], { status: 'resolved', truncatedAlerts: 8 });
  assert.equal((await alert('Slow')).state, 'resolved'); // left out of the message, ended with its group
  assert.match((await page(`/incidents/${incident}`)).text, /All alerts are resolved/);
});

test('people attach, declare and class; viewers only look', async () => {
  const { id, incident: none } = await alert('Disk');
  assert.equal(none, null);
  const { incident } = await alert('Errors');
  assert.equal((await send(`/alerts/${id}/attach`, { incident }, viewer)).status, 403);
  assert.ok(!(await page(`/alerts/${id}`, viewer)).text.includes(`action="/alerts/${id}/attach"`));
  assert.equal((await send(`/alerts/${id}/attach`, {})).status, 422);
  assert.equal((await send(`/alerts/${id}/attach`, { incident })).status, 303);
  assert.equal((await alert('Disk')).incident, incident);
  assert.match((await page(`/incidents/${incident}`)).text, /Disk/);

  await hook('cpu', [firing('Cpu', 'info')]);
  const cpu = await alert('Cpu');
  assert.match((await send(`/alerts/${cpu.id}/declare`, { title: '', severity: 'P9' })).text, /field-error/);
  const declared = await send(`/alerts/${cpu.id}/declare`, { title: 'Cpu is busy', severity: 'P2', service: 'payment' });
  assert.match(declared.headers.location, /^\/incidents\/INC-/);
  const made = (await api('GET', `/incidents/${(await alert('Cpu')).incident}`)).json;
  assert.deepEqual([made.title, made.severity, made.started_at], ['Cpu is busy', 'P2', cpu.starts_at]);
  assert.equal((await api('POST', `/alerts/${cpu.id}/declare`, { severity: 'P2' })).status, 409);
  assert.equal((await api('POST', `/alerts/${cpu.id}/attach`, { incident: 7 })).status, 422);

  assert.equal((await send(`/alerts/${cpu.id}/class`, { class: 'acted' })).status, 303);
  assert.match((await page(`/alerts/${cpu.id}`)).text, /value="acted" aria-pressed="true"/);
  assert.equal((await send(`/alerts/${cpu.id}/class`, { class: 'noise' })).status, 422);
});

test('the review: classes, by name at once, accuracy', async () => {
  const before = (await api('GET', '/alerts/review?days=7')).json;
  assert.deepEqual([before.total, before.classes.acted, before.classes.none], [4, 1, 3]);
  assert.match((await page('/alerts/review')).text, /Class the rest at once/);
  assert.ok(!(await page('/alerts/review', viewer)).text.includes('Class the rest at once'));
  assert.equal((await send('/alerts/review', { integration, name: 'Errors', class: 'duplicate', days: '7' })).status, 303);
  const after = (await api('GET', '/alerts/review?days=7')).json;
  assert.equal(after.classes.duplicate, 1);
  assert.deepEqual([after.weeks.at(-1).classed, after.weeks.at(-1).percent], [2, 50]);
  assert.equal((await api('POST', '/alerts/review', { integration: String(integration), name: 'Slow', class: 'x' })).status, 422);
  assert.equal((await api('GET', '/alerts/review?days=0')).status, 422);
});

test('thresholds: the catalogue, the level of a value, one entry changed, stale pages refused', async () => {
  const lead = await logIn(server, addUser(server, 'park', 'lead'));
  assert.match((await page('/thresholds')).text, /This is the standard list/);
  assert.match((await page('/thresholds?metric=cpu_usage_percent&value=93')).text, /tag bad">Danger/);
  assert.match((await page('/thresholds?metric=cpu_usage_percent&value=70', viewer, 'ko')).text, /tag warn">주의/);
  assert.match((await page('/thresholds?metric=cpu_usage_percent&value=lots')).text, /field-error/);
  assert.equal((await page('/thresholds/cpu_usage_percent')).status, 403);
  const form = async () => (await page('/thresholds/cpu_usage_percent', lead)).text.match(/name="mark" value="([0-9a-f]+)"/)[1];
  const mark = await form();
  const fields = { name: 'CPU', metric: 'cpu_usage_percent', unit: '%', direction: 'above', caution: '60', danger: '85', reason: '', expression: 'avg(cpu)' };
  const refused = await send('/thresholds/cpu_usage_percent', { ...fields, mark, danger: 'much' }, lead);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /value="much"/);
  assert.match((await send('/thresholds/cpu_usage_percent', { ...fields, mark, caution: '99' }, lead)).text, /field-error/);
  assert.equal((await send('/thresholds/cpu_usage_percent', { ...fields, mark }, lead)).status, 303);
  assert.equal((await send('/thresholds/cpu_usage_percent', { ...fields, mark }, lead)).status, 409);
  assert.equal((await api('POST', '/thresholds/level', { metric: 'cpu_usage_percent', value: 70 })).json.level, 'caution');
  const count = (await api('GET', '/thresholds')).json.items.length;
  assert.equal((await send('/thresholds/new', { ...fields, metric: 'lag_seconds' }, lead)).status, 303);
  assert.match((await send('/thresholds/new', { ...fields, metric: 'lag_seconds' }, lead)).text, /field-error/);
  assert.equal((await api('GET', '/thresholds')).json.items.length, count + 1);
  assert.equal((await send('/thresholds/cpu_usage_percent/remove', { mark: await form() }, lead)).status, 303);
  assert.equal((await page('/thresholds/cpu_usage_percent', lead)).status, 404);
  assert.match((await api('GET', '/thresholds/rules.yml')).text, /lag_seconds_danger/);
});
