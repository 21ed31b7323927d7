// Every route of the table, whatever it is: who may, from where, with which token, and what kind of body.
// A new route is tested by being there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, routes, startServer } from './lib.mjs';

// bits of people/permission.c, as the brief table of roles says
const READ = ['viewer', 'cs', 'responder', 'lead', 'admin'];
const MAY = {
  self: READ, read: READ, respond: ['responder', 'lead', 'admin'], intake: ['cs', 'responder', 'lead', 'admin'],
  notice: ['cs', 'lead', 'admin'], notice_approve: ['cs', 'lead', 'admin'], review: ['lead', 'admin'],
  schedule: ['lead', 'admin'], service: ['lead', 'admin'], admin: ['admin'],
};

// The only addresses that answer without a login. A longer list is a decision, not an accident.
const PUBLIC = [
  'GET /healthz', 'GET /readyz', 'GET /live', 'GET /metrics', 'GET /test/clock', 'PUT /test/clock',
  'GET /login', 'POST /login', 'GET /verify', 'GET /setup', 'POST /setup', 'POST /login/oidc', 'GET /login/oidc/callback',
  'POST /status/subscribe', 'GET /api', 'GET /api/v1/openapi.json', 'GET /openapi.json', 'GET /ical/:token', 'GET /api/v1/ical/:token',
];
const PUBLIC_FOLDERS = /^GET (\/status(\/|$)|\/api\/v2\/)/;

let server;
const tokens = {};
let browser, other;
const TABLE = routes();
const path = (route) => route.pattern.replace(/:[a-z_]+/g, '1');
const name = (route) => `${route.method} ${route.pattern}`;
const CONTENT = { form: 'application/x-www-form-urlencoded', json: 'application/json', multipart: 'multipart/form-data; boundary=b', raw: 'application/json', none: undefined };
const bodyOf = (route) => ({ form: 'x=y', json: '{}', multipart: '--b--', raw: '{}', none: '' })[route.body];
const problem = (answer) => { try { return answer.json.code; } catch { return ''; } };
const isWrite = (route) => route.method !== 'GET';

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  for (const role of READ) {
    addUser(server, role, role);
    tokens[role] = addToken(server, role);
  }
  if (TABLE.some((route) => route.pattern === '/login' && route.method === 'POST')) {
    browser = await logIn(server, { login: 'admin', password: 'correct horse battery' });
    other = await logIn(server, { login: 'lead', password: 'correct horse battery' });
  }
});
after(() => server.stop());

const send = (route, headers, body = bodyOf(route)) => server.request(route.method, path(route), {
  headers: { ...(isWrite(route) && CONTENT[route.body] ? { 'Content-Type': CONTENT[route.body] } : {}), ...headers },
  body: isWrite(route) ? body : undefined,
});

test('public routes are the ones we know', () => {
  for (const route of TABLE.filter((one) => one.permission === 'public')) {
    assert.ok(PUBLIC.includes(name(route)) || PUBLIC_FOLDERS.test(name(route)), `${name(route)} is public`);
  }
});

test('nobody: every route that is not public asks who is there, before it reads a body', async () => {
  for (const route of TABLE.filter((one) => !['public', 'signed'].includes(one.permission))) {
    const answer = await send(route, { 'Content-Type': 'text/plain' }, 'not read');
    const page = route.method === 'GET' && !/^\/(api|v2|hooks)\//.test(route.pattern);
    assert.equal(answer.status, page ? 303 : 401, `${name(route)}: ${answer.status}`);
    if (page) assert.match(answer.headers.location, /^\/(login|setup)/);
  }
});

test('made-up tokens and sessions are nobody', async () => {
  for (const route of TABLE.filter((one) => !['public', 'signed'].includes(one.permission)).slice(0, 40)) {
    assert.equal((await send(route, { Authorization: 'Bearer bongsu_made-up' })).status, 401, name(route));
    const session = await send(route, { Cookie: 'bongsu=made-up' });
    assert.ok([401, 303].includes(session.status), `${name(route)}: ${session.status}`);
  }
});

test('roles: refused below the permission', async () => {
  for (const route of TABLE.filter((one) => MAY[one.permission])) {
    for (const role of READ.filter((one) => !MAY[route.permission].includes(one))) {
      const answer = await send(route, { Authorization: `Bearer ${tokens[role]}` });
      assert.equal(answer.status, 403, `${name(route)} as ${role}: ${answer.status}`);
    }
  }
});

test('roles: let in from the permission on; no route answers a server error to odd input', async () => {
  for (const route of TABLE.filter((one) => MAY[one.permission])) {
    for (const role of isWrite(route) ? MAY[route.permission].slice(0, 1) : MAY[route.permission]) {
      if (/^(DELETE|POST) .*(logout|session|token)/.test(name(route))) continue; // would end the test's own
      const answer = await send(route, { Authorization: `Bearer ${tokens[role]}` });
      assert.ok(answer.status < 500, `${name(route)} as ${role}: ${answer.status} ${answer.text.slice(0, 200)}`);
      if (answer.status === 403 && route.permission !== 'self') assert.notEqual(problem(answer), 'permission.denied', `${name(route)} as ${role}`);
      if (answer.status === 401) assert.doesNotMatch(problem(answer), /^(session|token)\./, `${name(route)} as ${role}`);
    }
  }
});

test('hooks: nothing is taken without its signature', async () => {
  for (const route of TABLE.filter((one) => one.permission === 'signed')) {
    const answer = await send(route, {});
    assert.ok(answer.status >= 400 && answer.status < 500 || answer.status === 503, `${name(route)}: ${answer.status}`);
  }
});

test('CSRF: no write by a session without its own token, from any other site, by any body', async (t) => {
  if (!browser) { t.skip('no login page'); return; }
  const cookie = { Cookie: browser.cookie, Accept: 'application/json' };
  for (const route of TABLE.filter((one) => isWrite(one) && ['token', 'bearer_or_token'].includes(one.csrf))) {
    const attempts = [
      ['no token', {}, 'request.csrf'],
      ['a wrong token', { 'X-CSRF-Token': '0'.repeat(48) }, 'request.csrf'],
      ['another session\'s token', { 'X-CSRF-Token': other.csrf }, 'request.csrf'],
      ['another origin', { 'X-CSRF-Token': browser.csrf, Origin: 'https://evil.example' }, 'request.origin'],
      ['no origin', { 'X-CSRF-Token': browser.csrf, Origin: 'null' }, 'request.origin'],
      ['another site', { 'X-CSRF-Token': browser.csrf, 'Sec-Fetch-Site': 'cross-site' }, 'request.origin'],
      ['a sister site', { 'X-CSRF-Token': browser.csrf, 'Sec-Fetch-Site': 'same-site' }, 'request.origin'],
    ];
    for (const [what, headers, code] of attempts) {
      const answer = await send(route, { ...cookie, ...headers });
      assert.equal(answer.status, 403, `${name(route)} with ${what}: ${answer.status}`);
      assert.equal(problem(answer), code, `${name(route)} with ${what}`);
    }
  }
});

test('CSRF: forms before a session take no other site either', async () => {
  for (const route of TABLE.filter((one) => one.csrf === 'public_form')) {
    const answer = await send(route, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' });
    assert.equal(answer.status, 403, name(route));
  }
});

test('CSRF: with its token a session may write, by header and by form field', async (t) => {
  if (!browser) { t.skip('no login page'); return; }
  const route = TABLE.find((one) => one.pattern === '/api/v1/incidents' && one.method === 'POST');
  const answer = await send(route, { Cookie: browser.cookie, 'X-CSRF-Token': browser.csrf, Origin: server.url, 'Sec-Fetch-Site': 'same-origin' }, '{"title":"결제 지연","severity":"P2"}');
  assert.equal(answer.status, 201, answer.text);
});

test('bodies of another kind are 415, methods that are not there 405 with Allow', async () => {
  const bearer = { Authorization: `Bearer ${tokens.admin}` };
  for (const route of TABLE.filter((one) => isWrite(one) && ['json', 'form', 'multipart'].includes(one.body) && MAY[one.permission])) {
    const answer = await send(route, { ...bearer, 'Content-Type': 'text/plain' }, 'x=y');
    assert.equal(answer.status, 415, `${name(route)}: ${answer.status}`);
  }
  const paths = new Map();
  for (const route of TABLE) paths.set(route.pattern, [...(paths.get(route.pattern) ?? []), route.method]);
  for (const [pattern, methods] of paths) {
    const missing = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].find((method) => !TABLE.some((one) => one.method === method && new RegExp(`^${one.pattern.replace(/:[a-z_]+/g, '[^/]+')}$`).test(pattern.replace(/:[a-z_]+/g, '1'))));
    if (!missing) continue;
    const answer = await server.request(missing, pattern.replace(/:[a-z_]+/g, '1'), { headers: bearer, body: missing === 'GET' ? undefined : '' });
    assert.equal(answer.status, 405, `${missing} ${pattern}: ${answer.status}`);
    for (const method of methods) assert.match(answer.headers.allow, new RegExp(method), pattern);
  }
});

test('every refusal is problem+json with a code and a sentence in the reader\'s language', async () => {
  for (const [lang, script] of [['ko', /[가-힣]/], ['en', /^[^가-힣]+$/]]) {
    for (const [method, where, headers] of [['GET', '/api/v1/none', {}], ['GET', '/api/v1/incidents', {}], ['PUT', '/api/v1/incidents', {}], ['POST', '/api/v1/incidents', { 'Content-Type': 'text/plain', Authorization: `Bearer ${tokens.admin}` }]]) {
      const answer = await server.request(method, where, { headers: { 'Accept-Language': lang, ...headers }, body: method === 'GET' ? undefined : 'x' });
      assert.match(answer.headers['content-type'], /^application\/problem\+json/);
      assert.equal(answer.json.status, answer.status);
      assert.ok(answer.json.code && answer.json.title);
      assert.match(answer.json.detail, script, `${where}: ${answer.json.detail}`);
    }
  }
});
