// A server of its own on a free port with an empty database, people and incidents on it, and a browser to look at it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createProxy, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { BIN, freePort } from '../http/lib.mjs';

export const PASSWORD = 'beacon-fires-5-lit';

/** In place of nginx: /live goes to the listener for live updates, everything else to the server. */
function startProxy(port, livePort) {
  const proxy = createProxy((incoming, outgoing) => {
    const target = send({ port: incoming.url.startsWith('/live?') ? livePort : port, host: '127.0.0.1', path: incoming.url,
      method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    target.on('error', () => outgoing.destroy());
    outgoing.on('close', () => target.destroy());
    incoming.pipe(target);
  });
  return new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(proxy)));
}

/** Starts `bongsu serve`; answers {base, token, stop, kill, launch}. */
export async function startServer(...options) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-browser-'));
  const port = await freePort();
  const livePort = await freePort();
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--live-listen', `127.0.0.1:${livePort}`,
    '--database', join(folder, 'bongsu.db'), '--data', folder,
    '--rate-limit', 'off', ...options];
  let output = '';
  let child, exited;
  const launch = async () => {
    const from = output.length;
    child = spawn(BIN, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));
    exited = new Promise((resolve) => child.once('exit', resolve));
    for (let tries = 0; ; tries++) {
      if (child.exitCode !== null || tries > 1200) throw new Error(`server did not start:\n${output}`);
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      if (answer?.ok && / on http/.test(output.slice(from))) break; // it has said its token by then
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
  };
  await launch();
  const proxy = await startProxy(port, livePort);
  const base = `http://127.0.0.1:${proxy.address().port}`;
  const token = output.match(/set-up token: (\S+)/)?.[1] ?? '';
  const stop = async () => {
    proxy.closeAllConnections();
    proxy.close();
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  /** As a power cut would: no good-bye. */
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  /** `bongsu …` on the same database; answers what it prints. */
  const command = (...words) => spawnSync(BIN, [...words, '--database', join(folder, 'bongsu.db'), '--data', folder], { encoding: 'utf8' }).stdout;
  return { base, token, stop, kill, launch, command, log: () => output };
}

/** A person without JavaScript: keeps cookies, sends forms as a browser would, follows redirects by hand. */
export class Person {
  constructor(base) {
    this.base = base;
    this.cookies = new Map();
  }

  async request(path, options = {}) {
    const headers = { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '), accept: 'text/html',
      origin: this.base, ...options.headers };
    const answer = await fetch(this.base + path, { ...options, headers, redirect: 'manual' });
    for (const line of (answer.headers.get('set-cookie') ?? '').split(/, (?=[\w-]+=)/).filter(Boolean)) { // Node 18 has no getSetCookie
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await answer.text();
    return { status: answer.status, text, location: answer.headers.get('location'), headers: answer.headers };
  }

  get(path) {
    return this.request(path);
  }

  async csrf() {
    if (!this.token) this.token = (await this.get('/keys')).text.match(/name="csrf" value="([^"]+)"/)?.[1] ?? '';
    return this.token;
  }

  async post(path, fields = {}) {
    const csrf = path === '/login' || path === '/setup' ? {} : { csrf: await this.csrf() };
    const body = new URLSearchParams({ ...csrf, ...fields });
    return this.request(path, { method: 'POST', body });
  }

  /** For a browser context: the same person. */
  asCookies() {
    return [...this.cookies].map(([name, value]) => ({ name, value, url: this.base }));
  }
}

export async function setUp(server, fields = {}) {
  const admin = new Person(server.base);
  const answer = await admin.post('/setup', { token: server.token, organisation: '봉수 상점', name: '문예진', login: 'moon',
    email: 'moon@example.com', password: PASSWORD, zone: 'Asia/Seoul', preset: 'p0-p3', ...fields });
  if (answer.status !== 303) throw new Error(`set-up: ${answer.status}\n${answer.text}`);
  return admin;
}

/** Declares through the form; answers the incident's address. */
export async function declare(person, fields) {
  const answer = await person.post('/declare', { severity: 'P1', ...fields });
  if (answer.status !== 303) throw new Error(`declare: ${answer.status}\n${answer.text.slice(0, 3000)}`);
  return answer.location;
}

/** People, services and incidents enough for every page to have something to show. */
export async function fill(admin, move = async () => {}) { // move(minutes): where the clock stands still
  const ok = async (path, fields) => {
    const answer = await admin.post(path, fields);
    if (answer.status !== 303) throw new Error(`${path}: ${answer.status}\n${answer.text.match(/<main[\s\S]*/)?.[0].slice(0, 2500)}`);
    return answer.location;
  };
  for (const [login, name, role] of [['lee', '이도윤', 'lead'], ['park', '박서연', 'responder'], ['choi', '최하늘', 'cs'], ['jung', '정다온', 'viewer']]) {
    await ok('/people/new', { login, name, role, lang: 'ko', email: `${login}@example.com`, phone: '010-1234-5678', password: PASSWORD });
  }
  const team = await ok('/teams/new', { name: '결제팀', key: 'payments', description: '결제와 정산을 맡습니다.' });
  await ok(`${team}/members`, { person: 'lee', lead: 'true' });
  await ok(`${team}/members`, { person: 'park' });
  const service = await ok('/services/new', { name: '결제', key: 'payment', description: '카드와 간편결제 승인', team: team.split('/').pop(), tier: '1', slo: '99.95', public: 'true' });
  await ok(`${service}/components`, { name: '카드 승인', name_en: 'Card approval', group: '결제', public: 'true' });
  await ok('/services/new', { name: '예약', key: 'booking', description: '좌석 배정과 예약', tier: '1', public: 'true' });
  const schedule = await admin.request('/api/v1/schedules', { method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': await admin.csrf() },
    body: JSON.stringify({ key: 'oncall', name: '서버 당번', zone: 'Asia/Seoul', secondary: 'next', layers: [{ name: '주간 순번',
      rotation: { start: '2026-01-05T09:00', unit: 'week', length: 1, participants: ['moon', 'lee', 'park'] } }] }) });
  if (schedule.status !== 201) throw new Error(`schedule: ${schedule.status}\n${schedule.text}`);
  const over = await declare(admin, { title: 'PG사 연동 타임아웃으로 결제 실패', severity: 'P1', service: 'payment', impact: '전체 사용자의 결제 기능', detection: 'monitoring', category: 'external' });
  await move(2);
  await ok(`${over}/ack`);
  await move(75);
  await ok(`${over}/recover`, { cause: 'PG사 데이터베이스 장애로 결제 API 응답 지연', action: 'Fallback PG사로 전환', impact: '약 5000건 결제 실패', follow_up: '타임아웃 단축, Circuit Breaker 적용' });
  await move(190);
  const open = await declare(admin, { title: '티켓 오픈 트래픽 급증으로 예약 응답 지연', severity: 'P1', service: 'booking', symptom: '응답시간 급증, 일부 타임아웃', impact: '예약 플로우 지연, 결제 일부 타임아웃', owner: '박서연', detection: 'monitoring', category: 'infrastructure', suspected_cause: '동시 접속 급증' });
  await move(193);
  await ok(`${open}/ack`);
  await ok(`${open}/roles`, { technical_lead: 'park', communications_lead: 'choi' });
  await move(201);
  await ok(`${open}/timeline`, { text: '오토스케일 상한이 1로 되어 있어 늘어나지 않았음을 확인' });
  await move(204);
  await ok(`${open}/updates`, { text: '스케일 아웃을 진행하고 있습니다.\n인스턴스 1→3. 응답시간이 줄고 있습니다.', next_update_minutes: '30' });
  await move(221);
  const fresh = await declare(admin, { title: '전체 로그인 불가', severity: 'P0', service: 'payment', impact: '모든 사용자' });
  await move(224);
  const drill = await declare(admin, { title: '관리자 화면 통계 지연', severity: 'P3', kind: 'drill' });
  await admin.get('/'); // the last message has been read
  return { team, service, over, open, fresh, drill };
}

/** Stands in for a text message provider: answers {messages: [{to, text}], stop}. The server must be let call it. */
export async function textMessages(admin) {
  const messages = [];
  const provider = createProxy((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (bytes) => (body += bytes));
    incoming.on('end', () => { messages.push(JSON.parse(body)); outgoing.end('{}'); });
  });
  await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const answer = await admin.request('/api/v1/settings/sms', { method: 'PUT', headers: { 'content-type': 'application/json', 'x-csrf-token': await admin.csrf() },
    body: JSON.stringify({ url: `http://127.0.0.1:${provider.address().port}/`, format: 'json', template: '{"to":"{{to}}","text":"{{text}}"}' }) });
  if (answer.status !== 200) throw new Error(`settings: ${answer.status}\n${answer.text}`);
  return { messages, stop: () => provider.close() };
}

export function openBrowser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
    '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}

/** A window of a person: {page, errors}; errors collects what the console complained about. */
export async function openWindow(browser, person, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  await context.addCookies(person.asCookies());
  const page = await context.newPage();
  const errors = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  return { context, page, errors };
}

/** What a file of tests begins with: a filled server, its admin, and a browser. */
export async function begin(...options) {
  const server = await startServer(...options);
  const admin = await setUp(server);
  return { server, admin, places: await fill(admin), browser: await openBrowser() };
}

/** And what it ends with, however far the beginning came. */
export async function end(server, browser) {
  await browser?.close();
  await server?.stop();
}

/** One of those `fill` made, logged in. */
export async function logIn(server, login) {
  const person = new Person(server.base);
  const answer = await person.post('/login', { login, password: PASSWORD });
  if (answer.status !== 303) throw new Error(`log-in of ${login}: ${answer.status}`);
  return person;
}
