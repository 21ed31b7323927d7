// Slack as strict as the real one: signed commands and buttons in, answers within three seconds, messages out.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { addToken, addUser, pause, startServer } from './lib.mjs';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
let server, slack, admin;
let number = 0;
const posted = []; // what reached our Slack: {path, body}

const now = () => Math.floor(Date.now() / 1000);
const sign = (body, at = now(), secret = SECRET) => `v0=${createHmac('sha256', secret).update(`v0:${at}:`).update(body).digest('hex')}`;
const headers = (body, at = now()) => ({ 'Content-Type': 'application/x-www-form-urlencoded', 'X-Slack-Request-Timestamp': String(at), 'X-Slack-Signature': sign(body, at) });
const form = (fields) => new URLSearchParams(fields).toString();
const command = (text, more = {}) => form({ team_id: 'T1', user_id: 'U0KIM', user_name: 'kim', command: '/incident', text, trigger_id: `t.${number += 1}`, response_url: `http://127.0.0.1:${slack.address().port}/response`, ...more });
const send = (body, path = 'commands', extra = {}) => server.request('POST', `/hooks/slack/${path}`, { headers: { ...headers(body), ...extra }, body });
const say = async (text, more) => {
  const answer = await send(command(text, more));
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(answer.json.response_type, 'ephemeral');
  return answer.json.text;
};
const press = (action, value, more = {}) => form({ payload: JSON.stringify({ type: 'block_actions', team: { id: 'T1' }, user: { id: 'U0KIM', username: 'kim' }, response_url: `http://127.0.0.1:${slack.address().port}/response`, actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: `1.${number += 1}` }], ...more }) });
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
const refOf = (text) => text.match(/INC-\d{4}-\d{4}/)[0];
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(what);
}

before(async () => {
  slack = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      posted.push({ path: request.url, type: request.headers['content-type'], body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end('ok');
    });
  });
  await new Promise((resolve) => { slack.listen(0, '127.0.0.1', resolve); });
  server = await startServer({ 'allow-private-targets': true, 'rate-limit': 'off' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
  const user = await api('POST', '/users', { login: 'kim', name: '김하나', role: 'responder', slack_id: 'U0KIM', lang: 'ko' });
  assert.equal(user.status, 201, user.text);
});
after(async () => {
  await server.stop();
  slack.close();
});

test('without a signing secret nothing is taken, and the answer says it is ours to mend', async () => {
  assert.equal((await send(command('목록'))).status, 503);
});

test('settings: secrets are written and never come back; wrong fields are named', async () => {
  const base = `http://127.0.0.1:${slack.address().port}`;
  assert.equal((await api('PUT', '/settings/slack', { signing_secret: SECRET, unmapped: 'maybe' })).status, 422);
  const saved = await api('PUT', '/settings/slack', { signing_secret: SECRET, webhook_url: `${base}/services/T/B/x`, base_url: base, channels: { P1: '#incident-critical' } });
  assert.equal(saved.status, 200, saved.text);
  assert.deepEqual(saved.json.signing_secret, { set: true });
  const shown = await api('GET', '/settings/slack');
  assert.doesNotMatch(shown.text, new RegExp(`${SECRET}|services`));
  assert.equal((await api('PUT', '/settings/slack', { ...shown.json })).status, 200);
  const kept = spawnSync('sqlite3', [server.database, 'SELECT value FROM setting; SELECT config, secret FROM destination'], { encoding: 'utf8' }).stdout;
  assert.match(kept, /sealed:/);
  assert.doesNotMatch(kept, new RegExp(`${SECRET}|services`));
});

test('signatures: stale, early, tampered, missing, doubled, of another secret, odd digits', async () => {
  const body = command('선언 P1 서명 시험');
  const at = now();
  const attempts = {
    stale: headers(body, at - 301), early: headers(body, at + 302),
    tampered: { ...headers(body), 'X-Slack-Signature': sign(`${body}x`) },
    'another secret': { ...headers(body), 'X-Slack-Signature': sign(body, at, 'other') },
    'upper case': { ...headers(body), 'X-Slack-Signature': sign(body).toUpperCase() },
    'cut off': { ...headers(body), 'X-Slack-Signature': sign(body).slice(0, -1) },
    'empty signature': { ...headers(body), 'X-Slack-Signature': '' },
    'letters after the time': { ...headers(body), 'X-Slack-Request-Timestamp': `${at}abc`, 'X-Slack-Signature': sign(body, `${at}abc`) },
    'a sign before the time': { ...headers(body), 'X-Slack-Request-Timestamp': `+${at}`, 'X-Slack-Signature': sign(body, `+${at}`) },
    'no headers': { 'Content-Type': 'application/x-www-form-urlencoded' },
    'doubled time': { ...headers(body), 'X-Slack-Request-Timestamp': [String(at), String(at)] },
    'doubled signature': { ...headers(body), 'X-Slack-Signature': [sign(body), sign(body)] },
  };
  for (const [what, sent] of Object.entries(attempts)) {
    for (const path of ['commands', 'actions']) {
      const answer = await server.request('POST', `/hooks/slack/${path}`, { headers: sent, body });
      assert.ok(answer.status === 401 || (what.startsWith('doubled') && answer.status === 400), `${path}, ${what}: ${answer.status}`);
    }
  }
  assert.equal((await api('GET', '/incidents')).json.items.length, 0);
});

test('at the edge of the window it is taken; probes are answered; too much is 413; no form is 400', async () => {
  const body = command('목록');
  const edge = await server.request('POST', '/hooks/slack/commands', { headers: headers(body, now() - 299), body });
  assert.equal(edge.status, 200);
  assert.equal((await server.request('POST', '/hooks/slack/commands', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'token=x&ssl_check=1' })).status, 200);
  assert.equal((await send(`text=${'a'.repeat(1100000)}`)).status, 413);
  for (const odd of ['text=%zz', 'text=%ff%fe', 'text=a%00b', 'nothing=here', 'text=\0']) assert.equal((await send(odd)).status, 400, odd);
  for (const odd of ['payload=', 'payload=%7B', 'payload=[]', 'payload=%7B%22type%22%3A%22block_actions%22%7D']) assert.equal((await send(odd, 'actions')).status, 400, odd);
});

test('an incident from its declaration to its recovery, in Korean', async () => {
  assert.match(await say('선언 결제 안 됨'), /등급/);
  const ref = refOf(await say('선언 P1 결제 &lt;실패&gt; &amp; 지연'));
  const incident = (await api('GET', `/incidents/${ref}`)).json;
  assert.equal(incident.title, '결제 <실패> & 지연');
  assert.match(await say('목록'), /결제 &lt;실패&gt; &amp; 지연/);
  assert.match(await say('확인'), /인지했습니다/);
  assert.match(await say('ack'), /이미/);
  assert.match(await say('공유 원인을 찾고 있습니다'), /공유했습니다/);
  assert.match(await say(`등급 ${ref} P2 영향이 줄었습니다`), /P2/);
  assert.match(await say('도움 DB 담당이 필요합니다'), /도움/);
  assert.match(await say('복구 커넥션 부족 / 풀 증설 / 결제 20분'), /복구 완료/);
  const after = (await api('GET', `/incidents/${ref}`)).json;
  assert.equal(after.state, 'recovered');
  assert.equal(after.severity, 'P2');
  assert.match(JSON.stringify(after), /풀 증설/);
  assert.match(JSON.stringify((await api('GET', `/incidents/${ref}/timeline`)).json), /김하나/);
});

test('what people get wrong is 200 and a sentence', async () => {
  for (const text of ['', '춤추기', '선언', '선언 P9 뭔가', '상태 INC-2020-0001', '공유 뭔가', '복구', '등급 P2', '당번']) {
    assert.ok((await say(text)).length > 3, text);
  }
});

test('the same invocation is taken once, and hears the same answer', async () => {
  const body = command('선언 P3 한 번만');
  const answers = await Promise.all([send(body), send(body), send(body)]);
  for (const answer of answers) assert.equal(answer.status, 200);
  const again = await send(body);
  assert.match(again.json.text, /한 번만/);
  const found = (await api('GET', `/incidents?q=${encodeURIComponent('한 번만')}`)).json.items;
  assert.equal(found.length, 1);
});

test('somebody unknown acts under their Slack name; with the rule `refuse` not at all', async () => {
  const ref = refOf(await say('declare P3 by a stranger', { user_id: 'U0LEE', user_name: 'lee' }));
  assert.match(JSON.stringify((await api('GET', `/incidents/${ref}/timeline`)).json), /@lee \(Slack\)/);
  const settings = (await api('GET', '/settings/slack')).json;
  await api('PUT', '/settings/slack', { ...settings, unmapped: 'refuse', teams: ['T1'] });
  assert.match(await say('declare P3 refused', { user_id: 'U0LEE', user_name: 'lee' }), /Slack ID/);
  assert.equal((await send(command('목록', { team_id: 'T9' }))).status, 403);
  await api('PUT', '/settings/slack', { ...settings, unmapped: 'viewer' });
  assert.match(await say('declare P3 seen only', { user_id: 'U0LEE', user_name: 'lee' }), /권한/);
  await api('PUT', '/settings/slack', settings);
});

test('buttons: empty answer, once, told to response_url; others are left alone', async () => {
  const ref = refOf(await say('선언 P1 단추 시험'));
  const body = press('inc_ack', ref);
  for (let i = 0; i < 3; i += 1) {
    const answer = await send(body, 'actions');
    assert.equal(answer.status, 200);
    assert.equal(answer.text, '');
  }
  assert.equal((await api('GET', `/incidents/${ref}`)).json.state, 'acknowledged');
  await until(() => posted.find((one) => one.path === '/response' && /인지했습니다/.test(one.body.text)), 'told');
  for (const action of ['inc_help', 'inc_snooze', 'inc_open', 'made_up']) assert.equal((await send(press(action, ref), 'actions')).status, 200, action);
  assert.equal((await send(press('inc_ack', 'INC-1999-0001'), 'actions')).status, 200);
  assert.equal((await send(press('inc_ack', ref, { type: 'view_closed' }), 'actions')).status, 200);
});

test('declared incidents reach the webhook in Slack\'s shape', async () => {
  const message = await until(() => posted.find((one) => one.path === '/services/T/B/x' && /결제/.test(one.body.text)), 'message');
  assert.match(message.type, /^application\/json/);
  assert.match(message.body.text, /결제 &lt;실패&gt; &amp; 지연/);
  assert.equal(message.body.blocks[0].type, 'header');
});

test('with the database locked for five seconds every answer comes within three, and the work is done', async () => {
  const lock = spawn('sqlite3', [server.database]);
  lock.stdin.write("BEGIN IMMEDIATE;\nSELECT 'locked';\n");
  await new Promise((resolve) => { lock.stdout.once('data', resolve); });
  const began = Date.now();
  const answers = await Promise.all([1, 2, 3].map((n) => send(command(`선언 P3 잠김 ${n}`))));
  assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
  for (const answer of answers) assert.match(answer.json.text, /처리 중/);
  await pause(5000 - (Date.now() - began));
  lock.stdin.end('ROLLBACK;\n');
  for (const n of [1, 2, 3]) await until(() => posted.find((one) => one.path === '/response' && one.body.text.includes(`잠김 ${n}`)), `answer ${n}`);
});
