// A real server for each test file: temporary database, free ports, stopped at the end. Only node's own modules.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BIN = process.env.BONGSU_BIN ?? fileURLToPath(new URL('../../build/bongsu', import.meta.url));

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// Starts `bongsu serve`; options become --name value. env: more environment. A port that was free may be taken by
// somebody else before the server has it: then others are tried.
export async function startServer(options = {}, env = {}) {
  for (let left = 3; ; left--) {
    const server = await launch(options, env);
    if (await isUp(server)) return server;
    await server.stop('SIGKILL');
    if (left === 0 || !/Address already in use/.test(server.errors())) throw new Error(`server ended: ${server.errors()}`);
  }
}

async function isUp({ child, output }) {
  for (let i = 0; i < 2400; i++) { // a minute: the machine may be busy
    if (/^bongsu .* on /m.test(output())) return true;
    if (child.exitCode !== null || child.signalCode !== null) return false;
    await pause(25);
  }
  return false;
}

async function launch(options, env) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-http-'));
  const port = await freePort();
  const livePort = await freePort();
  const settings = { listen: `127.0.0.1:${port}`, 'live-listen': `127.0.0.1:${livePort}`, data: folder, policy: 'p1-p3', 'access-log': 'off', ...options };
  const flags = Object.entries(settings).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  const child = spawn(BIN, ['serve', ...flags], { env: { ...process.env, BONGSU_DATABASE: '', BONGSU_DATA: '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (bytes) => { output += bytes; });
  child.stderr.on('data', (bytes) => { errors += bytes; });
  const ended = new Promise((resolve) => { child.on('exit', (code, signal) => resolve({ code, signal })); });
  return {
    port, livePort, folder, child, ended,
    url: `http://127.0.0.1:${port}`,
    database: join(folder, 'bongsu.db'),
    output: () => output,
    errors: () => errors,
    request: (method, path, more) => request(port, method, path, more),
    raw: (bytes, ms) => raw(port, bytes, ms),
    command: (args, input) => spawnSync(BIN, [...args, '--data', folder], { encoding: 'utf8', input, env: { ...process.env, BONGSU_DATABASE: '', BONGSU_DATA: '' } }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const result = await ended;
      rmSync(folder, { recursive: true, force: true });
      return result;
    },
  };
}

// BONGSU_RECORD=FILE: every call to the API and its answer, one JSON object a line, for tests/http/openapi_learn.mjs.
function record(method, path, sent, answer, text) {
  if (!process.env.BONGSU_RECORD || !/^\/(api|hooks|v2|ping|status\/api)\//.test(path)) return;
  appendFileSync(process.env.BONGSU_RECORD, `${JSON.stringify({ method, path, sent: String(sent ?? ''), status: answer.statusCode, text: /json/.test(answer.headers['content-type'] ?? '') ? text : '' })}\n`);
}

// One request on a connection of its own unless an agent is given. body: text, Buffer or an object (sent as JSON).
export function request(port, method, path, { headers = {}, body, agent = false, timeout = 15000 } = {}) {
  const sent = { ...headers };
  let bytes = body;
  if (body !== undefined && typeof body === 'object' && !Buffer.isBuffer(body)) {
    bytes = JSON.stringify(body);
    sent['Content-Type'] ??= 'application/json';
  }
  if (bytes !== undefined) sent['Content-Length'] ??= Buffer.byteLength(bytes);
  else if (['POST', 'PUT', 'PATCH'].includes(method)) sent['Content-Length'] = 0;
  return new Promise((resolve, reject) => {
    const call = http.request({ host: '127.0.0.1', port, method, path, headers: sent, agent, timeout }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const buffer = Buffer.concat(chunks);
        const text = buffer.toString('utf8');
        record(method, path, bytes, answer, text);
        resolve({ status: answer.statusCode, headers: answer.headers, buffer, text, get json() { return JSON.parse(text); } });
      });
    });
    call.on('timeout', () => call.destroy(new Error(`no answer to ${method} ${path} in ${timeout} ms`)));
    call.on('error', reject);
    call.end(bytes);
  });
}

// Bytes as they are; everything that comes back until the server closes or is quiet for `ms`.
export function raw(port, bytes, ms = 1500) {
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(ms, () => socket.destroy());
    socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ text, statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((m) => Number(m[1])) }));
  });
}

// People by the command line: no browser set-up is needed. token: its scopes, by default everything the person may.
export function addUser(server, login, role, password = 'correct horse battery') {
  const made = server.command(['user', 'add', login, '--name', login, '--role', role, '--password-stdin'], `${password}\n`);
  if (made.status !== 0) throw new Error(`user add: ${made.stderr}`);
  return { login, password };
}

export function addToken(server, login, scopes = ['admin']) {
  const made = server.command(['token', 'create', '--user', login, ...scopes.flatMap((scope) => ['--scope', scope])]);
  if (made.status !== 0) throw new Error(`token create: ${made.stderr}`);
  return made.stdout.trim();
}

// A browser: keeps its cookies, knows the CSRF token of its session.
export async function logIn(server, { login, password }) {
  const answer = await server.request('POST', '/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.url },
    body: new URLSearchParams({ login, password }).toString(),
  });
  const cookie = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).filter((pair) => /^(__Host-)?bongsu=./.test(pair)).join('; ');
  if (answer.status !== 303 || cookie === '') throw new Error(`login: ${answer.status} ${answer.text.slice(0, 300)}`);
  const page = await server.request('GET', '/profile', { headers: { Cookie: cookie } });
  const csrf = page.text.match(/name="csrf" value="([0-9a-zA-Z_-]+)"/)?.[1];
  return { cookie, csrf };
}

export function routes() {
  return JSON.parse(spawnSync(BIN, ['routes', '--json'], { encoding: 'utf8' }).stdout);
}

// What of a value does not fit a schema of the API's description: the keywords that are used there.
export function schemaFaults(document, schema, value, at = '') {
  const inside = (part, one, where) => schemaFaults(document, part, one, where);
  if (schema.$ref) return inside(document.components.schemas[schema.$ref.split('/').pop()], value, at);
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
  const kinds = [schema.type ?? []].flat();
  if (kinds.length > 0 && !kinds.includes(kind) && !(kind === 'integer' && kinds.includes('number'))) return [`${at}: ${kind} is not ${schema.type}`];
  if (schema.format === 'date-time' && kind === 'string' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.test(value)) return [`${at}: ${value}`];
  if (kind === 'array') return schema.items ? value.flatMap((one, i) => inside(schema.items, one, `${at}[${i}]`)) : [];
  if (kind !== 'object') return [];
  return [...(schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name} is missing`),
    ...Object.entries(schema.properties ?? {}).filter(([name]) => name in value).flatMap(([name, part]) => inside(part, value[name], `${at}.${name}`))];
}
