// Many, slow and hostile clients: nobody is left without an answer, nobody can hold the server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { pause, request, startServer } from './lib.mjs';

let server;
before(async () => { server = await startServer({ workers: 64, 'body-ms': 1500, 'request-ms': 1500, 'rate-limit': 'off', 'test-clock': true }); });
after(() => server.stop());

const HEAD = () => `Host: 127.0.0.1:${server.port}\r\n`;

// A client that asks again and again on one connection, and comes back where it is closed.
function client(port, until) {
  let served = 0;
  return new Promise((resolve) => {
    const open = () => {
      if (Date.now() >= until) { resolve(served); return; }
      const socket = net.connect(port, '127.0.0.1');
      let closed = false;
      let answer = '';
      const ask = () => socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      socket.setTimeout(Math.max(1, until - Date.now()), () => socket.destroy());
      socket.on('connect', ask);
      socket.on('data', (chunk) => {
        answer += chunk;
        if (!answer.endsWith('}')) return;
        served++;
        const last = /connection: close/i.test(answer);
        answer = '';
        if (Date.now() >= until) socket.destroy();
        else if (!last) ask();
      });
      socket.on('error', () => {});
      socket.on('close', () => { if (!closed) { closed = true; setImmediate(open); } });
    };
    open();
  });
}

test('512 busy keep-alive clients on 64 workers are all served within a second or so, none starved', async () => {
  const until = Date.now() + 2500;
  const counts = await Promise.all(Array.from({ length: 512 }, () => client(server.port, until)));
  const least = Math.min(...counts);
  assert.ok(least > 0, `${counts.filter((count) => count === 0).length} of 512 were never served`);
});

test('400 idle keep-alive connections do not make a fresh client wait', async () => {
  const idle = await Promise.all(Array.from({ length: 400 }, () => new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(`GET /healthz HTTP/1.1\r\n${HEAD()}\r\n`));
    socket.on('error', () => {});
    socket.once('data', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  })));
  const began = Date.now();
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.ok(Date.now() - began < 1000, `${Date.now() - began} ms`);
  for (const socket of idle) socket.destroy();
});

// Connections the system turned away because a listener did not take them off its queue in time: each costs its client a second.
function turnedAway() {
  const [names, values] = readFileSync('/proc/net/netstat', 'utf8').split('\n').filter((line) => line.startsWith('TcpExt:')).map((line) => line.split(' '));
  return Number(values[names.indexOf('ListenOverflows')]) + Number(values[names.indexOf('ListenDrops')]);
}

test('500 simultaneous connections are answered without a lost SYN', async () => {
  let lost = 1, p99;
  for (let round = 0; round < 3 && (lost > 0 || p99 >= 950); round++) { // the counter is the machine's: somebody else may have lost one
    await pause(200);
    const before = turnedAway(), began = Date.now();
    const times = await Promise.all(Array.from({ length: 500 }, async () => {
      const { status } = await server.request('GET', '/healthz');
      assert.equal(status, 200);
      return Date.now() - began;
    }));
    lost = turnedAway() - before;
    p99 = times.sort((a, b) => a - b)[494];
  }
  assert.equal(lost, 0);
  assert.ok(p99 < 950, `p99 ${p99} ms`); // a lost SYN costs a whole second
});

test('slow bodies end at their deadline and give their workers back', async () => {
  const slow = Array.from({ length: 100 }, () => {
    const socket = net.connect(server.port, '127.0.0.1', () => {
      socket.write(`PUT /test/clock HTTP/1.1\r\n${HEAD()}Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n`);
    });
    const timer = setInterval(() => socket.write(' '), 100);
    const closed = new Promise((resolve) => { socket.on('close', () => { clearInterval(timer); resolve(); }); });
    socket.on('error', () => {});
    return { socket, closed };
  });
  await pause(200);
  const began = Date.now();
  assert.equal((await request(server.port, 'GET', '/healthz', { timeout: 12000 })).status, 200);
  const waited = Date.now() - began;
  assert.ok(waited < 2 * 1500 * Math.ceil(100 / 64), `fresh client waited ${waited} ms`);
  await Promise.race([Promise.all(slow.map(({ closed }) => closed)), pause(8000).then(() => assert.fail('slow bodies are still there'))]);
});

test('slow heads end at their deadline', async () => {
  const began = Date.now();
  await new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nX-Slow: '));
    const timer = setInterval(() => socket.write('a'), 100);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => { clearInterval(timer); resolve(); });
  });
  assert.ok(Date.now() - began < 6000);
});

test('deep JSON is refused, not fatal', async () => {
  for (const depth of [33, 500, 100000]) {
    const answer = await server.request('PUT', '/test/clock', { headers: { 'Content-Type': 'application/json' }, body: '['.repeat(depth) + ']'.repeat(depth) });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.code, 'json.too_deep');
  }
  assert.equal((await server.request('GET', '/healthz')).status, 200);
});

test('what is too large is refused before it is read', async () => {
  const began = Date.now();
  const answer = await new Promise((resolve, reject) => {
    const call = http.request({ host: '127.0.0.1', port: server.port, method: 'PUT', path: '/test/clock', agent: false, headers: { 'Content-Type': 'application/json', 'Content-Length': 500_000_000 } }, resolve);
    call.on('error', reject);
    call.write('{');
  });
  assert.equal(answer.statusCode, 413);
  assert.equal(answer.headers.connection, 'close');
  answer.destroy();
  assert.ok(Date.now() - began < 3000);
});

test('100 Continue is sent to those who wait for it', async () => {
  const text = await new Promise((resolve) => {
    let all = '';
    const socket = net.connect(server.port, '127.0.0.1', () => {
      socket.write(`PUT /test/clock HTTP/1.1\r\n${HEAD()}Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      all += chunk;
      if (/^HTTP\/1\.1 100 Continue\r\n\r\n$/.test(all)) socket.write('{}');
    });
    socket.on('close', () => resolve(all));
    socket.setTimeout(4000, () => socket.destroy());
  });
  assert.match(text, /100 Continue\r\n\r\nHTTP\/1\.1 422/);
});

test('a graceful stop answers what is under way and ends with 0', async () => {
  const other = await startServer({ 'test-clock': true });
  const calls = Array.from({ length: 20 }, () => other.request('GET', '/readyz').then((answer) => answer.status, () => 0));
  await Promise.all(calls);
  const { code } = await other.stop();
  assert.equal(code, 0);
});
