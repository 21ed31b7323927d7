// Debian's Prometheus and Alertmanager, on free loopback ports: a rule fires, the incident is there, its person is paged,
// the end is seen. Alertmanager is set up with the very text the integration's page gives to copy.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addToken, addUser, freePort, logIn, pause, request, startServer } from '../http/lib.mjs';

let server, token, admin, prometheus, alertmanager, source;
let errors = 0; // what the watched service reports
const children = [];
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, body });

function start(name, program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const log = [];
  child.stderr.on('data', (bytes) => log.push(bytes));
  children.push({ name, child, log, ended: new Promise((resolve) => { child.on('exit', resolve); }) });
}

async function until(what, look, seconds = 15) {
  for (let i = 0; i < seconds * 10; i++) {
    const found = await look().catch(() => undefined);
    if (found) return found;
    await pause(100);
  }
  throw new Error(`${what}: not within ${seconds} s\n${children.map(({ name, log }) => `${name}: ${Buffer.concat(log).toString().slice(-1500)}`).join('\n')}`);
}

const checked = (program, args, input) => spawnSync(program, args, { encoding: 'utf8', input });

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  admin = await logIn(server, addUser(server, 'root', 'admin'));
  addUser(server, 'kim', 'responder');
  token = addToken(server, 'root');
  await api('POST', '/services', { key: 'payment', name: 'Payment' });
  const steps = [{ targets: [{ type: 'user', id: 'kim' }], delay_min: 5 }];
  assert.equal((await api('PUT', '/escalation/paths', { policies: { P1: { steps } } })).status, 200);
  source = http.createServer((_, answer) => answer.end(`# TYPE shop_errors gauge\nshop_errors ${errors}\n`));
  await new Promise((resolve) => { source.listen(0, '127.0.0.1', resolve); });
});

after(async () => {
  for (const { child } of children) child.kill('SIGTERM');
  await Promise.all(children.map(({ ended }) => ended));
  source?.close();
  await server?.stop();
});

test('the text to copy is a configuration Alertmanager takes', async () => {
  const form = new URLSearchParams({ csrf: admin.csrf, kind: 'alertmanager', name: 'Alertmanager' }).toString();
  const made = await server.request('POST', '/integrations/new?lang=en', { headers: { Cookie: admin.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: form });
  const receivers = made.text.match(/<pre><code>(receivers:[\s\S]*?)<\/code>/)[1];
  assert.match(receivers, /credentials: [\w-]{30,}/);
  const route = '{ receiver: bongsu, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 1h }';
  writeFileSync(join(server.folder, 'alertmanager.yml'), `route: ${route}\n${receivers}`);
  const verdict = checked('amtool', ['check-config', join(server.folder, 'alertmanager.yml')]);
  assert.equal(verdict.status, 0, verdict.stdout + verdict.stderr);
});

test('a rule of Prometheus becomes an incident that calls its person', { timeout: 40_000 }, async () => {
  const folder = server.folder, ports = [await freePort(), await freePort()];
  const rules = ['groups:', '  - name: shop', '    rules:', '      - alert: ShopErrors', '        expr: shop_errors > 5',
    '        labels: { severity: critical, service: payment }', '        annotations: { summary: "주문 오류 {{ $value }}건" }'];
  const jobs = [['bongsu', server.port], ['shop', source.address().port]];
  writeFileSync(join(folder, 'rules.yml'), `${rules.join('\n')}\n`);
  writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }\nrule_files: [rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:${ports[1]}'] }] }] }
scrape_configs:\n${jobs.map(([name, port]) => `  - { job_name: ${name}, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }`).join('\n')}\n`);
  for (const name of ['tsdb', 'am']) mkdirSync(join(folder, name));
  start('prometheus', 'prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=127.0.0.1:${ports[0]}`, '--log.level=warn']);
  start('alertmanager', 'prometheus-alertmanager', [`--config.file=${join(folder, 'alertmanager.yml')}`, `--storage.path=${join(folder, 'am')}`, `--web.listen-address=127.0.0.1:${ports[1]}`, '--cluster.listen-address=', '--log.level=warn']);
  [prometheus, alertmanager] = ports;
  errors = 12;
  const alert = await until('the alert', async () => (await api('GET', '/alerts')).json.items[0]);
  assert.deepEqual([alert.title, alert.state, alert.severity, alert.service, alert.outcome], ['주문 오류 12건', 'firing', 'P1', 'payment', 'declared']);
  assert.match(alert.fingerprint, /^[0-9a-f]{16}$/);
  const incident = (await api('GET', `/incidents/${alert.incident}`)).json;
  assert.deepEqual([incident.title, incident.severity, incident.service], ['주문 오류 12건', 'P1', 'payment']);
  const kim = (await api('GET', '/users')).json.items.find((one) => one.login === 'kim').id;
  const page = await until('the page', async () => (await api('GET', `/incidents/${alert.incident}/escalation`)).json.pages[0]);
  assert.deepEqual([page.to, page.step], [kim, 1]);
  const shown = await server.request('GET', `/incidents/${alert.incident}?lang=en`, { headers: { Cookie: admin.cookie } });
  assert.match(shown.text, /Alert firing: 주문 오류 12건/);

  errors = 0;
  await until('the end', async () => (await api('GET', `/alerts/${alert.id}`)).json.state === 'resolved');
  errors = 30; // it comes back: the same alert begins anew, in the incident that is still open
  const again = await until('the next firing', async () => (await api('GET', '/alerts?state=firing')).json.items[0]);
  assert.notEqual(again.id, alert.id);
  assert.deepEqual([again.fingerprint, again.outcome, again.incident], [alert.fingerprint, 'attached', alert.incident]);
  assert.equal((await request(alertmanager, 'GET', '/api/v2/alerts')).json.length, 1);
});

test('Prometheus scrapes /metrics, and promtool has nothing to say about it', async () => {
  const targets = await until('the target', async () => {
    const { json } = await request(prometheus, 'GET', '/api/v1/targets');
    return json.data.activeTargets.every((one) => one.health === 'up') ? json.data.activeTargets : undefined;
  });
  assert.deepEqual(targets.map((one) => one.lastError), ['', '']);
  const counted = await request(prometheus, 'GET', `/api/v1/query?query=${encodeURIComponent('bongsu_alerts_received_total{source="alertmanager",result="accepted"}')}`);
  assert.ok(Number(counted.json.data.result[0].value[1]) >= 1);
  const metrics = (await server.request('GET', '/metrics')).text;
  const verdict = checked('promtool', ['check', 'metrics'], metrics);
  assert.deepEqual([verdict.status, verdict.stdout, verdict.stderr], [0, '', '']);
});
