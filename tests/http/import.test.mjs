// What other tools leave behind: exports of PagerDuty, Opsgenie, Grafana OnCall and Statuspage become schedules, paths,
// components and past incidents; what cannot be taken over is said, and then nothing is written.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { tmpdir } from 'node:os';
import { BIN, addToken, addUser, startServer } from './lib.mjs';

let server, token;
const api = async (path) => (await server.request('GET', `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })).json;

function take(kind, content, ...options) {
  const file = join(server.folder, `${kind}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return server.command(['import', kind, file, ...options]);
}
const onCall = async (schedule, at) => (await api(`/on-call?schedule=${schedule}&at=${encodeURIComponent(at)}`));
const names = (answer) => JSON.stringify(answer);

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  for (const login of ['kim', 'lee', 'park']) addUser(server, login, login === 'kim' ? 'admin' : 'responder');
  token = addToken(server, 'kim');
});
after(() => server.stop());

const PAGERDUTY = {
  users: [{ id: 'PU1', name: 'lee', email: 'lee@shop.example' }, { id: 'PU2', name: 'park', email: 'park@shop.example' }],
  schedules: [{
    id: 'PS1', name: 'Payments Primary', time_zone: 'Asia/Seoul',
    schedule_layers: [{ // the topmost comes first
      name: 'Nights', start: '2026-01-05T00:00:00Z', end: null, rotation_virtual_start: '2026-01-05T09:00:00+09:00', rotation_turn_length_seconds: 86400,
      users: [{ user: { id: 'PU2', type: 'user_reference' } }],
      restrictions: [{ type: 'daily_restriction', start_time_of_day: '22:00:00', duration_seconds: 28800 }],
    }, {
      name: 'Weekly', start: '2026-01-05T00:00:00Z', end: null, rotation_virtual_start: '2026-01-05T09:00:00+09:00', rotation_turn_length_seconds: 604800,
      users: [{ user: { id: 'PU1' } }, { user: { id: 'PU2' } }], restrictions: [],
    }, {
      name: 'Old', start: '2020-01-06T00:00:00Z', end: '2021-01-06T00:00:00Z', rotation_virtual_start: '2020-01-06T00:00:00Z', rotation_turn_length_seconds: 3600, users: [], restrictions: [],
    }],
  }],
  escalation_policies: [{ id: 'PE1', name: 'Payments', num_loops: 2, escalation_rules: [
    { escalation_delay_in_minutes: 15, targets: [{ type: 'schedule_reference', id: 'PS1' }] },
    { escalation_delay_in_minutes: 30, targets: [{ type: 'user_reference', id: 'PU1' }] }] }],
};

test('PagerDuty: looked at first, then schedules with their layers and a path', async () => {
  const dry = take('pagerduty', PAGERDUTY, '--path', 'P1=Payments', '--dry-run');
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /schedule payments-primary: Payments Primary, Asia\/Seoul, 2 layer/);
  assert.match(dry.stdout, /layer "Old" has ended and is left out/);
  assert.equal((await api('/schedules')).items.length, 0);
  const done = take('pagerduty', PAGERDUTY, '--path', 'P1=Payments');
  assert.equal(done.status, 0, done.stderr);
  assert.match(names(await onCall('payments-primary', '2026-12-08T12:00:00+09:00')), /"lee"|"park"/);
  const night = names(await onCall('payments-primary', '2026-12-08T23:00:00+09:00'));
  assert.match(night, /"park"/);
  assert.doesNotMatch(night, /"lee"/); // the upper layer wins
  const again = take('pagerduty', PAGERDUTY); // as after one that stopped
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /schedule payments-primary is there already, as the file has it/);
  const more = structuredClone(PAGERDUTY);
  more.schedules.push({ ...structuredClone(PAGERDUTY.schedules[0]), id: 'PS2', name: 'Payments Second' });
  assert.equal(take('pagerduty', more).status, 0);
  assert.deepEqual((await api('/schedules')).items.map((one) => [one.key, one.version]), [['payments-primary', 1], ['payments-second', 1]]);
  more.schedules[0].schedule_layers[1].users.reverse();
  const other = take('pagerduty', more);
  assert.equal(other.status, 65);
  assert.match(other.stderr, /schedule payments-primary is there already, and another/);
});

test('what cannot be taken over is all said, and nothing is written', async () => {
  const odd = structuredClone(PAGERDUTY);
  odd.schedules[0].name = 'Odd';
  odd.schedules[0].time_zone = 'Mars/Base';
  odd.users[0] = { id: 'PU1', name: 'nobody', email: 'nobody@shop.example' };
  const refused = take('pagerduty', odd);
  assert.equal(refused.status, 65);
  assert.match(refused.stderr, /unknown time zone "Mars\/Base"/);
  assert.match(refused.stderr, /no account for nobody \(nobody@shop\.example\)/);
  assert.match(refused.stderr, /nothing was written/);
  for (const [kind, content] of [['pagerduty', '{'], ['opsgenie', '[]'], ['grafana', '{}'], ['statuspage', 'text']]) {
    assert.notEqual(take(kind, content).status, 0, kind);
  }
  assert.equal((await api('/schedules')).items.length, 2);
});

test('Opsgenie: rotations with windows, delays from the beginning become delays between steps', async () => {
  const file = {
    schedules: [{ id: 'os1', name: 'Office', timezone: 'Asia/Seoul', rotations: [{ name: 'Days', type: 'weekly', length: 1, startDate: '2026-01-05T00:00:00Z',
      participants: [{ type: 'user', username: 'lee' }, { type: 'none' }],
      timeRestriction: { type: 'weekday-and-time-of-day', restrictions: [{ startDay: 'monday', endDay: 'friday', startHour: 9, startMin: 0, endHour: 18, endMin: 0 }] } }] }],
    escalations: [{ id: 'oe1', name: 'Office path', repeat: { count: 1 }, rules: [
      { delay: { timeAmount: 0, timeUnit: 'minutes' }, recipient: { type: 'schedule', id: 'os1', name: 'Office' } },
      { delay: { timeAmount: 10, timeUnit: 'minutes' }, recipient: { type: 'user', username: 'park' } }] }],
  };
  const done = take('opsgenie', file, '--path', 'P2=Office path');
  assert.equal(done.status, 0, done.stderr);
  assert.match(names(await onCall('office', '2026-01-07T23:00:00+09:00')), /"lee"/); // from Monday through to Friday evening
  assert.doesNotMatch(names(await onCall('office', '2026-01-10T12:00:00+09:00')), /"lee"/);
  file.schedules[0].name = 'Teams';
  file.schedules[0].rotations[0].participants = [{ type: 'team', name: 'ops' }];
  assert.match(take('opsgenie', file).stderr, /a team takes turns in "Days"; only people can/);
});

test('Grafana OnCall: shifts of a schedule and a chain', async () => {
  const file = {
    users: { results: [{ id: 'GU1', username: 'lee', email: '' }, { id: 'GU2', username: 'park', email: '' }] },
    schedules: [{ id: 'GS1', name: 'Web', type: 'web', time_zone: 'Asia/Seoul', shifts: ['GH1', 'GH2'] }],
    on_call_shifts: [
      { id: 'GH1', name: 'Day', type: 'rolling_users', level: 0, start: '2026-01-05T09:00:00', duration: 43200, frequency: 'daily', interval: 1, by_day: ['MO', 'TU', 'WE', 'TH', 'FR'], rolling_users: [['GU1'], ['GU2']], start_rotation_from_user_index: 0 },
      { id: 'GH2', name: 'Once', type: 'single_event', start: '2026-01-05T09:00:00', duration: 3600, users: ['GU1'] }],
    escalation_chains: [{ id: 'GC1', name: 'Web chain' }],
    escalation_policies: [
      { escalation_chain_id: 'GC1', position: 0, type: 'notify_on_call_from_schedule', notify_on_call_from_schedule: 'GS1' },
      { escalation_chain_id: 'GC1', position: 1, type: 'wait', duration: 900 },
      { escalation_chain_id: 'GC1', position: 2, type: 'notify_persons', persons_to_notify: ['GU2'] }],
  };
  const done = take('grafana', file, '--path', 'P3=Web chain');
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /single shift "Once" is left out/);
  assert.match(names(await onCall('web', '2026-01-05T12:00:00+09:00')), /"lee"/);
  assert.match(names(await onCall('web', '2026-01-06T12:00:00+09:00')), /"park"/);
  assert.doesNotMatch(names(await onCall('web', '2026-01-06T22:00:00+09:00')), /"park"|"lee"/);
});

test('Statuspage: components under a service, resolved incidents as past ones', async () => {
  const file = {
    components: [{ id: 'g', name: 'Shop', group: true }, { id: 'c1', name: 'Checkout', group_id: 'g', position: 1 }, { id: 'c2', name: 'Search', position: 2 }],
    incidents: [
      { name: 'Checkout failed', impact: 'critical', created_at: '2025-03-05T01:00:00Z', resolved_at: '2025-03-05T02:00:00Z', incident_updates: [
        { status: 'resolved', body: 'It works again.', display_at: '2025-03-05T02:00:00Z' }, { status: 'investigating', body: 'We are looking.', display_at: '2025-03-05T01:05:00Z' }] },
      { name: 'Still open', impact: 'minor', created_at: '2025-03-06T01:00:00Z', resolved_at: null }],
  };
  assert.match(take('statuspage', file).stderr, /name their service with --service/);
  assert.match(take('statuspage', file, '--service', 'shop', '--dry-run').stdout, /2 component\(s\), 1 incident\(s\), 1 left out; nothing was written/);
  const done = take('statuspage', file, '--service', 'shop');
  assert.equal(done.status, 0, done.stderr);
  const [incident] = (await api('/incidents?kind=backfilled')).items;
  assert.equal(incident.title, 'Checkout failed');
  assert.equal(incident.severity, 'P1');
  const { items } = await api(`/incidents/${incident.ref}/timeline`);
  assert.ok(items.some((event) => event.text === '[investigating] We are looking.' && event.at === '2025-03-05T01:05:00Z'));
  const past = (name, month) => ({ name, impact: 'minor', created_at: `2025-${month}-05T01:00:00Z`, resolved_at: `2025-${month}-05T02:00:00Z`, incident_updates: [
    { status: 'resolved', body: 'Over.', display_at: `2025-${month}-05T02:00:00Z` }] });
  file.incidents.push(past('Search slow', '04'), past('x'.repeat(500), '05'), past('Login failed', '06'));
  const stopped = take('statuspage', file, '--service', 'shop'); // half-way, at a title nobody can read
  assert.equal(stopped.status, 65);
  assert.match(stopped.stderr, /title/);
  file.incidents[3].name = 'Images missing';
  const goneOn = take('statuspage', file, '--service', 'shop');
  assert.equal(goneOn.status, 0, goneOn.stderr);
  assert.match(goneOn.stdout, /incident Checkout failed: there already\n[^]*incident Search slow: there already\n[^]*0 component\(s\), 2 incident\(s\), 5 left out/);
  assert.deepEqual((await api('/incidents?kind=backfilled')).items.map((one) => one.title).sort(), ['Checkout failed', 'Images missing', 'Login failed', 'Search slow']);
  assert.equal((await api('/incidents?kind=backfilled')).items.filter((one) => one.state !== 'recovered').length, 0);
});

test('everything of one server in another: incidents, schedules and the very bytes of attachments', async () => {
  const made = await server.request('POST', '/api/v1/incidents', { headers: { Authorization: `Bearer ${token}` }, body: { title: '옮길 장애', severity: 'P2' } });
  const { ref } = made.json;
  const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7) % 256))]);
  const kept = await server.request('PUT', `/api/v1/incidents/${ref}/attachments/graph.png`, { headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/octet-stream' }, body: picture });
  assert.ok(kept.status < 300, kept.text);
  const file = join(server.folder, 'everything.jsonl');
  const out = server.command(['export', file]);
  assert.equal(out.status, 0, out.stderr);
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-moved-'));
  const env = { ...process.env, BONGSU_DATABASE: '', BONGSU_DATA: '' };
  const back = spawnSync(BIN, ['import', file, '--data', folder], { encoding: 'utf8', env });
  assert.equal(back.status, 0, back.stderr);
  assert.match(back.stdout, /, 1 attachments/);
  const other = await startServer({ data: folder, 'rate-limit': 'off' });
  try {
    const ask = (path) => other.request('GET', `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
    const [attachment] = (await ask(`/incidents/${ref}/attachments`)).json.items;
    assert.equal(attachment.filename, 'graph.png');
    assert.deepEqual((await ask(`/attachments/${attachment.id}`)).buffer, picture);
    assert.deepEqual((await ask('/schedules')).json.items.map((s) => s.key), (await api('/schedules')).items.map((s) => s.key));
  } finally {
    await other.stop();
  }
  const again = join(server.folder, 'again.jsonl');
  assert.equal(spawnSync(BIN, ['export', again, '--data', folder], { encoding: 'utf8', env }).status, 0);
  const lines = (path) => readFileSync(path, 'utf8').split('\n').filter((line) => /"attachment":|"table":"(incident|schedule|attachment)"/.test(line));
  assert.deepEqual(lines(again), lines(file)); // the same rows and bytes a second time
});
