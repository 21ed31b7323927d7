// Small promises of HTTP that clients lean on: which methods there are, which language, which version, which of two.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server, bearer;
before(async () => {
  server = await startServer({ 'rate-limit': 'off', 'no-worker': true }); // versions move by what the test does alone
  addUser(server, 'kim', 'admin');
  bearer = { Authorization: `Bearer ${addToken(server, 'kim')}` };
});
after(() => server.stop());

const get = (path, headers = {}) => server.request('GET', `/api/v1${path}`, { headers: { ...bearer, ...headers } });
const post = (path, body, headers = {}) => server.request('POST', `/api/v1${path}`, { headers: { ...bearer, ...headers }, body });
const declare = async (title) => (await post('/incidents', { title, severity: 'P2' })).json.ref;

test('a method that is not there says which are, at that path', async () => {
  const options = (path) => server.request('OPTIONS', path, { headers: bearer });
  assert.deepEqual(await options('/api/v1/incidents').then((one) => [one.status, one.headers.allow]), [405, 'GET, HEAD, POST']);
  assert.deepEqual(await options('/api/v1/incidents/INC-1/ack').then((one) => [one.status, one.headers.allow]), [405, 'POST']);
  assert.deepEqual(await options('/nowhere').then((one) => [one.status, one.headers.allow]), [404, undefined]);
  const early = await server.raw(`POST /api/v1/incidents HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`, 500);
  assert.equal(early.statuses[0], 411);
  assert.doesNotMatch(early.text, /"instance":""/);
});

test('the language that weighs most, of those we have', async () => {
  const wants = [['en;q=0, ko', 'ko'], ['ko;q=0.1, en;q=0.9', 'en'], ['fr-FR, en-GB;q=0.8, ko;q=0.1', 'en'], ['EN-us', 'en'],
    ['engelsk', 'ko'], ['*', 'ko'], ['en, ko', 'en'], ['ko;q=0.500,en;q=0.5', 'ko'], ['en;q=1.0, ko;q=0.999', 'en'], ['en;q=x', 'ko']];
  for (const [header, lang] of wants) {
    const { text } = await server.request('GET', '/api/v1/none', { headers: { 'Accept-Language': header } });
    assert.equal(/[가-힣]/.test(text) ? 'ko' : 'en', lang, header);
  }
  assert.match((await get('/openapi.json')).headers.vary, /Accept-Language/);
});

test('the same parameter twice is asked back, by name', async () => {
  for (const path of ['/incidents?limit=1&limit=2', '/incidents?state=open&q=a&state=open', '/incidents?%6cimit=1&limit=1']) {
    const answer = await get(path);
    assert.deepEqual([answer.status, answer.json.code, answer.json.errors[0].code], [400, 'request.twice', 'twice'], path);
  }
  assert.equal((await get('/incidents?limit=1&q=')).status, 200);
});

test('a body that is no object is not taken for an empty one', async () => {
  const ref = await declare('본문');
  for (const path of [`/incidents/${ref}/ack`, `/incidents/${ref}/close`, '/incidents', '/schedules/preview', `/incidents/${ref}/timeline`]) {
    const answer = await post(path, '[1]', { 'Content-Type': 'application/json' });
    assert.deepEqual([answer.status, answer.json.code], [400, 'json.not_object'], path);
  }
  assert.equal((await get(`/incidents/${ref}`)).json.state, 'open');
});

test('whatever is done to an incident may name the version it was seen at', async () => {
  const ref = await declare('버전');
  const first = (await get(`/incidents/${ref}`)).headers.etag;
  assert.equal((await post(`/incidents/${ref}/ack`, {}, { 'If-Match': first })).status, 200);
  const late = [['ack', {}], ['severity', { to: 'P1', reason: '넓어짐' }], ['roles', { role: 'commander', person: 'kim' }], ['roles', { roles: { scribe: 'kim' } }],
    ['updates', { text: '확인 중' }], ['help', { needed: '사람' }], ['recover', { cause: 'x' }], ['status', { to: 'mitigating' }], ['merge', { into: 'INC-1' }], ['relate', { ref: 'INC-1', kind: 'related' }]];
  const before = (await get(`/incidents/${ref}`)).headers.etag;
  for (const [act, body] of late) {
    const answer = await post(`/incidents/${ref}/${act}`, body, { 'If-Match': first });
    assert.deepEqual([answer.status, answer.json.code], [409, 'incident.stale'], act);
  }
  assert.equal((await get(`/incidents/${ref}`)).headers.etag, before);
  for (const [tag, status] of [[`W/${before}`, 200], ['*', 200], [`${first}, ${before}`, 409], ['"other"', 409]]) {
    assert.equal((await post(`/incidents/${ref}/severity`, { to: 'P2', reason: '그대로' }, { 'If-Match': tag })).status, status, tag);
  }
});

test('a refusal shows what is right', async () => {
  const wrong = await post('/incidents', { title: 'x', severity: 'P2', started_at: '어제' });
  assert.match(wrong.json.errors[0].message, /예: 2026-01-31T09:30:00\+09:00/);
  const ref = await declare('거절');
  const early = await post(`/incidents/${ref}/recover`, { at: '2020-01-01T00:00:00Z' }, { 'Accept-Language': 'en' });
  assert.match(early.json.errors[0].message, /^This is before \d{4}-\d\d-\d\d \d\d:\d\d\.$/);
  assert.equal((await post(`/incidents/${ref}/merge`, { into: ref })).json.errors[0].code, 'itself');
  const other = await declare('남는 장애');
  assert.equal((await post(`/incidents/${ref}/merge`, { into: other })).status, 200);
  assert.equal((await post(`/incidents/${ref}/updates`, { text: '이어서' })).json.code, 'incident.merged');
  assert.equal((await get(`/incidents/${ref}/timeline?order=sideways`)).json.errors[0].field, 'order');
  assert.equal((await get('/incidents?from=2026-01-02&until=2026-01-01')).json.errors[0].field, 'until');
  assert.equal((await get('/incidents?from=2026-01-02&until=2026-01-02')).status, 200);
  const type = await post('/incidents', 'title=x', { 'Content-Type': 'application/x-www-form-urlencoded' });
  assert.equal(type.headers['accept-post'], 'application/json');
  assert.match(type.json.detail, /application\/json/);
});

test('what nobody can see is no title, and nothing turns the line round', async () => {
  for (const [title, code] of [['\u200b', 'required'], ['\u3164\u3164', 'required'], ['\ufeff \u00a0\u3000', 'required'], ['\u202egnp.exe', 'control_characters'], ['a\u2066b', 'control_characters']]) {
    const answer = await post('/incidents', { title, severity: 'P2' });
    assert.deepEqual([answer.status, answer.json.errors?.[0].code], [422, code], JSON.stringify(title));
  }
  assert.equal((await post('/incidents', { title: '👩‍💻 결제 — “느림”', severity: 'P2' })).json.title, '👩‍💻 결제 — “느림”');
});

test('commands explain themselves, and say in words what was wrong', () => {
  for (const command of ['incident', 'user', 'token', 'serve', 'oncall']) {
    const asked = server.command([command, '--help']);
    assert.deepEqual([asked.status, asked.stderr], [0, ''], command);
    assert.match(asked.stdout, new RegExp(`usage: bongsu ${command} `));
  }
  const wrong = server.command(['incident', 'declare', '--severity', 'P9', '--title', 'x']);
  assert.equal(wrong.status, 65);
  assert.match(wrong.stderr, /severity: This must be one of: P1, P2, P3/);
  assert.equal(server.command(['incident', 'list', '--q', '없는말이다']).status, 1);
  assert.equal(server.command(['incident', 'list']).status, 0);
});
