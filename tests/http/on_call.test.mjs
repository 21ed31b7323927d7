// Who is on call, of everybody, of one person, of a team.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server, bearer;
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: bearer, body });
const keys = async (query) => (await api('GET', `/on-call${query}`)).json.items.map((one) => one.schedule.key).sort();
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  for (const [login, role] of [['root', 'admin'], ['kim', 'responder'], ['lee', 'responder']]) addUser(server, login, role);
  bearer = { Authorization: `Bearer ${addToken(server, 'root')}` };
  for (const [key, person] of [['pay', 'kim'], ['search', 'lee']]) {
    const rotation = { start: '2026-01-05T09:00', unit: 'week', length: 1, participants: [person] };
    const made = await api('POST', '/schedules', { key, name: key, zone: 'Asia/Seoul', layers: [{ name: 'base', priority: 1, rotation }] });
    assert.equal(made.status, 201, made.text);
  }
});
after(() => server.stop());

test('a team sees the schedules its people stand in, and a change of its people at once', async () => {
  const team = await api('POST', '/teams', { key: 'payments', name: '결제팀' });
  assert.equal(team.status, 201, team.text);
  const people = (await api('GET', '/users')).json.items;
  const id = (login) => people.find((one) => one.login === login).id;
  assert.deepEqual(await keys(''), ['pay', 'search']);
  assert.deepEqual(await keys('?team=payments'), []);
  const joined = await api('PUT', `/teams/${team.json.id}/members/${id('kim')}`, {});
  assert.ok(joined.status < 300, joined.text);
  assert.deepEqual(await keys('?team=payments'), ['pay']);
  assert.deepEqual(await keys(`?team=payments&user=${id('lee')}`), []);
  assert.equal((await api('GET', '/on-call?team=nobody')).status, 404);
});

test('an override names those it collides with, and can be taken back', async () => {
  const add = (start, end) => api('POST', '/schedules/pay/overrides', { type: 'replace', in: 'lee', start, end });
  const first = await add('2027-03-01T09:00:00Z', '2027-03-01T18:00:00Z');
  assert.equal(first.status, 201, first.text);
  assert.deepEqual(first.json.conflicts, []);
  const second = await add('2027-03-01T12:00:00Z', '2027-03-01T20:00:00Z');
  assert.deepEqual(second.json.conflicts, [first.json.id]);
  const apart = await add('2027-03-02T09:00:00Z', '2027-03-02T18:00:00Z');
  assert.deepEqual(apart.json.conflicts, []);
  const at = (when) => api('GET', `/schedules/pay/on-call?at=${when}`);
  assert.equal((await at('2027-03-02T10:00:00Z')).json.primary[0].user.name, 'lee');
  assert.equal((await api('DELETE', `/overrides/${apart.json.id}`)).status, 200);
  assert.equal((await at('2027-03-02T10:00:00Z')).json.primary[0].user.name, 'kim');
});
