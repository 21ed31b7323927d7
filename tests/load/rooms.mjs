// Figures of single rooms: who is on call, a year of shifts, the insights page, wording checks, alerts. Like run.mjs's.
import http from 'node:http';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { request } from '../http/lib.mjs';
import { compare, figure, folder, get, load, measure, median, prepare, requests, round, ROUNDS, run, SLICE, start, TOOLS, wanted } from './lib.mjs';

const ROOT = new URL('../..', import.meta.url).pathname;

const hour = (n) => new Date(Date.now() + n * 3_600_000).toISOString().replace(/\.\d+/, '');

// Many calls of the API, sixteen at a time.
async function callAll(server, calls) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const answers = [];
  let next = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (next < calls.length) {
      const at = next++;
      const [method, path, body] = calls[at];
      const answer = await request(server.port, method, `/api/v1${path}`, { body, agent, headers: { Authorization: `Bearer ${server.token}` } });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      answers[at] = answer.json;
    }
  }));
  agent.destroy();
  return answers;
}

async function fillSchedules(server) {
  const PEOPLE = 50, SCHEDULES = 20, OVERRIDES = 200;
  const logins = Array.from({ length: PEOPLE }, (_, i) => `p${i}`);
  await callAll(server, logins.map((login) => ['POST', '/users', { login, name: `${login} 담당`, role: 'responder' }]));
  const layer = (i, unit, more) => ({ name: `layer ${i}`, priority: i, rotation: { start: '2026-01-05T09:00', unit, length: 1, participants: logins.map((_, j) => logins[(j * 7 + i) % PEOPLE]) }, ...more });
  const layers = [layer(1, 'week'), layer(2, 'day', { restrictions: [{ days: [1, 2, 3, 4, 5], start: '09:00', end: '18:00' }] }), layer(3, 'day', { restrictions: [{ days: [6, 7], start: '09:00', end: '18:00' }] })];
  await callAll(server, Array.from({ length: SCHEDULES }, (_, i) => ['POST', '/schedules', { key: `s${i}`, name: `당번 ${i}`, zone: 'Asia/Seoul', layers }]));
  const overrides = [];
  for (let n = 0; n < SCHEDULES * OVERRIDES; n++) {
    const at = Math.floor(n / SCHEDULES) * 9;
    overrides.push(['POST', `/schedules/s${n % SCHEDULES}/overrides`, { type: 'replace', in: logins[n % PEOPLE], start: hour(at - 4), end: hour(at + 2) }]);
  }
  await callAll(server, overrides);
}

async function onCall(server) {
  const hello = requests(get(server, '/healthz'));
  const now = requests(get(server, '/api/v1/on-call'));
  const asked = requests(Array.from({ length: 2000 }, (_, i) => get(server, `/api/v1/on-call?at=${hour(i)}`)));
  const result = await compare({ hello: [server, () => hello], now: [server, () => now], asked: [server, () => asked] });
  if (result.errors() > 0) throw new Error(`${result.errors()} errors`);
  figure('oncall', 'GET /on-call of 20 schedules, 50 people, 3 layers, 200 overrides each / hello', result.ratio('now', 'hello'), { floor: 0.35, gross: 0.02, of_cpu: round(result.work('now', 'hello')), other_instants: round(result.ratio('asked', 'hello')), cpu_us: round(result.at('asked', 'cpu_us')) });
}

async function year() {
  const lines = (await run(join(TOOLS, 'bench_oncall'))).stdout.trim().split('\n').map((line) => JSON.parse(line));
  figure('year', "a year's shifts of one schedule, ms", lines[0].ms, { better: 'less', floor: 5, gross: 100, minute_walk_ms: lines[1].ms, times_faster: lines.at(-1).ratio, look_up_us: lines[2].us });
}

async function insights(server) {
  const path = '/insights?days=1095';
  const first = [];
  await server.stop(); // one program works on a database at a time
  for (let i = 0; i < ROUNDS; i++) { // as after a start: nothing is kept
    const again = await start(server.data);
    const began = performance.now();
    const answer = await request(again.port, 'GET', path, { headers: { Cookie: server.cookies[0] } });
    first.push(performance.now() - began);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    await again.stop();
  }
  Object.assign(server, await start(server.data));
  const hello = requests(get(server, '/healthz'));
  const page = requests(get(server, path));
  const result = await compare({ hello: [server, () => hello], page: [server, () => page] });
  figure('insights', 'the insights page once computed / hello', result.ratio('page', 'hello'), { floor: 0.3, gross: 0.02, of_cpu: round(result.work('page', 'hello')) });
  figure('insights 1st', 'the first time, of three years and 2,000 incidents, ms', median(first), { better: 'less', floor: 150, gross: 3000 });
}

async function wording() {
  const { stdout } = await run(join(TOOLS, 'bench_wording'), [], { cwd: ROOT }).catch((error) => error);
  const of = [...stdout.matchAll(/corpus_(\w+)\.jsonl: .* check ([\d.]+) ms, .* ratio ([\d.]+)/g)];
  if (of.length !== 2) throw new Error(stdout);
  for (const [, lang, ms, ratio] of of) figure(`wording ${lang}`, '20,000 characters through the wording rules, ms', Number(ms), { better: 'less', floor: 20, gross: 400, times_memmem: Number(ratio) });
}

async function alerts(server) {
  const rules = [{ match: [], do: 'record' }];
  const [{ key }] = await callAll(server, [['POST', '/integrations', { kind: 'alertmanager', name: `load ${Date.now()}`, rules }]]);
  const startsAt = new Date().toISOString();
  const post = (i) => {
    const labels = { alertname: `Down${i % 200}`, service: `svc-${i % 200}`, severity: 'critical' };
    const alert = { status: 'firing', labels: { ...labels, instance: `host-${i}` }, annotations: { summary: `host-${i} 응답 없음` }, startsAt, endsAt: '0001-01-01T00:00:00Z', generatorURL: 'http://p.example', fingerprint: i.toString(16).padStart(16, '0') };
    const bytes = JSON.stringify({ version: '4', groupKey: `{}:{alertname="Down${i % 200}"}`, truncatedAlerts: 0, status: 'firing', receiver: 'bongsu', groupLabels: { alertname: labels.alertname }, commonLabels: labels, commonAnnotations: {}, externalURL: 'http://am.example', alerts: [alert] });
    return `POST /hooks/alertmanager/${key} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(bytes)}\r\n\r\n${bytes}`;
  };
  const bare = JSON.parse((await run(join(TOOLS, 'bench_store'), ['1'], { cwd: folder })).stdout.split('\n')[0]);
  const rates = [];
  for (let i = 0; i < ROUNDS; i++) {
    const file = requests(Array.from({ length: 20000 }, (_, n) => post(i * 20000 + n)));
    rates.push(await load(server, file, { connections: 32, seconds: SLICE * 2 }));
  }
  const failed = rates.reduce((sum, one) => sum + one.errors, 0);
  if (failed > 0) throw new Error(`${failed} alerts refused`);
  const rate = median(rates.map((one) => one.per_second));
  figure('alerts', 'alerts received over HTTP, 32 senders / bare transactions of four rows, 32 callers', rate / bare.per_second, { gross: 0.005, per_second: round(rate), p99_ms: round(median(rates.map((one) => one.p99_ms))) });
}

export async function rooms() {
  await measure(['year'], year);
  await measure(['wording'], wording);
  if (!wanted('oncall', 'insights', 'alerts')) return;
  const server = await prepare('rooms', 3400, 34000, 1);
  await measure(['insights'], insights, server);
  if (wanted('oncall')) await fillSchedules(server);
  await measure(['oncall'], onCall, server);
  await measure(['alerts'], alerts, server);
  await server.stop();
}
