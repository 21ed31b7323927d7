// What two HTTP parsers could read in two ways is refused, and nothing after it is run as a second request.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from './lib.mjs';

let server;
before(async () => { server = await startServer({ 'test-clock': true }); });
after(() => server.stop());

const HOST = () => `Host: 127.0.0.1:${server.port}\r\n`;
const SMUGGLED = () => `GET /healthz?smuggled HTTP/1.1\r\n${HOST()}\r\n`;
const JSON_TYPE = 'Content-Type: application/json\r\n';

const CASES = [
  ['Content-Length and Transfer-Encoding', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['two different Content-Length', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}`],
  ['two equal Content-Length', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
  ['Content-Length 5abc', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: 2abc\r\n\r\n{}`],
  ['Content-Length +5', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: +2\r\n\r\n{}`],
  ['Content-Length 5,5', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: 2,2\r\n\r\n{}`],
  ['Content-Length -1', [400, 411], () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: -1\r\n\r\n{}`],
  ['Content-Length too large for any type', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length: 99999999999999999999\r\n\r\n{}`],
  ['identity then chunked', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}`],
  ['chunked', 411, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['xchunked', [400, 411], () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['chunked on HTTP/1.0', 411, () => `PUT /test/clock HTTP/1.0\r\n${HOST()}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['no length on a PUT', 411, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}\r\n`],
  ['65 headers, Content-Length last', 431, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}${'X-Fill: y\r\n'.repeat(64)}Content-Length: 5\r\n\r\n`],
  ['a folded line', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}X-A: b\r\n  folded\r\nContent-Length: 2\r\n\r\n{}`],
  ['a folded line on a GET', 400, () => `GET /healthz HTTP/1.1\r\n${HOST()}X-A: b\r\n\tfolded\r\nContent-Length: 2\r\n\r\n`],
  ['bare LF', 400, () => `GET /healthz HTTP/1.1\n${HOST()}X-A: b\nX-B: c\n\n`],
  ['a blank before the colon', 400, () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Content-Length : 2\r\n\r\n{}`],
  ['a blank before the colon of Transfer-Encoding', [400, 411], () => `PUT /test/clock HTTP/1.1\r\n${HOST()}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
  ['no Host', 400, () => 'GET /healthz HTTP/1.1\r\n\r\n'],
  ['two Hosts', 400, () => `GET /healthz HTTP/1.1\r\n${HOST()}Host: other.example\r\n\r\n`],
  ['somebody else\'s Host', 421, () => 'GET /healthz HTTP/1.1\r\nHost: other.example\r\n\r\n'],
  ['line break in the path', 400, () => `GET /%0d%0aSet-Cookie:x=y HTTP/1.1\r\n${HOST()}\r\n`],
  ['NUL in the path', 400, () => `GET /healthz%00x HTTP/1.1\r\n${HOST()}\r\n`],
  ['backslash in the path', 400, () => `GET /a%5cb HTTP/1.1\r\n${HOST()}\r\n`],
  ['raw backslash in the path', 400, () => `GET /a\\b HTTP/1.1\r\n${HOST()}\r\n`],
  ['slash hidden in the path', 400, () => `GET /a%2f..%2fhealthz HTTP/1.1\r\n${HOST()}\r\n`],
  ['dots in the path', [400, 404], () => `GET /a/../healthz HTTP/1.1\r\n${HOST()}\r\n`],
  ['dots hidden in the path', 400, () => `GET /a/%2e%2e/healthz HTTP/1.1\r\n${HOST()}\r\n`],
  ['two slashes', [400, 404], () => `GET //healthz HTTP/1.1\r\n${HOST()}\r\n`],
  ['a 17 KB header', [400, 431], () => `GET /healthz HTTP/1.1\r\n${HOST()}X: ${'a'.repeat(17000)}\r\n\r\n`],
  ['a 17 KB line', [400, 414], () => `GET /${'a'.repeat(17000)} HTTP/1.1\r\n${HOST()}\r\n`],
  ['a control byte in a header', 400, () => `GET /healthz HTTP/1.1\r\n${HOST()}X: a\x01b\r\n\r\n`],
  ['HTTP/1.9', [400, 505], () => `GET /healthz HTTP/1.9\r\n${HOST()}\r\n`],
  ['an unknown method', [400, 405, 501], () => `FOO /healthz HTTP/1.1\r\n${HOST()}\r\n`],
  ['PROPFIND', 501, () => `PROPFIND /healthz HTTP/1.1\r\n${HOST()}Content-Length: 0\r\n\r\n`],
  ['OPTIONS preflight', 405, () => `OPTIONS /healthz HTTP/1.1\r\n${HOST()}Origin: https://evil.example\r\nAccess-Control-Request-Method: PUT\r\n\r\n`],
  ['CONNECT', [400, 405, 501], () => `CONNECT 127.0.0.1:80 HTTP/1.1\r\n${HOST()}\r\n`],
  ['two cookies headers', 400, () => `GET /healthz HTTP/1.1\r\n${HOST()}Cookie: a=b\r\nCookie: c=d\r\n\r\n`],
];

for (const [name, status, bytes] of CASES) {
  test(`refused: ${name}`, async () => {
    const { text, statuses } = await server.raw(bytes() + SMUGGLED(), 700);
    const wanted = [status].flat();
    assert.ok(wanted.includes(statuses[0]), `${statuses[0]} is not ${wanted}: ${text.slice(0, 200)}`);
    assert.equal(statuses.length, 1, `a second answer: ${text}`);
    assert.doesNotMatch(text, /set-cookie: x=y/i);
    assert.doesNotMatch(text, /access-control-allow/i);
  });
}

test('absolute and asterisk targets are refused or closed', async () => {
  for (const target of ['http://evil.example/healthz', '*', 'http://mydomain.com/healthz']) {
    const { statuses } = await server.raw(`GET ${target} HTTP/1.1\r\n${HOST()}\r\n`, 500);
    assert.ok(statuses.length === 0 || statuses[0] >= 400, `${target}: ${statuses}`);
  }
});

test('a request after one with a body is not run on the same connection', async () => {
  const { statuses, text } = await server.raw(`PUT /test/clock HTTP/1.1\r\n${HOST()}${JSON_TYPE}Content-Length: 2\r\n\r\n{}${SMUGGLED()}`, 700);
  assert.deepEqual(statuses, [422]);
  assert.match(text, /connection: close/i);
});

test('pipelined requests without bodies are both answered', async () => {
  const { statuses } = await server.raw(`GET /healthz HTTP/1.1\r\n${HOST()}\r\nGET /readyz HTTP/1.1\r\n${HOST()}Connection: close\r\n\r\n`);
  assert.deepEqual(statuses, [200, 200]);
});

test('HEAD has the headers of GET and no body', async () => {
  const { statuses, text } = await server.raw(`HEAD /healthz HTTP/1.1\r\n${HOST()}\r\nGET /healthz HTTP/1.1\r\n${HOST()}Connection: close\r\n\r\n`);
  assert.deepEqual(statuses, [200, 200]);
  const [head, rest] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)];
  assert.match(head, /content-length: [1-9]/i);
  assert.match(rest, /^HTTP\/1\.1 200/);
});

test('random bytes never get an answer in the 500s, and the server lives', async () => {
  let seed = 7;
  const random = () => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed; };
  for (let i = 0; i < 60; i++) {
    const bytes = Buffer.from(Array.from({ length: 1 + random() % 400 }, () => random() % 256));
    const { statuses } = await server.raw(Buffer.concat([Buffer.from('GET /'), bytes, Buffer.from('\r\n\r\n')]), 150);
    assert.ok(statuses.every((status) => status < 500 || status === 501 || status === 505), `${statuses} for ${bytes.toString('hex')}`);
  }
  assert.equal((await server.request('GET', '/healthz')).status, 200);
});
