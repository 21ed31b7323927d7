// What the load tests share: servers on temporary databases, load, alternatives measured in turn, figures and floors.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BIN, freePort, pause } from '../http/lib.mjs';

export const TOOLS = process.env.BONGSU_TOOLS ?? join(dirname(BIN), 'tests');
export const full = process.argv.includes('--full');
export const strict = process.argv.includes('--strict');
const only = process.argv.slice(2).filter((arg) => /^(P\d+|[a-z]+)$/.test(arg));
export const wanted = (...names) => only.length === 0 || names.some((name) => only.includes(name));
export const ROUNDS = full ? 7 : 3;
export const SLICE = full ? 1.5 : 0.7; // seconds a measurement
export const VIEWERS = full ? 5000 : 2000;
export const run = promisify(execFile);
export const folder = mkdtempSync(join(tmpdir(), 'bongsu-load-'));
export const children = [];
export const figures = [];

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
export const round = (value) => Number(value.toPrecision(3));

// better: 'more' or 'less'; floor: what must be reached; gross: where it is certainly broken
export function figure(name, text, value, { better = 'more', floor, gross, ...more } = {}) {
  const holds = (limit) => limit === undefined || (better === 'more' ? value >= limit : value <= limit);
  const entry = { figure: name, text, value: round(value), better, floor, reached: holds(floor), broken: !holds(gross), ...more };
  figures.push(entry);
  console.log(JSON.stringify(entry));
}

// --- servers ---

export async function start(data, options = {}) {
  const port = await freePort();
  const livePort = await freePort();
  const settings = { listen: `127.0.0.1:${port}`, 'live-listen': `127.0.0.1:${livePort}`, data, policy: 'p1-p3', 'access-log': 'off', 'rate-limit': 'off', ...options };
  const began = performance.now();
  const child = spawn(BIN, ['serve', ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const ended = new Promise((resolve) => { child.on('exit', resolve); });
  await new Promise((resolve, reject) => { child.stdout.once('data', resolve); ended.then(() => reject(new Error('server ended'))); });
  return { child, port, livePort, data, ready: performance.now() - began, stop: () => { child.kill(); return ended; } };
}

export const bongsu = (data, args, input) => execFileSync(BIN, [...args, '--data', data], { encoding: 'utf8', input }).trim();

// A database with its people, a token and cookies; the server is started on it afterwards.
export async function prepare(name, incidents, events, sessions) {
  const data = join(folder, name);
  mkdirSync(data);
  await (await start(data)).stop(); // migrates, adopts the policy
  bongsu(data, ['user', 'add', 'kim', '--name', '김하늘', '--role', 'admin', '--password-stdin'], 'correct horse battery\n');
  const token = bongsu(data, ['token', 'create', '--user', 'kim', '--scope', 'admin']);
  const seeded = execFileSync(join(TOOLS, 'seed'), [join(data, 'bongsu.db'), incidents, events, sessions, 'kim'].map(String), { encoding: 'utf8' });
  const server = await start(data);
  const ref = (n) => `INC-2019-${String(n).padStart(6, '0')}`;
  return { ...server, incidents, token, ref, newest: ref(incidents), cookies: JSON.parse(seeded).sessions.map((value) => `bongsu=${value}`) };
}

// Processor time of all threads, in nanoseconds: unlike elapsed time it does not depend on who else is running.
export function cpu(server) {
  const tasks = `/proc/${server.child.pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + Number(readFileSync(join(tasks, task, 'schedstat'), 'utf8').split(' ')[0]), 0);
}

export const memory = (server, row) => Number(readFileSync(`/proc/${server.child.pid}/status`, 'utf8').match(new RegExp(`${row}:\\s+(\\d+)`))[1]);

// --- load ---

let files = 0;
export function requests(texts) {
  const path = join(folder, `requests-${files++}`);
  writeFileSync(path, [texts].flat().map((text) => `${text}\0`).join(''));
  return path;
}

export const get = (server, path, headers = '') => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nCookie: ${server.cookies[0]}\r\n${headers}\r\n`;

export function post(server, path, body) {
  const bytes = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(bytes)}\r\n\r\n${bytes}`;
}

export async function load(server, file, { connections = 8, seconds = SLICE, rate } = {}) {
  const before = cpu(server);
  const args = [server.port, file, connections, seconds, ...(rate ? [rate] : [])].map(String);
  const result = JSON.parse((await run(join(TOOLS, 'http_load'), args)).stdout);
  if (result.served === 0) throw new Error(`nothing served: ${JSON.stringify(result)}`);
  return { ...result, cpu_us: (cpu(server) - before) / 1000 / result.served };
}

// Alternatives in turn, so that all meet the same noise; medians of each figure.
export async function compare(alternatives) {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const one = {};
    for (const [name, [server, make]] of Object.entries(alternatives)) one[name] = await load(server, await make());
    rounds.push(one);
  }
  const over = (pick) => median(rounds.map(pick));
  return {
    ratio: (name, base) => over((one) => one[name].per_second / one[base].per_second),
    work: (name, base) => over((one) => one[base].cpu_us / one[name].cpu_us),
    p50: (name, base) => over((one) => one[name].p50_ms / one[base].p50_ms),
    at: (name, member) => over((one) => one[name][member]),
    errors: () => rounds.reduce((sum, one) => sum + Object.values(one).reduce((all, each) => all + each.errors, 0), 0),
  };
}

export function table() {
  const rows = figures.map((one) => [one.reached ? ' ' : '!', one.figure, String(one.value), one.floor === undefined ? '' : `${one.better === 'more' ? '>=' : '<='} ${one.floor}`, one.text]);
  console.log(`\n  ${'figure'.padEnd(14)}${'value'.padStart(9)}  ${'floor'.padEnd(9)} what`);
  for (const [mark, name, value, floor, text] of rows) console.log(`${mark} ${name.padEnd(14)}${value.padStart(9)}  ${floor.padEnd(9)} ${text}`);
}

// Once more if something went wrong: what fails twice is not the noise of a busy machine.
export async function measure(names, what, ...servers) {
  if (!wanted(...names)) return;
  try {
    await what(...servers);
  } catch (error) {
    console.error(`${names[0]}: ${error.message}, once more`);
    await pause(2000);
    await what(...servers);
  }
}

export function stopAll() {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

export const failed = () => figures.some((one) => one.broken || (strict && !one.reached));
