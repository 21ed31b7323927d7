// Thresholds: starter catalogue, levels at their bounds, a rule file that Prometheus itself takes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from '../http/lib.mjs';

let server, lead, viewer;
const api = (method, path, body, token = lead) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, body });
const level = async (metric, value) => (await api('POST', '/thresholds/level', { metric, value }, viewer)).json.level;
function promtool(text) {
  const file = join(server.folder, 'rules.yml');
  writeFileSync(file, text);
  const checked = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr + checked.stdout);
  return Number(checked.stdout.match(/(\d+) rules found/)[1]);
}

before(async () => {
  server = await startServer();
  addUser(server, 'lead', 'lead');
  addUser(server, 'viewer', 'viewer');
  lead = addToken(server, 'lead', []);
  viewer = addToken(server, 'viewer', []);
});
after(() => server?.stop());

test('the starter catalogue answers levels before anybody set it up', async () => {
  const { json } = await api('GET', '/thresholds', undefined, viewer);
  assert.equal(json.starter, true);
  assert.ok(json.items.length >= 11 && json.items.every((one) => one.name && one.reason));
  for (const [metric, value, wanted] of [
    ['cpu_usage_percent', 69.9, 'normal'], ['cpu_usage_percent', 70, 'caution'], ['cpu_usage_percent', 90, 'caution'], ['cpu_usage_percent', 90.1, 'danger'],
    ['memory_usage_percent', 85, 'caution'], ['response_p95_ms', 66, 'normal'], ['response_p95_ms', 501, 'danger'], ['error_rate_percent', 0.1, 'caution'],
    ['db_connections', 8, 'caution'], ['db_connections', 10, 'danger'], ['redis_memory_percent', 86, 'danger'], ['queue_wait_minutes', 5, 'normal'],
    ['queue_wait_minutes', 10, 'danger'], ['seat_hold_minutes', 5, 'normal'], ['token_failures', 3, 'danger'], ['payments_at_peak', 0, 'danger'], ['payments_at_peak', 1, 'normal'],
  ]) assert.equal(await level(metric, value), wanted, `${metric} ${value}`);
  assert.equal((await api('POST', '/thresholds/level', { metric: 'nobody', value: 1 })).status, 404);
  assert.deepEqual((await api('POST', '/thresholds/level', { metric: 'cpu_usage_percent', value: 'many' })).json.errors.map((one) => one.field), ['value']);
});

test('promtool takes the rule file, of the starter and of awkward texts', async () => {
  const rules = await api('GET', '/thresholds/rules.yml', undefined, viewer);
  assert.match(rules.headers['content-type'], /yaml/);
  assert.ok(promtool(rules.text) >= 17);
  const items = [
    { metric: 'lag_seconds', name: '지연: "큰" 값 #1', unit: '초', caution: 1.5, danger: 3, reason: '- 이유\n: 여러 줄 {{ }}' },
    { metric: 'orders_per_minute', name: '주문', direction: 'below', caution: 10, danger: 1 },
  ];
  const saved = await api('PUT', '/thresholds', { items });
  assert.equal(saved.status, 200, saved.text);
  assert.equal(saved.json.starter, false);
  assert.equal(promtool((await api('GET', '/thresholds/rules.yml')).text), 4);
  assert.equal(await level('orders_per_minute', 0), 'danger');
  assert.equal(await level('orders_per_minute', 5), 'caution');
  assert.equal(await level('orders_per_minute', 11), 'normal');
});

test('wrong entries are named and change nothing', async () => {
  const before = (await api('GET', '/thresholds')).text;
  const refused = await api('PUT', '/thresholds', { items: [{ metric: 'a b', name: '' }, { metric: 'x', name: 'x', caution: 5, danger: 1 }, { metric: 'x', name: 'x', danger: 'a', direction: 'up' }] });
  assert.equal(refused.status, 422);
  const fields = refused.json.errors.map((one) => one.field);
  for (const field of ['items.0.metric', 'items.0.name', 'items.0.danger', 'items.1.caution', 'items.2.direction', 'items.2.danger', 'items.2.metric']) assert.ok(fields.includes(field), field);
  assert.equal((await api('PUT', '/thresholds', { items: [] }, viewer)).status, 403);
  assert.equal((await api('GET', '/thresholds')).text, before);
});
