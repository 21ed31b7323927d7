// Writes templates/openapi/answers.json: what each operation of the API answers, as a schema and an example, and an example
// of what it is sent, learnt from calls that were really made. By hand, after the API changed:
//   BONGSU_RECORD=/tmp/calls.jsonl node --test --test-concurrency=2 tests/http/*.test.mjs; node tests/http/openapi_learn.mjs /tmp/calls.jsonl
// plausible.test.mjs holds what is answered against it.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routes } from './lib.mjs';

const templates = fileURLToPath(new URL('../../templates/openapi', import.meta.url));
const LONG = 160; // characters of a text in an example
const FEW = 2; // members of a list in an example
const AT_MOST = 1600; // bytes of an example that could be shorter
const SECRET = /^(token|secret|key|routing_key|password|hook|url|page|webhook_secret)$/;
const NUMBERS = /percent|hours|rate|ratio|budget|availability|accuracy|value|median|average|share|target|slo|minutes|figure|caution|danger/;
const MAPS = /^(labels|channels|config|vars|detail|headers|data|rules|policies|policy|document|words|severities|roles|states|schedules|users|parts|base|stored|sections|names|by_.*|days|checks|figures|fields|context)$/;

const lines = readdirSync(join(templates, 'operations')).flatMap((file) => JSON.parse(readFileSync(join(templates, 'operations', file), 'utf8')));
const patterns = routes().map(({ method, pattern }) => ({
  op: `${method} ${pattern}`, method, weight: pattern.split('/').map((part) => (part.startsWith(':') ? (part.includes('.') ? 'b' : 'c') : 'a')).join(''),
  regex: new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/:[a-z_]+/g, '[^/]+')}$`),
})).sort((a, b) => (a.weight < b.weight ? -1 : 1));
const opOf = (method, path) => patterns.find((one) => one.method === method && one.regex.test(path.replace(/\?.*/, '')))?.op;

const kindOf = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);
const all = (values, test) => values.length > 0 && values.every(test);

// What fits all the values that were seen under that name.
function schemaOf(values, name = '', fractions = NUMBERS.test(name)) {
  const kinds = [...new Set(values.map(kindOf))].filter((kind) => kind !== 'null');
  if (kinds.length === 0) return {};
  if (kinds.length > 1) return {};
  const known = values.filter((value) => value !== null);
  const schema = {};
  const kind = kinds[0] === 'number' && all(known, Number.isInteger) && !fractions ? 'integer' : kinds[0];
  schema.type = known.length < values.length ? [kind, 'null'] : kind;
  if (kind === 'string' && all(known, (one) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(one))) schema.format = 'date-time';
  else if (kind === 'string' && all(known, (one) => /^\d{4}-\d\d-\d\d$/.test(one))) schema.format = 'date';
  else if (kind === 'array') schema.items = schemaOf(known.flat(), name.replace(/s$/, ''), fractions);
  else if (kind === 'object') Object.assign(schema, membersOf(known, name, fractions));
  return schema;
}

function membersOf(values, name, fractions) {
  const names = [...new Set(values.flatMap(Object.keys))];
  if (MAPS.test(name) || names.some((one) => /^(P\d|[A-Z]+-\d|\d)/.test(one))) return {};
  const properties = Object.fromEntries(names.map((one) => [one, schemaOf(values.filter((value) => one in value).map((value) => value[one]), one, fractions || NUMBERS.test(one))]));
  const required = names.filter((one) => values.every((value) => one in value));
  return { properties, ...(required.length > 0 ? { required } : {}) };
}

// Short, and without anything that opens a door.
function shortened(value, name = '') {
  if (Array.isArray(value)) return value.slice(0, FEW).map((one) => shortened(one, name));
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shortened(one, key)]));
  if (typeof value !== 'string') return value;
  const known = value.replace(/(127\.0\.0\.1|localhost):\d+/g, 'bongsu.example.com').replace(/\/tmp\/[^\s"']*/g, '…').replace(/(이름|값) \d+/g, '$1').replace(/\bprober\b/g, 'kim');
  const plain = SECRET.test(name) ? known.replace(/[A-Za-z0-9_+=-]{20,}/g, '…') : known;
  return plain.length > LONG ? `${plain.slice(0, LONG)}…` : plain;
}

// Much said in few bytes, Korean before English.
function worth(value) {
  const text = JSON.stringify(value);
  const said = [...text.matchAll(/"[a-z_]+":(?!null|""|\[\]|\{\}|false)/g)].length;
  return said + (/[가-힣]/.test(text) ? 5 : 0) - Math.max(0, text.length - AT_MOST) / 40 - (/probe|이름 \d|값 \d|<script|x{9}/.test(text) ? 12 : 0);
}
const best = (values) => values.map((value) => shortened(value)).sort((a, b) => worth(b) - worth(a))[0];

const seen = new Map();
for (const line of readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const call = JSON.parse(line);
  const op = call.status >= 200 && call.status < 300 ? opOf(call.method, call.path) : undefined;
  if (!op) continue;
  if (!seen.has(op)) seen.set(op, { answers: [], sent: [] });
  const { answers, sent } = seen.get(op);
  for (const [text, list] of [[call.text, answers], [call.sent, sent]]) {
    try { list.push(JSON.parse(text)); } catch { /* nothing, or no JSON */ }
  }
}

// What is described is what is shown: another form that is taken as well is no example.
const KINDS = { object: 'object', list: 'array', integer: 'number', number: 'number', boolean: 'boolean' };
const fits = (body) => (sent) => (/^document|^multipart/.test(body) || body.split(' ').every((word) => {
  const [, name, needed, type] = word.match(/^([^!:]+)(!?):?(.*)$/) ?? [, word];
  return (!needed && !(name in sent)) || sent[name] === null || kindOf(sent[name]) === (KINDS[type] ?? 'string');
}));

const out = {};
for (const { op, id, answer, body } of lines) {
  const { answers = [], sent = [] } = seen.get(op) ?? {};
  const bodies = sent.filter((one) => one && typeof one === 'object' && !Array.isArray(one) && fits(body ?? '')(one));
  const entry = {};
  if (body && body !== 'file' && bodies.length > 0) entry.request = { example: best(bodies) };
  if (answers.length > 0 && !['none', 'file', 'calendar'].includes(answer)) {
    entry.response = { example: best(answers), ...(answer === undefined || answer === 'object' ? { schema: schemaOf(answers) } : {}) };
  }
  if (Object.keys(entry).length > 0) out[id] = entry;
}
const text = Object.keys(out).sort().map((id) => `${JSON.stringify(id)}: ${JSON.stringify(out[id])}`).join(',\n');
writeFileSync(join(templates, 'answers.json'), `{\n${text}\n}\n`);
const unknown = lines.filter(({ id, answer }) => !['none', 'file', 'calendar'].includes(answer) && !out[id]?.response).map(({ op }) => op);
console.log(`${Object.keys(out).length} operations; nothing seen of: ${unknown.join(', ')}`);
