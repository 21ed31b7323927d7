// Calls of the API as its own description wants them: plausible bodies, addresses of things there are. On a server with
// the demo organisation, as an administrator.
import { addToken, addUser, startServer } from './lib.mjs';

const NOT = /\/(logout|me\/sessions|backups|tokens\/\{id\}|users\/\{id\}\/sessions)/; // would end the caller's own session
let server, document, headers;
const call = (method, path, body, more = {}) => server.request(method, path, { headers: { ...headers, 'If-Match': '*', ...more }, body });
export const later = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, '');

// The server, who calls, and every operation with its method and path: what reads first, what removes last.
export async function startDescribed() {
  server = await startServer({ 'rate-limit': 'off' });
  const demo = server.command(['demo']);
  if (demo.status !== 0) throw new Error(demo.stderr);
  addUser(server, 'prober', 'admin');
  headers = { Authorization: `Bearer ${addToken(server, 'prober')}` };
  document = (await server.request('GET', '/api/v1/openapi.json')).json;
  const order = ['get', 'post', 'put', 'patch', 'delete'];
  const operations = Object.entries(document.paths).flatMap(([path, item]) => order.filter((method) => item[method]).map((method) => ({ method: method.toUpperCase(), path, operation: item[method] })))
    .filter(({ path }) => path.startsWith('/api/v1/') && !NOT.test(path)).sort((a, b) => order.indexOf(a.method.toLowerCase()) - order.indexOf(b.method.toLowerCase()));
  return { server, headers, call, operations, document };
}

const KNOWN = {
  severity: 'P2', service: 'payment', zone: 'Asia/Seoul', lang: 'ko', email: 'probe@example.com', url: 'https://example.com/hook', at: () => later(-1), from: () => later(-24), until: () => later(0),
  start: () => later(1), end: () => later(3), starts_at: () => later(24), ends_at: () => later(26), next_notice_minutes: 30, minutes: 30, due: () => later(240).slice(0, 10), key: (n) => `probe-${n}`, login: (n) => `probe${n}`,
  metric: 'queue_length', danger: 9, direction: 'above', days: [1, 2], kinds: ['note'], rotation: () => ({ start: '2026-01-05T09:00', unit: 'week', length: 1, participants: ['prober'] }), schedule: 'oncall', connector: 'webhook', config: { url: 'https://example.com/hook' }, topics: ['incident.declared'], scopes: ['read'], match: [], do: 'record',
  rules: () => [{ match: [], do: 'record' }], layers: () => [{ name: 'w', priority: 1, rotation: KNOWN.rotation() }], steps: () => [{ targets: ['prober'], delay_min: 5 }], policies: () => ({ P2: { steps: KNOWN.steps() } }), items: () => [{ metric: 'queue', name: '대기열', danger: 5, text: '확인' }], participants: ['prober'], user: 'prober', in: 'prober', password: '밤바다 등대 불빛 4호', emergency: true, reason: '확인하기 위해 적어 두는 까닭', kind: 'note', title: '점검', name: (n) => `이름 ${n}`, text: '확인했습니다.', regex: 'a+',
};
let serial = 0;

export function value(name, schema) {
  const one = resolve(schema);
  const known = KNOWN[name];
  if (known !== undefined) return typeof known === 'function' ? known((serial += 1)) : known;
  const type = [one.type].flat()[0];
  if (type === 'integer' || type === 'number') return 5;
  if (type === 'boolean') return true;
  if (type === 'array') return one.items ? [value(name.replace(/s$/, ''), one.items)] : [];
  if (type === 'object') return Object.fromEntries(Object.entries(one.properties ?? {}).map(([key, part]) => [key, value(key, part)]));
  return one.format === 'date-time' ? later(2) : `값 ${(serial += 1)}`;
}

export const resolve = (schema) => (schema?.$ref ? document.components.schemas[schema.$ref.split('/').pop()] : schema);
export const bodyOf = (operation) => Object.values(operation.requestBody?.content ?? {})[0]?.schema;

const made = async (path, body) => (await call('POST', `/api/v1${path}`, body)).json;
const incident = async () => (await made('/incidents', { title: '결제 지연', severity: 'P2', service: 'payment' })).ref;
const first = async (path) => (await server.request('GET', `/api/v1${path}`, { headers })).json.items[0];

// Things the demo has none of, or no list names.
const MADE = {
  '/api/v1/settings/{name}': () => 'slack',
  '/api/v1/readiness/{key}': () => 'backup',
  '/api/v1/quarters/{name}': () => '2026-Q3',
  '/api/v1/vendors/{id}': async () => (await made('/vendors', { name: `대행사 ${(serial += 1)}`, phone: '1588-0000' })).id,
  '/api/v1/maintenances/{id}': async () => (await made('/maintenances', { title: '점검', service: 'payment', starts_at: later(24), ends_at: later(26) })).id,
  '/api/v1/destinations/{id}': async () => (await made('/destinations', { name: `기록 ${(serial += 1)}`, connector: 'log', topics: ['none'], config: {} })).id,
  '/api/v1/components/{id}': async () => (await first('/services/payment/components')).id,
  '/api/v1/layers/{id}': async () => (await first('/schedules')).layers[0].id,
  '/api/v1/timeline/{id}': async () => (await made(`/incidents/${await incident()}/timeline`, { text: '로그 확인' })).id,
  '/api/v1/checklists/{id}': async () => { const ref = await incident(); return (await made(`/incidents/${ref}/checklists`, { key: 'recovery' })).id; },
  '/api/v1/checklists/1/items/{number}': () => 1,
};

// An address whose names are those of things there are: a new incident, otherwise from the list before each name.
export async function address(path) {
  let real = '';
  for (const part of path.split('/').slice(1)) {
    const name = part.match(/^\{(.*)\}$/)?.[1];
    if (!name) { real += `/${part}`; continue; }
    if (name === 'ref') {
      real += `/${await incident()}`;
      continue;
    }
    if (MADE[`${real}/{${name}}`]) { real += `/${await MADE[`${real}/{${name}}`]()}`; continue; }
    const list = await server.request('GET', real, { headers });
    let items = [];
    try { items = list.json.items ?? []; } catch { /* no list there */ }
    const item = items.at(-1) ?? {};
    real += `/${encodeURIComponent(item[name] ?? item.id ?? item.ref ?? item.key ?? (name === 'severity' ? 'P1' : '1'))}`;
  }
  return real;
}

// What the refusal asks for, where it can be read.
export function mend(body, problem) {
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
