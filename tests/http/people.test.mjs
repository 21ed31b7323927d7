// People, policy and services by API: what each role may do, bad input by field, versions, lists, sessions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server;
const tokens = {};
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  for (const role of ['admin', 'lead', 'responder', 'cs', 'viewer']) {
    addUser(server, role, role);
    tokens[role] = addToken(server, role);
  }
});
after(() => server.stop());

const call = (method, path, body, { as = 'admin', headers = {} } = {}) => server.request(method, `/api/v1${path}`, {
  body, headers: { ...(as ? { Authorization: `Bearer ${tokens[as] ?? as}` } : {}), 'Accept-Language': 'ko', ...headers },
});
const fields = (answer) => Object.fromEntries((answer.json.errors ?? []).map((e) => [e.field, e.code]));

// method, path, a body that would do, who may
const WRITES = [
  ['POST', '/users', { login: 'x', name: 'x', role: 'viewer' }, 'admin'],
  ['PATCH', '/users/viewer', { name: 'x' }, 'admin'],
  ['POST', '/users/viewer/password', { password: 'some long password' }, 'admin'],
  ['POST', '/teams', { key: 'x', name: 'x' }, 'admin lead'],
  ['PATCH', '/teams/none', { name: 'x' }, 'admin lead'],
  ['DELETE', '/teams/none', undefined, 'admin lead'],
  ['PUT', '/teams/none/members/viewer', { lead: true }, 'admin lead'],
  ['DELETE', '/teams/none/members/viewer', undefined, 'admin lead'],
  ['PUT', '/policy', {}, 'admin'],
  ['POST', '/policy/adopt', { preset: 'none' }, 'admin'],
  ['PATCH', '/organisation', { zone: 'Nowhere' }, 'admin'],
  ['POST', '/services', { key: '결제', name: 'x' }, 'admin lead'],
  ['PATCH', '/services/none', { name: 'x' }, 'admin lead'],
  ['PUT', '/services/none/dependencies', { depends_on: [] }, 'admin lead'],
  ['POST', '/services/none/components', { name: 'x' }, 'admin lead'],
  ['PATCH', '/components/1', { name: 'x' }, 'admin lead'],
  ['DELETE', '/components/1', undefined, 'admin lead'],
  ['GET', '/audit', undefined, 'admin'],
  ['GET', '/users', undefined, 'admin lead responder cs viewer'],
  ['GET', '/policy', undefined, 'admin lead responder cs viewer'],
  ['POST', '/severity/propose', { answers: {} }, 'admin lead responder cs viewer'],
];

test('every route asks for a login and for its permission', async () => {
  for (const [method, path, body, may] of WRITES) {
    assert.equal((await call(method, path, body, { as: null })).status, 401, `${method} ${path} by nobody`);
    assert.equal((await call(method, path, body, { as: 'bongsu_no' })).status, 401, `${method} ${path} with a made-up token`);
    for (const role of Object.keys(tokens)) {
      if (may.includes(role)) continue;
      const answer = await call(method, path, body, { as: role });
      assert.equal(answer.status, 403, `${method} ${path} by ${role}`);
      assert.equal(answer.json.code, 'permission.denied');
    }
  }
  const reader = addToken(server, 'admin', ['read']);
  assert.equal((await call('GET', '/me', undefined, { as: reader })).status, 200);
  for (const [method, path, body] of WRITES.filter(([m]) => m !== 'GET').slice(0, 17)) {
    assert.equal((await call(method, path, body, { as: reader })).status, 403, `${method} ${path} with scope read`);
  }
  assert.equal((await call('POST', '/tokens', { name: 'x', scopes: ['admin'] }, { as: reader })).status, 403);
});

// What no text field takes; each must name the field, in both languages, and leave nothing behind.
const HOSTILE = [
  [5, 'not_text'], [true, 'not_text'], [['x'], 'not_text'], [{ a: 1 }, 'not_text'], [null, 'required'], ['', 'required'],
  ['  　 ', 'required'], ['가'.repeat(2000), 'too_long'], ['a\u0007b', 'control_characters'], ['a\u001b[31m', 'control_characters'],
];

test('bad values of a required text are refused by field', async () => {
  const writes = [
    ['POST', '/users', 'name', { login: 'new', role: 'viewer' }],
    ['POST', '/teams', 'name', { key: 'new' }],
    ['POST', '/services', 'name', { key: 'new' }],
    ['PATCH', '/organisation', 'name', {}],
    ['PATCH', '/me', 'name', {}],
    ['POST', '/tokens', 'name', { scopes: ['read'] }],
  ];
  const before = (await call('GET', '/audit?limit=200')).json.items.length;
  for (const [method, path, field, rest] of writes) {
    for (const [value, code] of HOSTILE) {
      for (const lang of ['ko', 'en']) {
        const answer = await call(method, `${path}?lang=${lang}`, { ...rest, [field]: value });
        assert.equal(answer.status, 422, `${method} ${path} ${JSON.stringify(value)?.slice(0, 40)}: ${answer.text.slice(0, 200)}`);
        assert.equal(answer.headers['content-type'], 'application/problem+json');
        const wrong = answer.json.errors.find((e) => e.field === field);
        assert.equal(wrong?.code, code, `${path} ${JSON.stringify(value)?.slice(0, 40)}`);
        assert.equal(/[가-힣]/.test(wrong.message), lang === 'ko');
      }
    }
    for (const raw of [`{"${field}":"a\\u0000b"}`, `{"${field}":"\xff"}`, '[]', '3', '', '{', `{"${field}":"a","${field}":"b"}`]) {
      const answer = await call(method, path, Buffer.from(raw, 'latin1'), { headers: { 'Content-Type': 'application/json' } });
      assert.equal(answer.status, 400, `${method} ${path} ${raw}: ${answer.text.slice(0, 200)}`);
    }
  }
  assert.equal((await call('GET', '/audit?limit=200')).json.items.length, before);
});

test('other fields name what they take', async () => {
  const user = await call('POST', '/users', { login: 'a b', name: 'x', role: 'root', email: 'x', lang: 'fr', theme: 'blue', zone: 'KST', phone: 'x', password: '1234567890' });
  assert.deepEqual(fields(user), { login: 'not_login', role: 'one_of', email: 'malformed', lang: 'one_of', theme: 'one_of', zone: 'unknown_zone', phone: 'malformed', password: 'password_common' });
  const service = await call('POST', '/services', { key: 'a b', name: 'x', tier: '1', public: 'yes', slo: 99.9, team: 'none' });
  assert.deepEqual(fields(service), { key: 'not_key', tier: 'not_number', public: 'not_bool', slo: 'not_text' });
  assert.deepEqual(fields(await call('POST', '/services', { key: 'new', name: 'x', tier: 9, slo: '101' })), { tier: 'out_of_range', slo: 'out_of_range' });
  assert.deepEqual(fields(await call('PATCH', '/organisation', { work_days: ['mon', 5] })), { 'work_days[1]': 'not_text' });
  assert.deepEqual(fields(await call('PATCH', '/organisation', { work_from: '18:00', work_until: '09:00' })), { work_until: 'too_early' });
  assert.deepEqual(fields(await call('POST', '/tokens', { name: 'x', scopes: 'read', expires_at: '2001-01-01T00:00:00Z' })), { scopes: 'not_list', expires_at: 'past' });
  assert.deepEqual(fields(await call('POST', '/policy/adopt', { preset: 'p2' })), { preset: 'one_of' });
  assert.deepEqual(fields(await call('POST', '/severity/propose', { answers: { unreachable: 'yes' } })), { 'answers.unreachable': 'not_bool' });
  assert.deepEqual(fields(await call('POST', '/severity/propose', {})), { answers: 'required' });
  assert.equal((await call('GET', '/users?limit=0')).status, 400);
  assert.equal((await call('GET', '/users?limit=201')).status, 400);
  assert.equal((await call('GET', '/users?cursor=abc')).status, 400);
  assert.deepEqual(fields(await call('GET', '/users?role=king')), { role: 'one_of' });
});

test('a change needs the version it is based on', async () => {
  const made = await call('POST', '/services', { key: 'payment', name: '결제', tier: 1, slo: '99.95' });
  assert.equal(made.status, 201);
  const { etag, location } = made.headers;
  assert.equal((await server.request('GET', location, { headers: { Authorization: `Bearer ${tokens.viewer}`, 'If-None-Match': etag } })).status, 304);
  const changed = await call('PATCH', '/services/payment', { tier: 2 }, { headers: { 'If-Match': etag } });
  assert.equal(changed.status, 200);
  assert.equal(changed.json.tier, 2);
  for (const stale of [etag, '"99"', 'nonsense']) {
    const refused = await call('PATCH', '/services/payment', { tier: 3 }, { headers: { 'If-Match': stale } });
    assert.equal(refused.status, 409, stale);
    assert.equal(refused.json.code, 'service.stale');
  }
  const policy = await call('GET', '/policy');
  policy.json.severities[0].update_minutes = 15;
  const edited = { ...policy.json };
  edited.severities[1].update_minutes = 'soon';
  assert.deepEqual(fields(await call('PUT', '/policy', edited)), { 'severities[1].update_minutes': 'not_number' });
  edited.severities[1].update_minutes = 30;
  assert.equal((await call('PUT', '/policy', edited)).status, 200);
  assert.equal((await call('PUT', '/policy', edited)).json.code, 'policy.stale');
  const old = await call('GET', `/policy/versions/${policy.json.version}`);
  assert.equal(old.json.severities[1].update_minutes, 60);
});

test('lists go on where they stopped and visit each once', async () => {
  const seen = [];
  let path = '/users?limit=2';
  while (path) {
    const answer = await call('GET', path);
    seen.push(...answer.json.items.map((user) => user.login));
    const next = /<([^>]+)>; rel="next"/.exec(answer.headers.link ?? '')?.[1];
    path = next ? next.slice(next.indexOf('/api/v1') + 7) : null;
  }
  assert.deepEqual(seen, ['admin', 'cs', 'lead', 'responder', 'viewer']);
});

test('personal data is for oneself and administrators', async () => {
  await call('PATCH', '/users/cs', { email: 'cs@example.com', phone: '010-1234-5678' });
  assert.equal((await call('GET', '/users/cs')).json.phone, '010-1234-5678');
  assert.equal((await call('GET', '/users/cs', undefined, { as: 'cs' })).json.email, 'cs@example.com');
  assert.equal('phone' in (await call('GET', '/users/cs', undefined, { as: 'lead' })).json, false);
  const listed = (await call('GET', '/users', undefined, { as: 'viewer' })).json.items;
  assert.deepEqual(listed.filter((user) => 'email' in user).map((user) => user.login), ['viewer']);
});

test('the last administrator stays, a disabled person is out at once', async () => {
  assert.equal((await call('PATCH', '/users/admin', { disabled: true })).json.code, 'user.last_admin');
  assert.equal((await call('PATCH', '/users/admin', { role: 'viewer' })).json.code, 'user.last_admin');
  assert.equal((await call('GET', '/me', undefined, { as: 'responder' })).status, 200);
  assert.equal((await call('PATCH', '/users/responder', { disabled: true })).status, 200);
  assert.equal((await call('GET', '/me', undefined, { as: 'responder' })).status, 401);
});

test('the same key and body make one user', async () => {
  const headers = { 'Idempotency-Key': '"one-user"' };
  const body = { login: 'once', name: '한 번', role: 'viewer' };
  const first = await call('POST', '/users', body, { headers });
  const second = await call('POST', '/users', body, { headers });
  assert.equal(first.status, 201);
  assert.equal(second.status, 201);
  assert.equal(second.json.id, first.json.id);
});

test('commands work beside a running server and say what is wrong', () => {
  assert.equal(server.command(['user', 'add', 'side', '--name', '옆', '--role', 'cs']).status, 0);
  assert.match(server.command(['user', 'list']).stdout, /side\tcs\t옆\tactive/);
  assert.equal(server.command(['user', 'add', 'side', '--name', '옆', '--role', 'cs']).status, 65);
  assert.equal(server.command(['user', 'add']).status, 2);
  assert.equal(server.command(['token', 'create']).status, 2);
  const made = server.command(['token', 'create', '--user', 'side', '--scope', 'read', '--scope=notice']);
  assert.match(made.stdout, /^bongsu_[A-Za-z0-9_-]{43}\n$/);
  assert.equal(server.command(['user', 'disable', 'admin']).status, 65);
});
