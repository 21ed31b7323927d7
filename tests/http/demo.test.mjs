// `bongsu demo` fills an organisation to look around in, once, also beside a running server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, startServer } from './lib.mjs';

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

test('fills once, prints the accounts every time', async () => {
  const first = server.command(['demo']);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /password of all: \S+/);
  assert.match(first.stdout, /moon +lead +문예진/);
  const second = server.command(['demo']);
  assert.equal(second.status, 0, second.stderr);
  assert.equal(second.stdout, first.stdout);
  const headers = { Authorization: `Bearer ${addToken(server, 'moon', ['read'])}` };
  const { json } = await server.request('GET', '/api/v1/incidents', { headers });
  assert.deepEqual(json.items.map((each) => [each.kind, each.state]).sort(),
    [['backfilled', 'closed'], ['drill', 'acknowledged'], ['normal', 'recovered']]);
  const alerts = await server.request('GET', '/api/v1/alerts?state=open', { headers });
  assert.equal(alerts.json.items.length, 2);
  const review = (await server.request('GET', '/api/v1/alerts/review?days=90', { headers })).json;
  assert.deepEqual([review.two_weeks[0].name, review.three_months.map((one) => one.name)], ['CpuHigh', ['CertificateSoon']]);
  const services = await server.request('GET', '/api/v1/services', { headers });
  assert.equal(services.json.items.length, 4);
});

test('incidents by command line, beside the server', async () => {
  const declared = server.command(['incident', 'declare', '--severity', 'P2', '--symptom', '알림이 늦게 옴', '--as', 'seo', '--service', 'notification']);
  assert.equal(declared.status, 0, declared.stderr);
  const [ref, first] = declared.stdout.split('\n');
  assert.match(ref, /^INC-\d{4}-\d{4}$/);
  assert.equal(first, '🚨 [장애 발생 - P2]');
  assert.match(server.command(['incident', 'update', ref, '원인을 찾는 중', '--next', '30']).stdout, /📢 \[상황 공유 - P2\]/);
  assert.match(server.command(['incident', 'recover', ref, '--cause', '큐 적체', '--as', 'seo']).stdout, /^✅ \[장애 복구 완료\]/);
  assert.match(server.command(['incident', 'list', '--q', '알림']).stdout, new RegExp(`^${ref}\tP2\trecovered\t`));
  assert.equal(JSON.parse(server.command(['incident', 'show', ref]).stdout).cause, '큐 적체');
  const refused = server.command(['incident', 'declare', '--severity', 'P9', '--title', 'x']);
  assert.equal(refused.status, 65, refused.stderr);
  assert.match(refused.stderr, /severity/);
  assert.notEqual(server.command(['incident', 'recover', ref, '--as', 'view']).status, 0);
});
