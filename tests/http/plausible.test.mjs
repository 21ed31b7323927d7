// Every operation of the API that writes, with bodies as its description wants them, on the demo organisation: what is
// refused is mended by what the refusal says and sent again, so that most calls get through to the end. Nothing may
// answer with a server error, and the server must still be there. An operation is tested by being described.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

const TRIES = 6;
const DONE_AT_LEAST = 0.6; // of the operations; the others want what no description says
const NOT = /\/(logout|me\/sessions|backups|tokens\/\{id\}|users\/\{id\}\/sessions)/; // would end the test's own session
let server, document, headers;

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  const demo = server.command(['demo']);
  assert.equal(demo.status, 0, demo.stderr);
  addUser(server, 'prober', 'admin');
  headers = { Authorization: `Bearer ${addToken(server, 'prober')}` };
  document = (await server.request('GET', '/api/v1/openapi.json')).json;
});
after(() => server.stop());

const call = (method, path, body) => server.request(method, path, { headers: { ...headers, 'If-Match': '*' }, body });
const later = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, '');

const KNOWN = {
  severity: 'P2', service: 'payment', zone: 'Asia/Seoul', lang: 'ko', email: 'probe@example.com', url: 'https://example.com/hook', at: () => later(-1), from: () => later(-24), until: () => later(0),
  start: () => later(1), end: () => later(3), starts_at: () => later(24), ends_at: () => later(26), next_notice_minutes: 30, minutes: 30, due: () => later(240).slice(0, 10), key: (n) => `probe-${n}`, login: (n) => `probe${n}`,
  metric: 'queue_length', danger: 9, direction: 'above', days: [1, 2], kinds: ['note'], rotation: () => ({ start: '2026-01-05T09:00', unit: 'week', length: 1, participants: ['prober'] }), schedule: 'oncall', connector: 'webhook', config: { url: 'https://example.com/hook' }, topics: ['incident.declared'], scopes: ['read'], match: [], do: 'record',
  rules: () => [{ match: [], do: 'record' }], layers: () => [{ name: 'w', priority: 1, rotation: KNOWN.rotation() }], steps: () => [{ targets: ['prober'], delay_min: 5 }], policies: () => ({ P2: { steps: KNOWN.steps() } }), items: () => [{ metric: 'queue', name: '대기열', danger: 5, text: '확인' }], participants: ['prober'], user: 'prober', in: 'prober', password: '밤바다 등대 불빛 4호', emergency: true, reason: '확인하기 위해 적어 두는 까닭', kind: 'note', title: '점검', name: (n) => `이름 ${n}`, text: '확인했습니다.', regex: 'a+',
};
let serial = 0;

function value(name, schema) {
  const one = schema.$ref ? document.components.schemas[schema.$ref.split('/').pop()] : schema;
  const known = KNOWN[name];
  if (known !== undefined) return typeof known === 'function' ? known((serial += 1)) : known;
  const type = [one.type].flat()[0];
  if (type === 'integer' || type === 'number') return 5;
  if (type === 'boolean') return true;
  if (type === 'array') return one.items ? [value(name.replace(/s$/, ''), one.items)] : [];
  if (type === 'object') return Object.fromEntries(Object.entries(one.properties ?? {}).map(([key, part]) => [key, value(key, part)]));
  return one.format === 'date-time' ? later(2) : `값 ${(serial += 1)}`;
}

const bodyOf = (operation) => Object.values(operation.requestBody?.content ?? {})[0]?.schema;

// An address whose names are those of things there are: a new incident, otherwise from the list before each name.
async function address(path) {
  let real = '';
  for (const part of path.split('/').slice(1)) {
    const name = part.match(/^\{(.*)\}$/)?.[1];
    if (!name) { real += `/${part}`; continue; }
    if (name === 'ref') {
      const made = await call('POST', '/api/v1/incidents', { title: '결제 지연', severity: 'P2', service: 'payment' });
      real += `/${made.json.ref}`;
      continue;
    }
    const list = await server.request('GET', real, { headers });
    let items = [];
    try { items = list.json.items ?? []; } catch { /* no list there */ }
    const item = items.at(-1) ?? {};
    real += `/${encodeURIComponent(item[name] ?? item.id ?? item.ref ?? item.key ?? (name === 'severity' ? 'P1' : '1'))}`;
  }
  return real;
}

// What the refusal asks for, where it can be read.
function mend(body, problem) {
  let changed = false;
  for (const { field, code, message } of problem.errors ?? []) {
    const steps = field.split('.');
    let at = body;
    while (steps.length > 1 && at && typeof at === 'object') at = at[steps.shift()] ??= {};
    if (!at || typeof at !== 'object') continue;
    const name = steps[0];
    if (code === 'required') at[name] = value(name, { type: 'string' });
    else if (code === 'one_of') at[name] = message.match(/[A-Za-z0-9_.-]+/g)?.[0];
    else if (['unknown', 'not_allowed', 'not_text', 'not_list', 'duplicate'].includes(code) && name in at) delete at[name];
    else continue;
    changed = true;
  }
  return changed;
}

async function attempt(method, path, operation, everything) {
  const schema = bodyOf(operation);
  const parts = Object.entries(schema?.properties ?? {}).filter(([name]) => everything || (schema.required ?? []).includes(name));
  const body = schema ? Object.fromEntries(parts.map(([name, part]) => [name, value(name, part)])) : undefined;
  const where = await address(path);
  let answer;
  for (let i = 0; i < TRIES; i += 1) {
    answer = await call(method, where, body).catch((error) => ({ status: 0, text: error.message }));
    assert.ok(answer.status > 0 && answer.status < 500, `${method} ${where} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
    if (answer.status !== 422 || !body || !mend(body, answer.json)) break;
  }
  return answer;
}

test('no described call ends in a server error, most get through', { timeout: 120_000 }, async (t) => {
  const all = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => [method.toUpperCase(), path, operation]));
  const order = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
  const calls = all.filter(([, path]) => path.startsWith('/api/v1/') && !NOT.test(path)).sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
  const done = new Set();
  const refused = new Map();
  for (let round = 0; round < 2; round += 1) { // what the first made the second finds
    for (const one of calls) {
      const [method, path, operation] = one;
      if (method === 'DELETE' && round === 0) continue;
      for (const everything of method === 'GET' || method === 'DELETE' ? [false] : [false, true]) {
        const { status } = await attempt(method, path, operation, everything);
        if (status < 300) done.add(one);
        else refused.set(one, `${method} ${path} ${status}`);
      }
    }
  }
  t.diagnostic(`${done.size} of ${calls.length} done; refused: ${calls.filter((one) => !done.has(one)).map((one) => refused.get(one)).join(', ')}`);
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.ok(done.size / calls.length >= DONE_AT_LEAST, `${done.size} of ${calls.length}`);
});
