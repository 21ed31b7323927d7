// Pages: headers, languages, caching with what is personal kept apart, compression without secrets.
import assert from 'node:assert/strict';
import http from 'node:http';
import { gunzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, pause, startServer } from './lib.mjs';

const PASSWORD = 'correct horse battery';
let server, kim, lee, bearer, ref;
before(async () => {
  server = await startServer({ 'test-clock': true, 'rate-limit': 'off' });
  for (const [login, name] of [['kim', '김 <b>"운영"</b>'], ['lee', '이개발']]) {
    const made = server.command(['user', 'add', login, '--name', name, '--role', 'responder', '--password-stdin'], `${PASSWORD}\n`);
    assert.equal(made.status, 0, made.stderr);
  }
  addUser(server, 'root', 'admin');
  kim = await logIn(server, { login: 'kim', password: PASSWORD });
  lee = await logIn(server, { login: 'lee', password: PASSWORD });
  bearer = { Authorization: `Bearer ${addToken(server, 'kim')}` };
  ref = (await server.request('POST', '/api/v1/incidents', { headers: bearer, body: { title: '결제 지연', severity: 'P2' } })).json.ref;
});
after(() => server.stop());

const page = (who, path = `/incidents/${ref}`, headers = {}) => server.request('GET', path, { headers: { Cookie: who.cookie, Accept: 'text/html', ...headers } });
const figure = async (pattern) => Number((await server.request('GET', '/metrics')).text.match(pattern)[1]);
const hits = () => figure(/page_cache_requests_total\{result="hit"\} (\d+)/);

test('pages carry the headers that keep others out', async () => {
  const { headers } = await page(kim);
  assert.match(headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.doesNotMatch(headers['content-security-policy'], /unsafe|\*/);
  assert.match(headers['content-security-policy'], /frame-ancestors 'none'/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'same-origin');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['strict-transport-security'], undefined);
  assert.match(headers['x-request-id'], /^[0-9a-f]{32}$/);
});

test('a page rendered once serves the whole role, each with their own name and token', async () => {
  let mine, yours, served = 0;
  for (let tries = 0; served < 2 && tries < 50; tries++) { // what the worker does meanwhile may change the page
    await pause(tries * 20);
    await page(kim);
    const before = await hits();
    mine = await page(kim);
    yours = await page(lee);
    served = (await hits()) - before;
  }
  assert.equal(served, 2);
  assert.ok(mine.text.includes(kim.csrf) && !mine.text.includes(lee.csrf));
  assert.ok(yours.text.includes(lee.csrf) && !yours.text.includes(kim.csrf));
  assert.ok(mine.text.includes('김 &lt;b&gt;&quot;운영&quot;&lt;/b&gt;'));
  assert.ok(yours.text.includes('이개발'));
  assert.notEqual(mine.headers.etag, yours.headers.etag);
  assert.doesNotMatch(mine.text, /(?<![0-9a-f])[0-9a-f]{32}[a-e]"/); // no marker is left (a token is longer)
});

test('a change is seen at once by everybody', async () => {
  await page(kim);
  const text = `재시도 폭주를 막았습니다 ${Date.now()}`;
  const made = await server.request('POST', `/api/v1/incidents/${ref}/updates`, { headers: bearer, body: { text } });
  assert.equal(made.status, 201, made.text);
  assert.ok((await page(kim)).text.includes(text));
  assert.ok((await page(lee)).text.includes(text));
});

test('an unchanged page is 304, from the cache and without it', async () => {
  const path = `/incidents/${ref}/live`;
  const first = await page(kim, path);
  assert.equal(first.status, 200);
  const again = await page(kim, path, { 'If-None-Match': first.headers.etag });
  assert.equal(again.status, 304);
  assert.equal(again.text, '');
  const other = await page(lee, path, { 'If-None-Match': first.headers.etag });
  assert.ok(other.status === 200 || !first.text.includes(kim.csrf));
});

test('compressed, the page is the same, and the token stands in it uncompressed', async () => {
  const plain = await page(kim);
  for (let i = 0; i < 2; i++) {
    const packed = await page(kim, undefined, { 'Accept-Encoding': 'gzip' });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.match(packed.headers.vary, /accept-encoding/i);
    assert.equal(gunzipSync(packed.buffer).toString('utf8'), plain.text);
    assert.ok(packed.buffer.includes(Buffer.from(kim.csrf)), 'the token was compressed');
    assert.ok(packed.buffer.length < plain.buffer.length / 2);
  }
  const refused = await page(kim, undefined, { 'Accept-Encoding': 'gzip;q=0' });
  assert.equal(refused.headers['content-encoding'], undefined);
});

test('the language is the asked one, then the person\'s, then the browser\'s', async () => {
  const lang = (answer) => answer.text.match(/<html lang="(\w+)"/)[1];
  assert.equal(lang(await page(kim, '/', { 'Accept-Language': 'en' })), 'ko');
  assert.equal(lang(await page(kim, '/?lang=en')), 'en');
  const stranger = (headers, path = '/login') => server.request('GET', path, { headers: { Accept: 'text/html', ...headers } });
  assert.equal(lang(await stranger({ 'Accept-Language': 'en-GB,en;q=0.9' })), 'en');
  assert.equal(lang(await stranger({ 'Accept-Language': 'ko-KR,en;q=0.9' })), 'ko');
  assert.equal(lang(await stranger({})), 'ko');
});

test('refusals are pages for browsers', async () => {
  for (const path of ['/none', '/incidents/INC-1999-0001']) {
    const answer = await page(kim, path);
    assert.equal(answer.status, 404);
    assert.match(answer.headers['content-type'], /^text\/html/);
    assert.match(answer.text, /<html lang="ko"/);
  }
  const form = await server.request('POST', `/incidents/${ref}/ack`, { headers: { Cookie: kim.cookie, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'x=%' });
  assert.equal(form.status, 400);
  assert.match(form.headers['content-type'], /^text\/html/);
});

test('a form with its token in the body goes through and comes back to a page', async () => {
  const answer = await server.request('POST', `/incidents/${ref}/ack`, {
    headers: { Cookie: kim.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrf: kim.csrf }).toString(),
  });
  assert.equal(answer.status, 303, answer.text);
});

test('static files: cached for good with their build, checked otherwise, compressed', async () => {
  const css = (await page(kim)).text.match(/href="(\/static\/[^"]+\.css[^"]*)"/)[1].split('?')[0];
  const plain = await server.request('GET', css);
  assert.equal(plain.status, 200);
  assert.match(plain.headers['content-type'], /^text\/css/);
  assert.equal(plain.headers['cache-control'], 'public, no-cache');
  assert.equal((await server.request('GET', css, { headers: { 'If-None-Match': plain.headers.etag } })).status, 304);
  const packed = await server.request('GET', css, { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(gunzipSync(packed.buffer).toString('utf8'), plain.text);
  for (const path of ['/static/', '/static/../migrations/0001_ledger.sql', '/static/none.css', '/templates/layout.html']) {
    assert.ok((await server.request('GET', path)).status >= 300, path);
  }
});

test('of many who ask at once one makes the page', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 40 });
  const misses = () => figure(/page_cache_requests_total\{result="miss"\} (\d+)/);
  const ROUNDS = 20;
  const before = await misses();
  for (let round = 0; round < ROUNDS; round++) {
    const all = await Promise.all(Array.from({ length: 40 }, () => server.request('GET', `/incidents/${ref}?n=${1000 + round}`, { agent, headers: { Cookie: kim.cookie, Accept: 'text/html' } })));
    assert.ok(all.every(({ status, text }) => status === 200 && text === all[0].text));
  }
  agent.destroy();
  const made = (await misses()) - before;
  assert.ok(made >= ROUNDS && made <= ROUNDS + 3, `${made} made in ${ROUNDS} rounds`);
});

test('head and side are made once and are what they are now, for this reader', async () => {
  addUser(server, 'onlooker', 'viewer');
  const onlooker = await logIn(server, { login: 'onlooker', password: PASSWORD });
  let turn = 5000; // each address is another page around the same head and side
  const shown = async (who, lang = 'ko') => (await page(who, `/incidents/${ref}?before=${turn++}&lang=${lang}`)).text;
  const parts = (html) => html.match(/id="part-head".*?<\/section>|id="part-side".*?<\/aside>/gs).join('').replace(/name="csrf" value="[^"]*"/g, '');
  const first = await shown(kim);
  assert.equal(parts(await shown(kim)), parts(first));
  assert.ok((await shown(lee)).includes(lee.csrf));
  assert.match(await shown(kim, 'en'), /Commander/);
  const seen = await shown(onlooker);
  assert.match(first, new RegExp(`/incidents/${ref}/roles"`));
  assert.doesNotMatch(seen, /method="post" action="\/incidents/);
  assert.doesNotMatch(seen, new RegExp(`/incidents/${ref}/roles"`));
  const done = await server.request('PATCH', `/api/v1/incidents/${ref}`, { headers: bearer, body: { impact: '결제 절반이 늦습니다' } });
  assert.equal(done.status, 200, done.text);
  assert.notEqual(parts(await shown(kim)), parts(first));
  const fragment = (await page(kim, `/incidents/${ref}/live`)).text;
  assert.equal(parts(fragment), parts(await shown(kim)));
});

test('an event of the timeline is what it is now, for this reader', async () => {
  const text = `연결을 끊었습니다 ${Date.now()}`;
  const made = await server.request('POST', `/api/v1/incidents/${ref}/timeline`, { headers: bearer, body: { text, kind: 'note' } });
  assert.equal(made.status, 201, made.text);
  addUser(server, 'watcher', 'viewer');
  const watcher = await logIn(server, { login: 'watcher', password: PASSWORD });
  const shown = async (who, lang) => {
    const { text: html } = await page(who, `/incidents/${ref}?lang=${lang}`);
    return html.split('<li class="event').find((one) => one.includes(text));
  };
  for (let round = 0; round < 2; round++) { // made, then kept
    assert.match(await shown(kim, 'ko'), /<strong>기록<\/strong>[^]*방금[^]*class="correct/);
    assert.match(await shown(kim, 'en'), /<strong>Note<\/strong>[^]*just now[^]*class="correct/);
    assert.doesNotMatch(await shown(watcher, 'ko'), /class="correct/);
  }
  const corrected = await server.request('PATCH', `/api/v1/incidents/${ref}/timeline/${made.json.id}`, { headers: bearer, body: { text: `${text} 다시`, starred: true } });
  assert.equal(corrected.status, 200, corrected.text);
  const now = await shown(kim, 'ko');
  assert.match(now, /다시<\/p>/);
  assert.match(now, /#star/);
  assert.ok(now.includes(`: ${text}</li>`), 'the earlier text stands in the history');
  const later = await server.request('PUT', '/test/clock', { headers: bearer, body: { now: new Date(Date.now() + 600_000).toISOString() } });
  assert.equal(later.status, 200, later.text);
  assert.match(await shown(kim, 'ko'), /10분 전/);
});

test('the same write with the same key is answered again, not done again', async () => {
  const declare = (body, key = '"8e03978e-40d5-43dd-bc93-6894a57f9324"') => server.request('POST', '/api/v1/incidents', { headers: { ...bearer, 'Idempotency-Key': key }, body });
  const first = await declare({ title: '로그인 오류', severity: 'P3' });
  assert.equal(first.status, 201);
  const again = await declare({ title: '로그인 오류', severity: 'P3' });
  assert.equal(again.status, 201);
  assert.equal(again.text, first.text);
  assert.equal(again.headers.location, first.headers.location);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  const other = await declare({ title: '다른 장애', severity: 'P3' });
  assert.equal(other.status, 422);
  assert.equal(other.json.code, 'idempotency.other_body');
  assert.equal((await declare({ title: 'x' }, '')).status, 400);
  const both = await Promise.all([declare({ title: '동시', severity: 'P3' }, 'k2'), declare({ title: '동시', severity: 'P3' }, 'k2')]);
  assert.ok(both.some(({ status }) => status === 201) && both.every(({ status }) => status === 201 || status === 409));
});

test('lists: limits, cursors, links', async () => {
  const first = await server.request('GET', '/api/v1/incidents?limit=1', { headers: bearer });
  assert.equal(first.json.items.length, 1);
  const link = first.headers.link.match(/^<([^>]+)>; rel="next"$/)[1];
  const second = await server.request('GET', new URL(link).pathname + new URL(link).search, { headers: bearer });
  assert.notEqual(second.json.items[0].ref, first.json.items[0].ref);
  for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=made-up']) {
    const answer = await server.request('GET', `/api/v1/incidents?${query}`, { headers: bearer });
    assert.ok(answer.status === 400 || answer.status === 422, `${query}: ${answer.status}`);
  }
});
