// The shipped proxy configuration, on loopback without TLS: what attackers send is cleaned or refused, slow senders
// wait there and not with us, and /live reaches the event listener.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addToken, addUser, freePort, pause, raw, request, startServer } from './lib.mjs';

const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path));
const options = { skip: NGINX === undefined ? 'nginx is not installed' : false };
let server, nginx, port, folder;

before(async () => {
  if (!NGINX) return;
  port = await freePort();
  server = await startServer({ 'base-url': 'http://portal.example.com', 'keep-alive-ms': 30000 });
  folder = mkdtempSync(join(tmpdir(), 'bongsu-nginx-'));
  chmodSync(folder, 0o755);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
    mkdirSync(join(folder, name), { mode: 0o777 });
    return `${name}_temp_path ${join(folder, name)};`;
  });
  const shipped = readFileSync(fileURLToPath(new URL('../../deploy/nginx.conf', import.meta.url)), 'utf8');
  const text = shipped
    .replace('pid /run/nginx.pid;', `pid ${join(folder, 'pid')};\ndaemon off;`)
    .replace('/var/log/nginx/error.log', join(folder, 'error.log'))
    .replace('access_log off;', `access_log off; ${paths.join(' ')}`)
    .replace(/server \{\s*listen 80 default_server;[^}]*\}/, '')
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port};`)
    .replace(/^\s*ssl_.*$/gm, '')
    .replace('127.0.0.1:8080', `127.0.0.1:${server.port}`)
    .replace('127.0.0.1:8081', `127.0.0.1:${server.livePort}`)
    .replaceAll('/var/lib/bongsu/status', join(server.folder, 'status'));
  chmodSync(server.folder, 0o711); // what setfacl does for the user of nginx
  assert.doesNotMatch(text, /ssl|:8080|:8081/);
  writeFileSync(join(folder, 'nginx.conf'), text);
  const checked = spawnSync(NGINX, ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr);
  nginx = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  for (let i = 0; i < 100; i++) {
    const up = await request(port, 'GET', '/healthz', { headers: { Host: 'portal.example.com' } }).catch(() => null);
    if (up?.status === 200) return;
    await pause(50);
  }
  assert.fail(readFileSync(join(folder, 'error.log'), 'utf8'));
});

after(async () => {
  if (!NGINX) return;
  const ended = new Promise((resolve) => { nginx.on('exit', resolve); });
  nginx.kill('SIGTERM');
  await ended;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const HOST = 'Host: portal.example.com\r\n';
const SMUGGLED = `GET /healthz?smuggled HTTP/1.1\r\n${HOST}\r\n`;

test('framing attacks die in the proxy or at the gate', options, async () => {
  const cases = [
    `PUT /api/v1/x HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `PUT /api/v1/x HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}`,
    `PUT /api/v1/x HTTP/1.1\r\n${HOST}Content-Length: 5abc\r\n\r\n{}`,
    `GET /healthz HTTP/1.1\r\n${HOST}X-A: b\r\n  folded\r\n\r\n`,
    `GET /healthz HTTP/1.1\r\n${HOST}X : b\r\n\r\n`,
    'GET /healthz HTTP/1.1\r\n\r\n',
    `GET /%0d%0aSet-Cookie:x=y HTTP/1.1\r\n${HOST}\r\n`,
    `GET /a%00b HTTP/1.1\r\n${HOST}\r\n`,
  ];
  for (const bytes of cases) {
    const { text, statuses } = await raw(port, bytes + SMUGGLED, 600);
    assert.ok(statuses[0] >= 400 && statuses[0] < 500, `${statuses}: ${bytes.slice(0, 60)}`);
    assert.doesNotMatch(text, /set-cookie: x=y/i);
  }
});

test('the client address reaches us, and forging it does not help', options, async () => {
  const answer = await request(port, 'GET', '/healthz', { headers: { Host: 'portal.example.com', 'X-Forwarded-For': '6.6.6.6' } });
  assert.equal(answer.status, 200);
  const other = await request(port, 'GET', '/healthz', { headers: { Host: 'evil.example' } });
  assert.equal(other.status, 421);
});

test('limits: bodies, the test clock, figures', options, async () => {
  const headers = { Host: 'portal.example.com', 'Content-Type': 'application/json' };
  assert.equal((await request(port, 'POST', '/api/v1/incidents', { headers, body: 'x'.repeat(1_100_000) }).catch(() => ({ status: 413 }))).status, 413);
  assert.equal((await request(port, 'GET', '/test/clock', { headers })).status, 404);
  assert.equal((await request(port, 'GET', '/metrics', { headers })).status, 200);
});

test('40 slow bodies wait in the proxy; a fresh client does not notice', options, async () => {
  const slow = Array.from({ length: 40 }, () => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`POST /api/v1/incidents HTTP/1.1\r\n${HOST}Content-Length: 1000\r\n\r\n{`));
    socket.on('error', () => {});
    return socket;
  });
  await pause(300);
  const began = Date.now();
  assert.equal((await request(port, 'GET', '/healthz', { headers: { Host: 'portal.example.com' } })).status, 200);
  assert.ok(Date.now() - began < 250, `${Date.now() - began} ms`);
  for (const socket of slow) socket.destroy();
});

test('/live is the event listener', options, async () => {
  const answer = await request(port, 'GET', '/live?topic=incident/1', { headers: { Host: 'portal.example.com' } });
  assert.equal(answer.status, 401);
  const figures = await request(server.port, 'GET', '/metrics', { headers: { Host: 'portal.example.com' } });
  assert.match(figures.text, /bongsu_live_viewers 0/);
});

// The last one: Bongsu is not there any more.
test('the status page stays up when Bongsu is stopped', options, async () => {
  const headers = { Host: 'portal.example.com' };
  addUser(server, 'kim', 'admin');
  const api = async (path, body) => {
    const answer = await request(port, 'POST', `/api/v1${path}`, { headers: { ...headers, Authorization: `Bearer ${token}` }, body });
    assert.ok(answer.status < 300, `${path}: ${answer.text}`);
    return answer.json;
  };
  const token = addToken(server, 'kim');
  await api('/services', { key: 'payment', name: '결제', public: true });
  const incident = await api('/incidents', { title: '대외비', severity: 'P1', service: 'payment' });
  const text = '결제가 원활하지 않습니다.';
  const notice = await api(`/incidents/${incident.ref}/notices`, { stage: 'detected', next_notice_minutes: 30, title: { ko: '결제 지연' }, text: { ko: text } });
  await api(`/notices/${notice.id}/publish`, { emergency: true, reason: '승인자와 연락이 닿지 않음' });
  const page = join(server.folder, 'status', 'index.html');
  for (let i = 0; i < 100 && !(existsSync(page) && readFileSync(page, 'utf8').includes(text)); i++) await pause(100);
  const alive = await request(port, 'GET', '/status', { headers });
  assert.ok(alive.text.includes(text), `${alive.status} ${alive.text.slice(0, 300)}`);

  server.child.kill('SIGTERM');
  await server.ended;
  const answer = async (path) => request(port, 'GET', path, { headers });
  for (const path of ['/status/', '/status/history', '/status/en/']) {
    const { status, headers: got, text: html } = await answer(path);
    assert.equal(status, 200, path);
    assert.match(got['content-type'], /^text\/html/, path);
    assert.match(html, /<\/html>\s*$/, path);
    assert.doesNotMatch(html, /대외비|INC-/, path);
    for (const [, link] of html.matchAll(/(?:href|src)="([^"#]+)"/g)) {
      const { pathname, host } = new URL(link, `http://portal.example.com${path}`);
      if (host === 'portal.example.com') assert.equal((await answer(pathname)).status, 200, `${path}: ${link}`);
    }
  }
  assert.ok((await answer('/status/')).text.includes(text));
  assert.match((await answer('/status')).headers.location, /^http:\/\/portal\.example\.com[^/]*\/status\/$/);
  for (const path of ['/api/v2/summary.json', '/status/api/v2/summary.json']) {
    const summary = await answer(path);
    assert.equal(summary.status, 200, path);
    assert.equal(summary.headers['access-control-allow-origin'], '*');
    assert.equal(JSON.parse(summary.text).incidents.length, 1, path);
  }
  assert.equal((await answer('/status/../bongsu.db')).status, 502); // not a way into the data folder
  assert.equal((await answer('/status/%2e%2e/bongsu.db')).status, 502);
  assert.equal((await answer('/incidents')).status, 502);
});
