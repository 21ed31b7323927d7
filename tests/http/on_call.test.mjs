// Who is on call, of everybody, of one person, of a team.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

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

const turns = (participants, more = {}) => ({ name: '순번', rotation: { start: '2026-01-05T09:00', unit: 'week', length: 1, participants }, ...more });
const edit = async (key) => { // every field of the editor, as a browser would send it back
  const session = await logIn(server, { login: 'root', password: 'correct horse battery' });
  const { status, text } = await server.request('GET', `/oncall/${key}/edit`, { headers: { Cookie: session.cookie, Accept: 'text/html' } });
  const fields = new URLSearchParams();
  const form = text.match(/<form class="form stack"[\s\S]*?<\/form>/)?.[0] ?? '';
  for (const [tag, kind] of form.matchAll(/<(input|select|textarea)\b[^>]*>(?:[\s\S]*?<\/\1>)?/g)) {
    const [, name] = tag.match(/name="([^"]+)"/) ?? [];
    if (!name || (/type="checkbox"/.test(tag) && !/ checked/.test(tag))) continue;
    fields.append(name, kind === 'select' ? tag.match(/value="([^"]*)" selected/)?.[1] ?? '' : kind === 'textarea' ? tag.match(/>\n?([\s\S]*)<\/textarea>/)[1] : tag.match(/value="([^"]*)"/)?.[1] ?? '');
  }
  const send = (path, body) => server.request('POST', path, { headers: { Cookie: session.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: body.toString() });
  return { status, text, fields, csrf: session.csrf, save: () => send(`/oncall/${key}/edit`, fields), remove: (more) => send(`/oncall/${key}/delete`, new URLSearchParams({ csrf: session.csrf, ...more })) };
};

test('the form keeps what it shows no box for, and refuses what it cannot show', async () => {
  const made = await api('POST', '/schedules', { key: '2026', name: '두 곳', zone: 'Asia/Seoul', layers: [turns(['kim', 'lee'], { zone: 'Europe/Berlin', priority: 2 }), turns(['lee'])] });
  assert.equal(made.status, 201, made.text);
  const form = await edit('2026'); // a key of digits is no id
  assert.equal(form.status, 200);
  assert.match(form.text, /Europe\/Berlin/);
  assert.equal((await form.save()).status, 303);
  const after = (await api('GET', '/schedules/2026')).json;
  const bare = (layers) => layers.map(({ id, zone, priority, rotation }) => ({ id, zone, priority: priority ?? 0, start: rotation.start }));
  assert.deepEqual(bare(after.layers), bare(made.json.layers));
  const windows = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'mon'].map((day, i) => ({ days: [day], from: `0${i}:00`, to: `0${i + 1}:00` }));
  assert.equal((await api('POST', '/schedules', { key: 'many', name: '많음', zone: 'Asia/Seoul', layers: [turns(['kim'], { restrictions: windows })] })).status, 201);
  assert.equal((await edit('many')).status, 409);
  assert.equal((await api('GET', '/schedules/many')).json.layers[0].restrictions.length, 8);
});

test('a schedule that a path calls goes only when one says so', async () => {
  assert.equal((await api('PUT', '/escalation/paths', { policies: { P1: { steps: [{ targets: [{ type: 'schedule', id: 'pay' }], delay_min: 5 }] } } })).status, 200);
  const refused = await api('DELETE', '/schedules/pay');
  assert.deepEqual([refused.status, refused.json.code], [409, 'schedule.named_by_path']);
  const form = await edit('pay');
  assert.match(form.text, /호출 순서\(P1\)가 이 일정을 부릅니다/);
  assert.equal((await form.remove({})).status, 409);
  assert.equal((await form.remove({ force: 'true', version: '999' })).status, 409); // an older version's button
  assert.equal((await form.remove({ force: 'true', version: form.fields.get('version') })).status, 303);
  assert.equal((await api('DELETE', '/schedules/search')).status, 200);
});

test('the command says the same as the API, at handovers and during overrides', async () => {
  const rotation = { start: '2026-01-05T09:00', unit: 'day', length: 1, participants: ['kim', 'lee'] };
  const made = await api('POST', '/schedules', { key: 'both', name: '둘', zone: 'Europe/Berlin', secondary: 'next', layers: [{ name: 'd', rotation }] });
  assert.equal(made.status, 201, made.text);
  const cover = { type: 'replace', out: 'kim', in: 'root', start: '2026-03-29T00:30:00Z', end: '2026-03-29T05:00:00Z' };
  assert.equal((await api('POST', '/schedules/both/overrides', cover)).status, 201);
  const seen = new Set();
  for (const at of ['2026-01-05T07:59:59Z', '2026-01-05T08:00:00Z', '2026-03-28T08:00:00Z', '2026-03-29T00:30:00Z', '2026-03-29T04:59:59Z', '2026-03-29T07:00:00Z', '2026-10-25T08:00:00Z']) {
    const answer = (await api('GET', `/on-call?schedule=both&at=${at}`)).json.items[0];
    const name = (one) => one.user.name;
    const second = answer.secondary.length > 0 ? ` (${answer.secondary.map(name).join(', ')})` : '';
    const said = `both: ${answer.primary.map(name).join(' ') || '-'}${second}`;
    const told = server.command(['oncall', 'now', '--schedule', 'both', '--at', at]);
    assert.equal(told.stdout.trim(), said, at);
    seen.add(said);
  }
  assert.ok(seen.size >= 3, [...seen].join('; '));
});

test('the page names who stands in no rotation; the editor offers people to add', async () => {
  addUser(server, 'choi', 'responder');
  const session = await logIn(server, { login: 'root', password: 'correct horse battery' });
  const page = async (path) => (await server.request('GET', path, { headers: { Cookie: session.cookie } })).text;
  assert.match(await page('/oncall'), /일정에 없는 사람[\s\S]*<span class="tag">choi<\/span>/);
  assert.match(await page('/oncall/new'), /<option value="choi">choi \(choi\)<\/option>/);
  const form = { csrf: session.csrf, preview: 'on', name: '새 일정', zone: 'Asia/Seoul', secondary: 'none', 'layers[0].name': '낮',
    'layers[0].rotation.start': '2026-01-05T09:00', 'layers[0].rotation.unit': 'week', 'layers[0].rotation.length': '1',
    'layers[0].rotation.participants': 'kim', 'layers[0].rotation.add': 'choi' };
  const shown = await server.request('POST', '/oncall/new', {
    headers: { Cookie: session.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams(form).toString(),
  });
  assert.match(shown.text, />\s*kim\nchoi<\/textarea>/);
});
