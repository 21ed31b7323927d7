// Hooks that take alerts: what senders of each convention are answered, and what is counted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server, headers;
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  addUser(server, 'root', 'admin');
  headers = { Authorization: `Bearer ${addToken(server, 'root')}` };
});
after(() => server.stop());

const integrate = async (kind, more = {}) => (await server.request('POST', '/api/v1/integrations', { headers, body: { kind, name: kind, ...more } })).json;
const post = (path, body, more = {}) => server.request('POST', path, { headers: more, body });
const counted = async (pattern) => Number((await server.request('GET', '/metrics')).text.match(pattern)[1]);
const firing = { status: 'firing', labels: { alertname: 'Up', severity: 'info' }, fingerprint: 'a', startsAt: '2026-03-01T11:00:00Z' };

test('what is well-formed in a request is kept, what is not is counted, forged requests too', async () => {
  const { key } = await integrate('alertmanager', { secret: 'hush' });
  assert.equal(await counted(/received_total\{source="alertmanager",result="accepted"\} (\d+)/), 0); // there from the start
  const body = { version: '4', status: 'firing', receiver: 'r', groupKey: '{}', alerts: [firing, { status: 'odd' }] };
  assert.equal((await post(`/hooks/alertmanager/${key}`, body)).status, 401);
  const taken = await post(`/hooks/alertmanager/${key}`, body, { Authorization: 'Bearer hush' });
  assert.deepEqual([taken.status, taken.json.accepted, taken.json.malformed], [200, 1, 1]);
  assert.equal((await post(`/hooks/alertmanager/${key}`, { alerts: 1 }, { Authorization: 'Bearer hush' })).status, 400);
  assert.equal(await counted(/received_total\{source="alertmanager",result="accepted"\} (\d+)/), 1);
  assert.equal(await counted(/received_total\{source="alertmanager",result="malformed"\} (\d+)/), 2);
  assert.equal(await counted(/signature_failures_total\{source="alertmanager"\} (\d+)/), 1);
});

test('PagerDuty: change events wake nobody, and what is too large is 413', async () => {
  const { key } = await integrate('pagerduty');
  const change = await post('/v2/change/enqueue', { routing_key: key, payload: { summary: 'deployed' } });
  assert.deepEqual([change.status, change.json.message], [202, 'Change event processed']);
  assert.equal((await post('/v2/change/enqueue', { routing_key: 'x'.repeat(32) })).status, 400);
  const event = { routing_key: key, event_action: 'trigger', payload: { summary: 'a', source: 'b', severity: 'info' } };
  assert.equal((await post('/v2/enqueue', event)).status, 202);
  event.payload.custom_details = 'x'.repeat(600 * 1024);
  assert.equal((await post('/v2/enqueue', event)).status, 413);
});

test('Grafana may choose the scheme of its Authorization', async () => {
  const { key } = await integrate('grafana', { secret: 'hush' });
  const body = { version: '1', alerts: [firing] };
  assert.equal((await post(`/hooks/grafana/${key}`, body, { Authorization: 'Token hush' })).status, 200);
  assert.equal((await post(`/hooks/grafana/${key}`, body, { Authorization: 'Token hus' })).status, 401);
});
