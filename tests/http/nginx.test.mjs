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
import { freePort, pause, raw, request, startServer } from './lib.mjs';

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
    .replace('127.0.0.1:8081', `127.0.0.1:${server.livePort}`);
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
