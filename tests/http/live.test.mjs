// Live updates: who may listen, what is told, what is replayed, and that nobody can hold the listener.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, pause, raw, startServer } from './lib.mjs';

let server, browser, token;
before(async () => {
  server = await startServer();
  const kim = addUser(server, 'kim', 'admin');
  token = addToken(server, 'kim');
  browser = await logIn(server, kim);
});
after(() => server.stop());

const head = (path, ...more) => [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${server.port}`, ...more, '', ''].join('\r\n');

function listen(path, ...more) {
  const socket = net.connect(server.livePort, '127.0.0.1', () => socket.write(head(path, ...more)));
  let text = '';
  socket.on('data', (chunk) => { text += chunk; });
  socket.on('error', () => {});
  return {
    text: () => text,
    close: () => socket.destroy(),
    async until(pattern, ms = 3000) {
      for (let waited = 0; waited < ms && !pattern.test(text); waited += 20) await pause(20);
      assert.match(text, pattern);
      return text;
    },
  };
}

const change = () => server.request('PATCH', '/api/v1/organisation', { headers: { Authorization: `Bearer ${token}` }, body: { name: `팀 ${Math.random()}` } });

test('strangers, other sites and odd requests are refused', async () => {
  const cookie = `Cookie: ${browser.cookie}`;
  const cases = [
    [401, head('/live?topic=organisation')],
    [401, head('/live?topic=organisation', 'Cookie: bongsu=made-up')],
    [403, head('/live?topic=organisation', cookie, 'Sec-Fetch-Site: cross-site')],
    [403, head('/live?topic=organisation', cookie, 'Origin: https://evil.example')],
    [421, head('/live?topic=organisation', cookie).replace(/Host: .*\r\n/, 'Host: evil.example\r\n')],
    [404, head('/healthz', cookie)],
    [400, head('/live', cookie)],
    [400, head(`/live?${'topic=a&'.repeat(9)}`, cookie)],
    [400, head('/live?topic=a', cookie).replace('HTTP/1.1', '')],
    [400, `${head('/live?topic=a', cookie)}GET /live HTTP/1.1\r\n\r\n`],
    [405, head('/live?topic=a', cookie).replace('GET', 'HEAD')],
    [431, head('/live?topic=a', `X: ${'a'.repeat(9000)}`)],
  ];
  for (const [status, bytes] of cases) {
    const { statuses } = await raw(server.livePort, bytes, 800);
    assert.deepEqual(statuses, [status], bytes.slice(0, 120));
  }
});

test('a change reaches those who asked for its topic, and only them', async () => {
  const mine = listen('/live?topic=organisation', `Cookie: ${browser.cookie}`);
  const other = listen('/live?topic=incident/1&topic=act*', `Cookie: ${browser.cookie}`);
  await mine.until(/retry: 3000/);
  await other.until(/retry: 3000/);
  assert.match(mine.text(), /content-type: text\/event-stream/i);
  assert.equal((await change()).status, 200);
  await mine.until(/id: \d+-\d+\ndata: organisation\n\n/);
  assert.doesNotMatch(other.text(), /data:/);
  mine.close();
  other.close();
});

test('what was missed is replayed; what is too old says so', async () => {
  const first = listen('/live?topic=organisation', `Cookie: ${browser.cookie}`);
  await first.until(/retry/);
  await change();
  const id = (await first.until(/id: (\d+-\d+)/)).match(/id: (\d+-\d+)/)[1];
  first.close();
  await change();
  await pause(100);
  const second = listen('/live?topic=organisation', `Cookie: ${browser.cookie}`, `Last-Event-ID: ${id}`);
  await second.until(/data: organisation/);
  second.close();
  const third = listen('/live?topic=organisation', `Cookie: ${browser.cookie}`, 'Last-Event-ID: 1-1');
  await third.until(/data: \*/);
  third.close();
});

test('a session has at most six streams', async () => {
  const streams = Array.from({ length: 6 }, () => listen('/live?topic=organisation', `Cookie: ${browser.cookie}`));
  for (const stream of streams) await stream.until(/retry/);
  const seventh = listen('/live?topic=organisation', `Cookie: ${browser.cookie}`);
  await seventh.until(/^HTTP\/1\.1 429/);
  for (const stream of [...streams, seventh]) stream.close();
});

test('half a request is given up after five seconds', async () => {
  const began = Date.now();
  const { statuses } = await raw(server.livePort, 'GET /live?topic=a HTTP/1.1\r\nHost:', 9000);
  assert.deepEqual(statuses, []);
  assert.ok(Date.now() - began < 8500);
});

test('without the proxy the address says that there is no stream', async () => {
  assert.equal((await server.request('GET', '/live?topic=a')).status, 204);
});
