// The description and the route table say the same, in both directions, and the document holds together.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addToken, addUser, routes, schemaFaults, startServer } from './lib.mjs';

let server, document;
before(async () => {
  server = await startServer();
  document = (await server.request('GET', '/api/v1/openapi.json', { headers: { 'Accept-Language': 'en' } })).json;
});
after(() => server.stop());

const FOR_PROGRAMS = /^\/(api\/v1|hooks|v2|ping|ical|status\/api|api\/v2)\//;
const folder = fileURLToPath(new URL('../../templates/openapi/operations', import.meta.url));
const lines = readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
const table = routes().filter((route) => FOR_PROGRAMS.test(route.pattern) && route.pattern !== '/api/v1/openapi.json');

test('every route for programs is described', () => {
  const described = new Set(lines.map(({ op }) => op));
  assert.deepEqual(table.map((route) => `${route.method} ${route.pattern}`).filter((op) => !described.has(op)), []);
});

test('everything described is a route', () => {
  const known = new Set(table.map((route) => `${route.method} ${route.pattern}`));
  assert.deepEqual(lines.map(({ op }) => op).filter((op) => !known.has(op)), []);
});

test('operations have their own ids, summaries in both languages, and no line twice', () => {
  for (const key of ['op', 'id']) {
    const all = lines.map((line) => line[key]);
    assert.deepEqual(all.filter((one, at) => all.indexOf(one) !== at), []);
  }
  for (const line of lines) {
    assert.match(line.ko, /[가-힣]|API/, line.op);
    assert.match(line.en, /^[A-Z][^가-힣]+$/, line.op);
  }
});

test('the served document has every operation, and every reference leads somewhere', () => {
  assert.equal(document.openapi, '3.1.0');
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  assert.equal(operations.length, table.length);
  for (const operation of operations) {
    assert.ok(operation.operationId && operation.summary && operation.responses.default, operation.operationId);
    assert.ok(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)));
  }
  for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[name], name);
  }
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item)) {
      const named = operation.parameters.filter((one) => one.in === 'path').map((one) => one.name);
      assert.deepEqual(named, [...path.matchAll(/\{([a-z_]+)\}/g)].map((m) => m[1]), path);
    }
  }
});

test('what is answered fits what is described', async () => {
  addUser(server, 'kim', 'admin');
  const headers = { Authorization: `Bearer ${addToken(server, 'kim')}` };
  const made = await server.request('POST', '/api/v1/incidents', { headers, body: { title: '결제 지연', severity: 'P2' } });
  assert.equal(made.status, 201, made.text);
  const ref = made.json.ref;
  await server.request('POST', '/api/v1/services', { headers, body: { key: 'pay', name: '결제' } });
  await server.request('POST', '/api/v1/actions', { headers, body: { title: '경보 추가', incident: ref } });
  for (const [path, item] of Object.entries(document.paths)) {
    if (!item.get || !path.startsWith('/api/v1/')) continue;
    const where = path.replace('{ref}', ref).replace('{kind}', 'declared').replace(/\/users\/\{id\}/, '/users/kim').replace(/\/services\/\{id\}/, '/services/pay');
    if (where.includes('{')) continue;
    const answer = await server.request('GET', where, { headers });
    assert.ok(answer.status === 200 || answer.status === 404 || answer.status === 422, `${where}: ${answer.status} ${answer.text.slice(0, 200)}`);
    if (answer.status >= 400) assert.deepEqual(schemaFaults(document, document.components.schemas.Problem, answer.json), [], where);
    const schema = item.get.responses['200']?.content?.['application/json']?.schema;
    if (answer.status === 200 && schema) assert.deepEqual(schemaFaults(document, schema, answer.json), [], where);
    if (answer.status === 200) {
      assert.ok(answer.headers.etag, `${where} has no ETag`);
    }
  }
});

test('every operation says what it answers, with an example that fits; so do bodies', () => {
  const answersOf = (operation) => Object.entries(operation.responses).filter(([status]) => /^2\d\d$/.test(status) && status !== '204').map(([, answer]) => answer.content?.['application/json']);
  const without = [];
  const misfits = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const body = operation.requestBody?.content?.['application/json'];
      for (const [what, media] of [...answersOf(operation).map((one) => ['answer', one]), ['body', body]]) {
        if (!media) continue;
        if (!media.example || (what === 'answer' && !media.schema.$ref && !media.schema.properties && Object.keys(media.example).length > 0)) without.push(`${what} of ${method} ${path}`);
        else misfits.push(...schemaFaults(document, media.schema, media.example).map((fault) => `${what} of ${method} ${path} ${fault}`));
      }
    }
  }
  assert.deepEqual([without, misfits], [[], []]);
});

test('the readable page shows them', async () => {
  const page = await server.request('GET', '/api', { headers: { Accept: 'text/html', 'Accept-Language': 'ko' } });
  assert.equal(page.status, 200);
  for (const { id } of lines) assert.ok(page.text.includes(`id="${id}"`), id);
});
