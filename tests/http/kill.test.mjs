// kill -9 at random moments under load: what was answered with success is there, whole and once, and every clock that
// fell due fires exactly once. BONGSU_KILLS says how often (a few by default).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pause } from './lib.mjs';
import { mortal } from './mortal.mjs';

const KILLS = Number(process.env.BONGSU_KILLS ?? 6);
const CLIENTS = 12;
const promised = { declared: new Map(), updates: [] }; // ref → title, [ref, text]: answered with success
let server, sql, none;
let number = 0;
let duplicates = 0;

const post = (path, body) => server.call('POST', `/api/v1${path}`, body);

// Declares and updates until the server is gone. The help request is offered ten minutes after the start: half of the
// incidents began so long ago that this falls due within the next seconds, often while nobody is there to see it.
async function client() {
  while (!server.down) {
    const title = `장애 ${number += 1}`;
    const began = new Date(Date.now() - 600_000 + Math.floor(Math.random() * 4000));
    const declared = await post('/incidents', { title, severity: 'P1', ...(number % 2 ? { started_at: began.toISOString() } : {}) });
    if (declared === null) break;
    assert.equal(declared.status, 201, JSON.stringify(declared.json));
    if (promised.declared.has(declared.json.ref)) duplicates += 1;
    promised.declared.set(declared.json.ref, title);
    for (let i = 0; i < 2 && !server.down; i += 1) {
      const text = `소식 ${number += 1}`;
      const updated = await post(`/incidents/${declared.json.ref}/updates`, { text });
      if (updated === null) break;
      assert.equal(updated.status, 201, JSON.stringify(updated.json));
      promised.updates.push([declared.json.ref, text]);
    }
  }
}

function whole() {
  assert.deepEqual(sql('PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  none('SELECT ref FROM incident GROUP BY ref HAVING count(*) > 1', 'a reference twice');
  none('SELECT i.ref FROM incident i WHERE i.last_seq <> (SELECT count(*) FROM timeline_event e WHERE e.incident_id = i.id)', 'a timeline with a hole');
  none("SELECT i.ref FROM incident i WHERE NOT EXISTS (SELECT 1 FROM audit_entry a WHERE a.subject = 'incident/' || i.ref AND a.action = 'incident.declared')", 'a declaration without its audit entry');
  none('SELECT i.ref FROM incident i WHERE NOT EXISTS (SELECT 1 FROM search_document d WHERE d.incident_id = i.id)', 'a declaration that cannot be found');
  none("SELECT i.ref FROM incident i WHERE (SELECT count(*) FROM timeline_event e WHERE e.incident_id = i.id AND e.kind = 'update') <> (SELECT count(*) FROM audit_entry a WHERE a.subject = 'incident/' || i.ref AND a.action = 'incident.updated')", 'an update without its audit entry');
  none("SELECT c.incident_id, c.kind FROM incident_clock c WHERE c.state = 'pending' AND NOT EXISTS (SELECT 1 FROM due d WHERE d.kind = 'incident.clock' AND d.subject_id = c.incident_id AND d.variant = c.kind)", 'a clock that nobody watches');
}

function kept() {
  const titles = new Map(sql('SELECT ref, title FROM incident').map(({ ref, title }) => [ref, title]));
  const updates = new Set(sql("SELECT i.ref, e.text FROM timeline_event e JOIN incident i ON i.id = e.incident_id WHERE e.kind = 'update'").map(({ ref, text }) => `${ref} ${text}`));
  for (const [ref, title] of promised.declared) assert.equal(titles.get(ref), title, `${ref} was promised`);
  for (const [ref, text] of promised.updates) assert.ok(updates.has(`${ref} ${text}`), `${ref}: ${text} was promised`);
}

function fired() {
  const late = sql(`SELECT count(*) AS n FROM due WHERE run_at < ${Date.now() - 2000} AND attempts = 0`);
  assert.equal(late[0].n, 0, 'everything due was done');
  none("SELECT incident_id, count(*) FROM timeline_event WHERE data LIKE '%\"clock\":\"help_offer\"%' GROUP BY incident_id HAVING count(*) <> 1", 'help offered twice');
  none(`SELECT c.incident_id FROM incident_clock c WHERE c.kind = 'help_offer' AND c.due_at < ${Date.now() - 2000} AND c.state <> 'met'`, 'help never offered');
  none("SELECT c.incident_id FROM incident_clock c WHERE c.kind = 'help_offer' AND c.state = 'met' AND NOT EXISTS (SELECT 1 FROM timeline_event e WHERE e.incident_id = c.incident_id AND e.data LIKE '%\"clock\":\"help_offer\"%')", 'help offered without telling');
  return sql("SELECT count(*) AS n FROM incident_clock WHERE kind = 'help_offer' AND state = 'met'")[0].n;
}

test(`killed ${KILLS} times under declarations and updates`, { timeout: 3_600_000 }, async (t) => {
  server = await mortal();
  ({ sql, none } = server);
  await server.start();
  server.admin();
  try {
    for (let i = 0; i < KILLS; i += 1) {
      const clients = Array.from({ length: CLIENTS }, client);
      await pause(50 + Math.random() * 250);
      await server.end('SIGKILL');
      await Promise.all(clients);
      whole();
      await pause(Math.random() * 150);
      await server.start();
    }
    await pause(6000); // the last clocks fall due
    whole();
    kept();
    assert.equal(duplicates, 0);
    const clocks = fired();
    assert.ok(promised.declared.size > KILLS && promised.updates.length > KILLS && clocks > 0);
    t.diagnostic(`${promised.declared.size} declarations, ${promised.updates.length} updates answered; ${clocks} help requests offered`);
  } finally {
    await server.end('SIGTERM');
    server.remove();
  }
});
