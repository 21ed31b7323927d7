// A storm of alerts: 200 groups at once, every request answered within a second, one incident a group as the rule says,
// nothing lost, memory and pages bounded. BONGSU_ALERTS says how many (a tenth of the whole by default).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import http from 'node:http';
import { test } from 'node:test';
import { addToken, addUser, pause, request, startServer } from './lib.mjs';

const ALERTS = Number(process.env.BONGSU_ALERTS ?? 1000);
const GROUPS = 200;
const SENDERS = 16;
const A_MINUTE_MS = 60_000;

const anon = (server) => Number(readFileSync(`/proc/${server.child.pid}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)[1]) / 1024;

function message(group, alerts) {
  const common = { alertname: `Down${group}`, service: `svc-${group}`, severity: group % 4 === 3 ? 'info' : 'critical' };
  return JSON.stringify({
    version: '4', groupKey: `{}:{alertname="Down${group}"}`, truncatedAlerts: 0, status: 'firing', receiver: 'bongsu',
    groupLabels: { alertname: common.alertname }, commonLabels: common, commonAnnotations: {}, externalURL: 'http://am.example',
    alerts: alerts.map((n) => ({ status: 'firing', labels: { ...common, instance: `host-${n}` }, annotations: { summary: `host-${n} 응답 없음` }, startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z', generatorURL: 'http://p.example', fingerprint: n.toString(16).padStart(16, '0') })),
  });
}

test(`${ALERTS} alerts in ${GROUPS} groups`, { timeout: 180_000 }, async (t) => {
  const server = await startServer({ 'rate-limit': 'off' });
  try {
    addUser(server, 'kim', 'admin');
    const token = addToken(server, 'kim');
    const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, body });
    const steps = [{ targets: [{ type: 'channel', id: 'duty' }], delay_min: 5 }];
    assert.equal((await api('PUT', '/escalation/paths', { policies: { P1: { steps } } })).status, 200);
    const rules = [{ match: [{ label: 'severity', op: '=', value: 'critical' }], do: 'declare', severity: 'P1' }, { match: [], do: 'record' }];
    const made = await api('POST', '/integrations', { kind: 'alertmanager', name: 'storm', rules });
    assert.equal(made.status, 201, made.text);
    const path = `/hooks/alertmanager/${made.json.key}`;

    // Alertmanager sends a group again and again as it grows: five alerts a request here, every fourth request twice.
    const bodies = [];
    for (let n = 0; n < ALERTS; n += 5) {
      const body = message(Math.floor(n / 5) % GROUPS, [n, n + 1, n + 2, n + 3, n + 4]);
      bodies.push(body, ...(n % 20 === 0 ? [body] : []));
    }
    const before = anon(server);
    const agent = new http.Agent({ keepAlive: true, maxSockets: SENDERS });
    const waits = [];
    const began = performance.now();
    let next = 0;
    await Promise.all(Array.from({ length: SENDERS }, async () => {
      while (next < bodies.length) {
        const body = bodies[next++];
        const sent = performance.now();
        const answer = await request(server.port, 'POST', path, { body, agent, headers: { 'Content-Type': 'application/json' } });
        waits.push(performance.now() - sent);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json.accepted, 5);
      }
    }));
    const took = performance.now() - began;
    agent.destroy();
    const grown = anon(server) - before;
    const slowest = Math.max(...waits);
    assert.ok(slowest <= 1000, `${slowest} ms`);
    assert.ok(took <= A_MINUTE_MS, `${took} ms in all`);
    assert.ok(grown <= 64, `${grown} MiB more`);

    const sql = (text) => Number(spawnSync('sqlite3', ['-cmd', '.timeout 5000', server.database, text], { encoding: 'utf8' }).stdout.trim());
    const declaring = GROUPS - GROUPS / 4;
    for (let i = 0; i < 100 && sql('SELECT count(*) FROM escalation_page') < declaring; i += 1) await pause(100);
    assert.equal(sql('SELECT count(*) FROM alert'), ALERTS, 'every alert once');
    assert.equal(sql('SELECT count(DISTINCT fingerprint) FROM alert'), ALERTS);
    assert.equal(sql('SELECT sum(occurrences) FROM alert'), bodies.length * 5, 'every repetition counted');
    assert.equal(sql('SELECT count(*) FROM incident'), declaring, 'one incident a group that the rule declares');
    assert.equal(sql('SELECT count(*) FROM (SELECT group_hash FROM alert WHERE incident_id IS NOT NULL GROUP BY group_hash HAVING count(DISTINCT incident_id) <> 1)'), 0, 'a group in one incident');
    assert.equal(sql("SELECT count(*) FROM alert WHERE outcome NOT IN ('declared', 'attached') AND severity = 'P1'"), 0);
    assert.equal(sql('SELECT count(*) FROM escalation_page'), declaring, 'one page an incident');
    t.diagnostic(`${Math.round((bodies.length * 5) / (took / 1000))} alerts a second, slowest answer ${Math.round(slowest)} ms, ${grown.toFixed(1)} MiB more memory`);
  } finally {
    await server.stop();
  }
});
