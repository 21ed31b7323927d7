// Calendar feeds as calendar programs read them: ical.js (Mozilla's) and node-ical, in a zone with summer time, with
// texts that need escaping and folding, and after changes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import nodeIcal from 'node-ical';
import { addToken, addUser, startServer } from '../http/lib.mjs';

const NAME = 'Zahlungen; „Kasse“, 결제 \\ 정산 — ' + '아주 긴 이름 '.repeat(4).trim();
const KIM = '김,결제; (1차)';
let server, root, kim;
const api = async (method, path, body, headers = root) => {
  const answer = await server.request(method, `/api/v1${path}`, { headers, body });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.text === '' ? null : answer.json;
};
const clock = async (now) => server.request('PUT', '/test/clock', { body: { now } });
const NOW = '2026-10-01T00:00:00Z';

before(async () => {
  server = await startServer({ 'rate-limit': 'off', 'test-clock': true });
  for (const [login, role] of [['root', 'admin'], ['kim', 'responder'], ['lee', 'responder']]) addUser(server, login, role);
  await clock(NOW);
  root = { Authorization: `Bearer ${addToken(server, 'root')}` };
  kim = { Authorization: `Bearer ${addToken(server, 'kim')}` };
  const people = (await api('GET', '/users')).items;
  const id = people.find((one) => one.login === 'kim').id;
  await api('PATCH', `/users/${id}`, { name: KIM });
  const rotation = { start: '2026-09-28T09:00', unit: 'week', length: 1, participants: ['kim', 'lee'] };
  await api('POST', '/schedules', { key: 'kasse', name: NAME, zone: 'Europe/Berlin', secondary: 'next', layers: [{ name: 'w', rotation }] });
  await clock('2026-10-01T00:01:00Z'); // calendars are told by the worker
});
after(() => server.stop());

async function feed(schedule, headers = kim) {
  const made = await api('POST', '/feeds', schedule ? { schedule } : {}, headers);
  const path = new URL(made.url, server.url).pathname;
  return { id: made.id, path, read: async () => (await server.request('GET', path)).text };
}
// By uid: what both readers agree on.
function events(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const other = Object.values(nodeIcal.sync.parseICS(text)).filter((one) => one.type === 'VEVENT');
  const list = calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    const same = other.find((one) => one.uid === event.uid);
    const found = {
      uid: event.uid, summary: event.summary, start: event.startDate.toJSDate().toISOString(), end: event.endDate.toJSDate().toISOString(),
      sequence: Number(event.sequence), status: component.getFirstPropertyValue('status'),
    };
    assert.deepEqual([same.summary, same.start.toISOString(), same.end.toISOString(), same.status, Number(same.sequence)],
      [found.summary, found.start, found.end, found.status, found.sequence], 'both readers');
    return found;
  });
  assert.equal(other.length, list.length);
  assert.equal(new Set(list.map((one) => one.uid)).size, list.length, 'uids are unique');
  return { calendar, list, by: Object.fromEntries(list.map((one) => [one.uid, one])) };
}
const shifts = async () => (await api('GET', `/schedules/kasse/shifts?from=2026-10-01T00:00:00Z&until=2026-12-01T00:00:00Z`)).shifts.filter((one) => !one.clipped);

test('every shift is there, at its instant, with its texts whole', async () => {
  const one = await feed('kasse');
  const text = await one.read();
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  const { calendar, list } = events(text);
  assert.equal(calendar.getFirstPropertyValue('x-wr-calname').replace(/\\([\\;,])/g, '$1'), NAME); // an unknown property is left as it stands
  assert.equal(calendar.getFirstPropertyValue('x-wr-timezone'), 'Europe/Berlin');
  for (const shift of await shifts()) {
    const found = list.find((event) => event.start === new Date(shift.start).toISOString() && event.end === new Date(shift.end).toISOString());
    assert.ok(found, `${shift.start}–${shift.end}`);
    assert.ok(found.summary.includes(NAME));
  }
  assert.ok(list.some((event) => event.summary.includes(KIM)));
  assert.ok(list.every((event) => event.status === 'CONFIRMED'));
});

test('the zone is the one of tzdata: handovers are at nine on both sides of the change', async () => {
  const { calendar, list } = events(await (await feed('kasse')).read());
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone'));
  assert.equal(zone.tzid, 'Europe/Berlin');
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', dateStyle: 'short', timeStyle: 'short' });
  let winter = 0;
  for (const event of list) {
    const local = ICAL.Time.fromJSDate(new Date(event.start), true).convertToZone(zone);
    const text = `${local.toString().slice(0, 10)} ${local.toString().slice(11, 16)}`;
    assert.equal(text, wall.format(new Date(event.start)));
    assert.equal(local.hour, 9);
    winter += event.start.endsWith('T08:00:00.000Z') ? 1 : 0;
  }
  assert.ok(winter > 0 && winter < list.length, 'summer and winter both');
});

test('a change keeps the uid and raises the sequence, what vanished is cancelled, and what comes back is confirmed', async () => {
  const one = await feed('kasse');
  const before = events(await one.read());
  const kims = before.list.filter((event) => event.start === '2026-10-12T07:00:00.000Z' && event.summary.includes(KIM));
  assert.equal(kims.length, 1);
  const cut = await api('POST', '/schedules/kasse/overrides', { type: 'replace', in: 'lee', start: '2026-10-16T16:00:00Z', end: '2026-10-19T07:00:00Z' });
  await clock('2026-10-01T00:02:00Z');
  const shorter = events(await one.read()).by[kims[0].uid];
  assert.equal(shorter.end, '2026-10-16T16:00:00.000Z');
  assert.equal(shorter.sequence, kims[0].sequence + 1);
  const whole = await api('POST', '/schedules/kasse/overrides', { type: 'replace', in: 'lee', start: '2026-10-12T07:00:00Z', end: '2026-10-19T07:00:00Z' });
  const early = events(await one.read()).by[kims[0].uid]; // read before the worker has told anybody
  await clock('2026-10-01T00:03:00Z');
  const gone = events(await one.read()).by[kims[0].uid];
  assert.equal(gone.status, 'CANCELLED');
  assert.deepEqual(early, gone);
  await api('DELETE', `/overrides/${whole.id}`);
  await api('DELETE', `/overrides/${cut.id}`);
  await clock('2026-10-01T00:04:00Z');
  const back = events(await one.read()).by[kims[0].uid];
  assert.equal(back.status, 'CONFIRMED');
  assert.equal(back.end, kims[0].end);
  assert.ok(back.sequence > gone.sequence);
  const untouched = before.list.find((event) => event.start === '2026-11-09T08:00:00.000Z');
  assert.deepEqual(events(await one.read()).by[untouched.uid], untouched);
});

test("one's own shifts; a deleted schedule is called off; an address taken back is unknown", async () => {
  const rotation = { start: '2026-10-05T09:00', unit: 'day', length: 1, participants: ['kim'] };
  await api('POST', '/schedules', { key: 'tmp', name: '임시', zone: 'Asia/Seoul', layers: [{ name: 'd', rotation }] });
  await clock('2026-10-01T00:05:00Z');
  const own = await feed(null);
  const mine = events(await own.read());
  assert.ok(mine.list.every((event) => event.summary.includes(KIM)));
  assert.equal(mine.calendar.getFirstPropertyValue('x-wr-timezone'), 'Asia/Seoul');
  const temporary = mine.list.filter((event) => event.summary.includes('임시'));
  assert.ok(temporary.length > 0);
  await api('DELETE', '/schedules/tmp');
  await clock('2026-10-01T00:06:00Z');
  const after_ = events(await own.read());
  for (const event of temporary) assert.equal(after_.by[event.uid].status, 'CANCELLED');
  const etag = (await server.request('GET', own.path)).headers.etag;
  assert.equal((await server.request('GET', own.path, { headers: { 'If-None-Match': etag } })).status, 304);
  await api('DELETE', `/feeds/${own.id}`, undefined, kim);
  assert.equal((await server.request('GET', own.path)).status, 404);
});
