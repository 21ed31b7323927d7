// Incidents escalate together while the server is killed again and again: every page that was due is sent, none twice,
// none late. BONGSU_KILLS and BONGSU_INCIDENTS say how much; BONGSU_REAL_CLOCK=1 waits for the minutes themselves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from './lib.mjs';
import { mortal, receiver } from './mortal.mjs';

const KILLS = Number(process.env.BONGSU_KILLS ?? 5);
const INCIDENTS = Number(process.env.BONGSU_INCIDENTS ?? 60);
const REAL = process.env.BONGSU_REAL_CLOCK === '1';
const STEPS = 4;
const TICK_S = 2; // the scheduler looks every second, and every page stands at a whole one
const returned = []; // unix seconds
const got = new Map(); // incident/step → ids of messages
let repeated = 0; // messages that arrived more than once, under the same id

function take({ id, body }, response) {
  const key = `${body.data.incident}/${body.data.step}`;
  const ids = got.get(key) ?? new Set();
  if (ids.has(id)) repeated += 1;
  got.set(key, ids.add(id));
  response.end('ok');
}

const at = (ms) => new Date(ms).toISOString();

// Kills while time goes by, four minutes of it in all.
async function onTestClock(server, began) {
  for (let i = 1; i <= KILLS; i += 1) {
    const moved = server.call('PUT', '/test/clock', { now: at(began + (i * (STEPS + 1) * 60_000) / KILLS) });
    await Promise.race([moved, pause(Math.random() * 400)]);
    await server.end('SIGKILL');
    await moved;
    await server.start();
  }
  for (let minute = 0; minute <= STEPS + 2; minute += 1) {
    const moved = await server.call('PUT', '/test/clock', { now: at(began + (STEPS + minute) * 60_000) });
    assert.equal(moved?.status, 200, moved?.text);
  }
}

async function onRealClock(server, began) {
  const spacing = ((STEPS + 0.5) * 60_000) / KILLS;
  for (let i = 1; i <= KILLS; i += 1) {
    const at = began + spacing * (i + Math.random() * 0.8 - 0.8);
    await pause(Math.max(0, at - Date.now()));
    await server.end('SIGKILL');
    await pause(Math.random() * 1000);
    await server.start();
    returned.push(Date.now() / 1000);
  }
  await pause(Math.max(0, began + (STEPS + 1) * 60_000 - Date.now()));
  for (let i = 0; i < 120 && server.sql("SELECT count(*) AS n FROM outbox WHERE state = 'ready'")[0].n > 0; i += 1) await pause(500);
}

// Seconds after it was due, or after the server came back if it was away then.
function lateness(due, sent) {
  const away = returned.find((instant) => instant >= due && instant - due < 2) ?? due;
  return sent - Math.max(due, Math.ceil(away));
}

test(`${INCIDENTS} incidents escalate, killed ${KILLS} times`, { timeout: 3_600_000 }, async (t) => {
  const server = await mortal(['--allow-private-targets', ...(REAL ? [] : ['--test-clock'])]);
  await server.start();
  server.admin();
  const peer = await receiver(server, ['page.*'], take);
  try {
    const steps = Array.from({ length: STEPS }, (_, i) => ({ targets: [{ type: 'channel', id: `step-${i + 1}` }], delay_min: 1 }));
    const paths = await server.call('PUT', '/api/v1/escalation/paths', { policies: { P1: { steps } } });
    assert.equal(paths.status, 200, paths.text);
    const began = Date.now();
    const declare = async (i) => assert.equal((await server.call('POST', '/api/v1/incidents', { title: `장애 ${i}`, severity: 'P1' })).status, 201);
    for (let i = 0; i < INCIDENTS; i += 20) await Promise.all(Array.from({ length: Math.min(20, INCIDENTS - i) }, (_, j) => declare(i + j)));
    await (REAL ? onRealClock : onTestClock)(server, began);

    const pages = server.sql('SELECT i.ref, p.run, p.loop, p.step, p.recipient, p.at FROM escalation_page p JOIN incident i ON i.id = p.incident_id ORDER BY i.ref, p.step');
    assert.equal(pages.length, INCIDENTS * STEPS);
    let latest = 0;
    pages.forEach((page, i) => {
      assert.deepEqual([page.run, page.loop, page.step, page.recipient], [1, 0, (i % STEPS) + 1, `step-${(i % STEPS) + 1}`]);
      if (page.step > 1) latest = Math.max(latest, lateness(pages[i - 1].at + 60, page.at));
    });
    assert.ok(latest <= TICK_S, `${latest} s late`);
    assert.deepEqual(server.sql("SELECT state, count(*) AS n FROM outbox WHERE topic = 'page.channel' GROUP BY state"), [{ state: 'sent', n: INCIDENTS * STEPS }]);
    assert.equal(got.size, INCIDENTS * STEPS, 'every page arrived');
    for (const [key, ids] of got) assert.equal(ids.size, 1, `${key} under two numbers`);
    const waited = server.sql("SELECT max(finished_at - created_at) / 1000.0 AS s FROM outbox WHERE topic = 'page.channel'")[0].s;
    assert.ok(repeated <= 8 * KILLS, `${repeated} repeated`);
    t.diagnostic(`${pages.length} pages, latest ${latest} s after due or return, longest delivery ${waited} s, ${repeated} repeated under the same id`);
  } finally {
    await server.end('SIGTERM');
    peer.close();
    server.remove();
  }
});
