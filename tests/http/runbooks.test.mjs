// Runbooks: the starter set, an incident's offers with their reasons, a run with ticks, editing, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

const PASSWORD = 'correct horse battery';
let server, lead, headers, viewer;
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  const made = server.command(['user', 'add', 'kim', '--name', '김운영', '--role', 'lead', '--password-stdin'], `${PASSWORD}\n`);
  assert.equal(made.status, 0, made.stderr);
  addUser(server, 'guest', 'viewer');
  lead = await logIn(server, { login: 'kim', password: PASSWORD });
  headers = { Authorization: `Bearer ${addToken(server, 'kim')}`, 'Accept-Language': 'ko' };
  viewer = { Authorization: `Bearer ${addToken(server, 'guest')}` };
});
after(() => server.stop());

const call = (method, path, body, more = {}) => server.request(method, `/api/v1${path}`, { headers: { ...headers, ...more }, body });
const page = (path, lang = 'ko') => server.request('GET', `${path}?lang=${lang}`, { headers: { Cookie: lead.cookie, Accept: 'text/html' } });
const declare = async (title) => (await call('POST', '/incidents', { title, severity: 'P1' })).json.ref;

test('the starter set is there in both languages and can be searched', async () => {
  const korean = (await call('GET', '/runbooks')).json.items;
  const english = (await call('GET', '/runbooks?lang=en')).json.items;
  assert.deepEqual(korean.map((one) => one.key), english.map((one) => one.key));
  assert.equal(korean.length, 8);
  for (const one of korean) assert.match(one.title, /[가-힣]/);
  for (const one of english) assert.doesNotMatch(JSON.stringify(one), /[가-힣]/);
  const found = (await call('GET', '/runbooks?q=%EC%B9%B4%ED%94%84%EC%B9%B4')).json.items; // 카프카
  assert.deepEqual(found.map((one) => one.key), ['kafka-down']);
});

test('an incident is offered what fits, started once, ticked, and keeps its text', async () => {
  const ref = await declare('Redis 연결 실패로 좌석 배정 실패');
  const { offered } = (await call('GET', `/incidents/${ref}/runbooks`)).json;
  assert.equal(offered[0].key, 'redis-outage');
  assert.match(offered[0].reasons.words, /redis/);
  const before = (await page(`/incidents/${ref}`)).text;
  assert.match(before, /증상: redis/);
  const run = await call('POST', `/incidents/${ref}/runbooks`, { key: 'redis-outage' });
  assert.equal(run.status, 201, run.text);
  assert.equal((await call('POST', `/incidents/${ref}/runbooks`, { key: 'redis-outage' })).json.id, run.json.id);
  const tick = await call('POST', `/checklists/${run.json.checklist}/items/1`, {});
  assert.equal(tick.json.done, 1);
  const events = (await call('GET', `/incidents/${ref}/timeline`)).json.items.map((event) => event.text).join('\n');
  assert.match(events, /런북을 시작했습니다: Redis/);
  const text = (await page(`/incidents/${ref}/runbooks/${run.json.id}`)).text;
  assert.match(text, /data-commands=/);
  assert.match(text, /redis-cli ping/);
  const changed = await call('PUT', '/runbooks/redis-outage', { sections: { symptom: '바뀐 증상' }, incident: ref, reason: '회고' });
  assert.equal(changed.status, 200, changed.text);
  assert.doesNotMatch((await page(`/incidents/${ref}/runbooks/${run.json.id}`)).text, /바뀐 증상/);
  const now = (await page('/runbooks/redis-outage')).text;
  assert.match(now, /바뀐 증상/);
  assert.ok(now.includes(`/incidents/${ref}`));
});

test('writing: refusals by field, conflicts, permissions', async () => {
  const bad = await call('POST', '/runbooks', { key: 'a b', title: '', sections: {} });
  assert.equal(bad.status, 422);
  assert.deepEqual(bad.json.errors.map((one) => one.field).sort(), ['immediate_action', 'key', 'title']);
  const made = await call('POST', '/runbooks', { key: 'cdn', title: 'CDN', sections: { immediate_action: '- 확인' } });
  assert.equal(made.status, 201, made.text);
  assert.equal((await call('POST', '/runbooks', { key: 'cdn', title: 'CDN', sections: { scope: 'x' } })).status, 409);
  assert.equal((await call('PUT', '/runbooks/cdn', { title: 'b' }, { 'If-Match': '"99"' })).status, 409);
  assert.equal((await call('GET', '/runbooks/none')).status, 404);
  assert.equal((await server.request('PUT', '/api/v1/runbooks/cdn', { headers: viewer, body: { title: 'c' } })).status, 403);
  assert.equal((await call('POST', `/incidents/${await declare('a')}/runbooks`, { key: 'none' })).status, 404);
});

test('pages work without scripts: list, one, form, save, start', async () => {
  for (const lang of ['ko', 'en']) {
    for (const path of ['/runbooks', '/runbooks/kafka-down', '/runbooks/new', '/runbooks/kafka-down/edit']) {
      assert.equal((await page(path, lang)).status, 200, path);
    }
  }
  const form = (fields) => ({ headers: { Cookie: lead.cookie, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: lead.csrf, ...fields }).toString() });
  const saved = await server.request('POST', '/runbooks/kafka-down/edit', form({ version: '0', title: '카프카', immediate_action: '- 하나\r\n- 둘' }));
  assert.equal(saved.status, 303, saved.text);
  const again = await server.request('POST', '/runbooks/kafka-down/edit', form({ version: '0', title: '카프카 2', immediate_action: '- 하나' }));
  assert.equal(again.status, 409);
  assert.match(again.text, /카프카 2/); // nothing typed is lost
  const ref = await declare('카프카 이벤트 지연');
  const started = await server.request('POST', `/incidents/${ref}/runbooks`, form({ key: 'kafka-down' }));
  assert.equal(started.status, 303, started.text);
});

test('earlier versions can be read and brought back; one out of use is not offered, and comes back', async () => {
  const send = (path, fields) => server.request('POST', `${path}?lang=ko`, { headers: { Cookie: lead.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: lead.csrf, ...fields }).toString() });
  const key = 'traffic-surge';
  const shipped = (await call('GET', `/runbooks/${key}`)).json;
  assert.equal((await call('PUT', `/runbooks/${key}`, { sections: { prevention: '- 미리 늘립니다.' }, reason: '배운 것' })).status, 200);
  assert.deepEqual((await call('GET', `/runbooks/${key}/versions`)).json.items.map((one) => [one.version, one.reason]), [[1, '배운 것'], [0, null]]);
  const old = (await page(`/runbooks/${key}/versions/0`)).text;
  assert.match(old, /예전 판입니다/);
  assert.ok(!old.includes('미리 늘립니다') && old.includes(`/runbooks/${key}/edit?from=0`));
  const form = await server.request('GET', `/runbooks/${key}/edit?from=0`, { headers: { Cookie: lead.cookie } });
  assert.ok(!form.text.includes('미리 늘립니다') && form.text.includes('name="version" value="1"'));
  assert.ok(form.text.includes(shipped.sections.prevention.split('\n')[0]));
  assert.equal((await page(`/runbooks/${key}/versions/9`)).status, 404);

  const ref = await declare('트래픽 급증으로 응답 지연');
  const offered = async () => (await call('GET', `/incidents/${ref}/runbooks`)).json.offered.map((one) => one.key);
  assert.ok((await offered()).includes(key));
  assert.equal((await send(`/runbooks/${key}/retire`, { version: '0' })).status, 409);
  assert.equal((await call('POST', `/runbooks/${key}/retire`, {}, viewer)).status, 403);
  assert.equal((await send(`/runbooks/${key}/retire`, { version: '1', reason: '다른 것으로 합침' })).status, 303);
  assert.ok(!(await offered()).includes(key));
  assert.equal((await call('POST', `/incidents/${ref}/runbooks`, { key })).status, 409);
  assert.match((await page(`/runbooks/${key}`)).text, /쓰지 않기로 한 런북/);
  const list = (await page('/runbooks')).text;
  assert.match(list, /쓰지 않는 런북/);
  assert.equal((await call('GET', '/runbooks')).json.items.some((one) => one.key === key), false);
  assert.equal((await call('GET', '/runbooks?lang=en')).json.items.some((one) => one.key === key), false); // every language
  assert.equal((await send(`/runbooks/${key}/restore`, {})).status, 303);
  assert.ok((await offered()).includes(key));
  assert.equal((await call('POST', '/runbooks/kafka-down/retire', { reason: 'x' })).status, 200); // as shipped, too
  assert.equal((await call('POST', '/runbooks/kafka-down/restore')).json.retired_at, undefined);
});
