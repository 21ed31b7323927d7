// A server that is killed and comes back on the same database, and what tests of that ask it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addToken, addUser, BIN, freePort } from './lib.mjs';

export async function mortal(options = []) {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-mortal-'));
  const database = join(folder, 'bongsu.db');
  const port = await freePort();
  let child, agent, token;
  const server = {
    down: true,
    database,
    async start() {
      child = spawn(BIN, ['serve', '--listen', `127.0.0.1:${port}`, '--live-listen', 'off', '--data', folder, '--policy', 'p1-p3', '--access-log', 'off', '--rate-limit', 'off', '--log-level', 'error', ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
      await new Promise((resolve, reject) => { child.stdout.once('data', resolve); child.once('exit', () => reject(new Error('server ended'))); });
      server.down = false;
      agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
    },
    end(signal) {
      server.down = true;
      const ended = new Promise((resolve) => { child.once('exit', resolve); });
      child.kill(signal);
      agent.destroy();
      return ended;
    },
    admin() {
      const command = (args, input) => spawnSync(BIN, [...args, '--data', folder], { encoding: 'utf8', input });
      addUser({ command }, 'kim', 'admin');
      token = addToken({ command }, 'kim');
    },
    // An answer, or null where there was none.
    call(method, path, body) {
      const bytes = JSON.stringify(body);
      return new Promise((resolve) => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(bytes) };
        const call = http.request({ host: '127.0.0.1', port, method, path, agent, headers }, (answer) => {
          let text = '';
          answer.on('data', (chunk) => { text += chunk; });
          answer.on('error', () => resolve(null));
          answer.on('end', () => resolve(answer.complete ? { status: answer.statusCode, text, json: text === '' ? null : JSON.parse(text) } : null));
        });
        call.on('error', () => resolve(null));
        call.end(bytes);
      });
    },
    sql(text) {
      const { stdout, stderr, status } = spawnSync('sqlite3', ['-json', '-cmd', '.timeout 5000', database, text], { encoding: 'utf8', maxBuffer: 1 << 28 });
      assert.equal(status, 0, stderr);
      return stdout.trim() === '' ? [] : JSON.parse(stdout);
    },
    none: (text, what) => assert.deepEqual(server.sql(`${text} LIMIT 5`), [], what),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  return server;
}

// A receiver of webhooks, and the row that makes it a destination of these topics.
export async function receiver(server, topics, answer = (message, response) => response.end('ok'), name = 'peer') {
  const peer = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString());
      answer({ id: request.headers['webhook-id'], body }, response);
    });
  });
  await new Promise((resolve) => { peer.listen(0, '127.0.0.1', resolve); });
  const { port } = peer.address();
  const id = Math.floor(Math.random() * 1e12);
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  server.sql(`INSERT INTO destination (id, name, connector, topics, config, secret, enabled, blocked_until, version, created_at, updated_at) VALUES (${id}, '${name}', 'webhook', '${JSON.stringify(topics)}', '{"url":"http://127.0.0.1:${port}/"}', '${secret}', 1, 0, 1, 0, 0)`);
  return { id, close: () => peer.close(), peer };
}
