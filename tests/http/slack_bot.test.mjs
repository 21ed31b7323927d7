// With a bot token: one message per incident kept up to date, its thread, forms, reminders, and marked messages.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { addToken, addUser, pause, startServer } from './lib.mjs';
import { checkView, slackClient, startSlack } from './slack_fake.mjs';

const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
let server, fake, admin, slack;
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(`${what}: ${JSON.stringify(fake.faults)} ${JSON.stringify(fake.calls.slice(-4))}`);
}
const declare = async (more) => (await api('POST', '/incidents', { title: '결제 <지연> & 실패', severity: 'P1', ...more })).json.ref;
const headOf = (ref) => fake.messages.find((one) => !one.thread_ts && one.text.includes(ref));
const threadOf = (ref) => fake.messages.filter((one) => one.thread_ts && one.thread_ts === headOf(ref)?.ts);
const actionsOf = (message) => message.blocks.find((block) => block.type === 'actions')?.elements.map((one) => one.action_id) ?? [];
const views = () => fake.calls.filter((one) => one.method === 'views.open').map((one) => one.body.view);
const timeline = async (ref) => JSON.stringify((await api('GET', `/incidents/${ref}/timeline`)).json);

before(async () => {
  fake = await startSlack();
  server = await startServer({ 'allow-private-targets': true, 'rate-limit': 'off' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
  slack = slackClient(server, SECRET, fake.responses);
  await api('POST', '/users', { login: 'kim', name: '김하나', role: 'responder', slack_id: 'U0KIM', lang: 'ko' });
  const saved = await api('PUT', '/settings/slack', { signing_secret: SECRET, bot_token: fake.token, base_url: fake.base, channel: '#incident', channels: { P1: '#incident-critical' } });
  assert.equal(saved.status, 200, saved.text);
});
after(async () => {
  await server?.stop();
  fake?.close();
  assert.deepEqual(fake?.faults, []);
});

test('an incident has one message that shows how things stand, and a thread', async () => {
  const ref = await declare();
  const head = await until(() => headOf(ref), 'the message');
  assert.equal(head.asked, '#incident-critical');
  assert.match(head.text, /^\[P1\] 결제 &lt;지연&gt; &amp; 실패 — 발생 \(INC-/);
  assert.deepEqual(actionsOf(head), ['inc_ack', 'inc_update', 'inc_help', 'inc_remind', 'inc_open']);
  assert.equal((await slack.press('inc_ack', ref)).text, '');
  await until(() => head.text.includes('인지'), 'acknowledged');
  assert.ok(!actionsOf(head).includes('inc_ack'));
  await api('POST', `/incidents/${ref}/updates`, { text: '커넥션 풀을 늘리고 있습니다' });
  await until(() => threadOf(ref).some((one) => one.text.includes('커넥션 풀')), 'in the thread');
  await api('POST', `/incidents/${ref}/recover`, { action: '풀 증설', cause: '커넥션 부족' });
  const said = await until(() => threadOf(ref).find((one) => one.text.includes('복구 완료')), 'recovered');
  assert.equal(said.reply_broadcast, true);
  assert.match(head.blocks[0].text.text, /✅/);
  assert.deepEqual(actionsOf(head), ['inc_open']);
  assert.equal(fake.messages.filter((one) => !one.thread_ts && one.text.includes(ref)).length, 1);
});

test('another severity tells its own channel; the earlier message stays true', async () => {
  const ref = await declare({ severity: 'P2', title: '등급이 오르는 장애' });
  const first = await until(() => headOf(ref), 'the message');
  assert.equal(first.asked, '#incident');
  await api('POST', `/incidents/${ref}/severity`, { to: 'P1', reason: '영향이 커졌습니다' });
  const second = await until(() => fake.messages.find((one) => one.asked === '#incident-critical' && !one.thread_ts && one.text.includes(ref)), 'in the other channel');
  assert.match(second.text, /^\[P1\]/);
  assert.match(first.text, /^\[P1\]/);
});

test('a message that was deleted in Slack is written again', async () => {
  const ref = await declare({ title: '지워진 메시지' });
  const head = await until(() => headOf(ref), 'the message');
  fake.messages.splice(fake.messages.indexOf(head), 1);
  await api('POST', `/incidents/${ref}/updates`, { text: '아직 조사 중입니다' });
  await until(() => headOf(ref), 'a new one');
  await api('POST', `/incidents/${ref}/updates`, { text: '두 번째 공유' });
  await until(() => threadOf(ref).some((one) => one.text.includes('두 번째 공유')), 'with a thread of its own');
});

test('declaring by a form: mistakes are said at their fields, what is right is declared', async () => {
  assert.equal((await slack.command('선언')).text, '');
  assert.deepEqual(views().at(-1).blocks.map((block) => block.block_id), ['title', 'severity', 'symptom', 'impact']);
  assert.equal((await slack.command('선언 결제 안 됨')).text, '');
  assert.equal(views().at(-1).blocks[0].element.initial_value, '결제 안 됨');
  const wrong = (await slack.submit('declare', '', { title: ' ', severity: null, symptom: '', impact: '' }, 'V-same')).json;
  assert.equal(wrong.response_action, 'errors');
  assert.deepEqual(Object.keys(wrong.errors).sort(), ['severity', 'title']);
  const right = (await slack.submit('declare', '', { title: '창에서 선언한 장애', severity: { value: 'P2' }, symptom: '느림', impact: '' }, 'V-same')).json;
  assert.equal(right.response_action, 'update');
  checkView(right.view);
  assert.match(right.view.blocks[0].text.text, /창에서 선언한 장애/);
  const again = (await slack.submit('declare', '', { title: '창에서 선언한 장애', severity: { value: 'P2' }, symptom: '느림', impact: '' }, 'V-same')).json;
  assert.deepEqual(again, right);
  const { items } = (await api('GET', `/incidents?q=${encodeURIComponent('창에서 선언한')}`)).json;
  assert.deepEqual(items.map((one) => [one.severity, one.symptom]), [['P2', '느림']]);
});

test('an update by a form, from the button; an incident that is over says so', async () => {
  const ref = await declare({ title: '창으로 공유' });
  assert.equal((await slack.press('inc_update', ref)).text, '');
  const view = await until(() => views().find((one) => one.private_metadata === ref), 'a form');
  assert.deepEqual(view.blocks.map((block) => block.block_id), ['text', 'next_minutes']);
  assert.deepEqual((await slack.submit('update', ref, { text: null, next_minutes: null })).json.response_action, 'errors');
  assert.equal((await slack.submit('update', ref, { text: '재시작했습니다', next_minutes: { value: '60' } })).json.response_action, 'update');
  assert.match(await timeline(ref), /재시작했습니다/);
  await api('POST', `/incidents/${ref}/recover`, { action: '재시작', cause: '메모리 부족' });
  const late = (await slack.submit('update', ref, { text: '늦은 공유', next_minutes: null })).json;
  assert.equal(late.response_action, 'errors');
  assert.ok(late.errors.text.length > 3);
});

test('reminders are put off, sent or stopped from the menu', async () => {
  const ref = await declare({ title: '알림 미루기' });
  for (const choice of ['snooze_30', 'snooze_60', 'snooze_90', 'send', 'stop', 'made_up']) {
    assert.equal((await slack.choose('inc_remind', `${ref} ${choice}`)).status, 200, choice);
  }
  for (const said of [/30분 뒤/, /60분 뒤/, /90분 뒤/, /지금 다시/, /알리지 않습니다/]) await until(() => fake.told.some((one) => said.test(one.text)), String(said));
});

test('without a form Slack refuses, the words say how', async () => {
  fake.refuse['views.open'] = [{ ok: false, error: 'expired_trigger_id' }];
  assert.match((await slack.command('선언')).json.text, /등급과 제목/);
  assert.match((await slack.command('선언', { trigger_id: '' })).json.text, /등급과 제목/);
});

test('a pinned or 📌 message of the thread becomes a timeline event, once', async () => {
  const ref = await declare({ title: '고정한 메시지' });
  const head = await until(() => headOf(ref), 'the message');
  const ts = `${Math.floor(Date.now() / 1000)}.900001`;
  fake.messages.push({ channel: head.channel, ts, thread_ts: head.ts, user: 'U0KIM', text: '10:03 &lt;배포&gt; 직후부터 <@U0LEE|이> 확인' });
  assert.equal((await slack.raw('events', JSON.stringify({ type: 'url_verification', challenge: '3eZbrw1aB' }), 'application/json')).text, '3eZbrw1aB');
  const item = { type: 'message', channel: head.channel, ts };
  assert.equal((await slack.event({ type: 'reaction_added', user: 'U0KIM', reaction: 'eyes', item })).status, 200);
  assert.ok(!(await timeline(ref)).includes('직후부터'));
  assert.equal((await slack.event({ type: 'reaction_added', user: 'U0KIM', reaction: 'pushpin', item })).status, 200);
  assert.match(await timeline(ref), /10:03 <배포> 직후부터 @U0LEE 확인\\n— 김하나/);
  assert.equal((await slack.event({ type: 'pin_added', user: 'U0KIM', channel_id: head.channel, item: { type: 'message', channel: head.channel, message: { ts } } })).status, 200);
  assert.equal((await timeline(ref)).split('직후부터').length, 2);
  fake.refuse['conversations.replies'] = [{ ok: false, error: 'missing_scope', needed: 'channels:history' }];
  assert.equal((await slack.event({ type: 'pin_added', user: 'U0KIM', item: { ...item, ts: '1700000000.000001' } })).status, 200);
  for (const odd of ['{', '[]', '{}', '{"type":"url_verification"}', JSON.stringify({ type: 'event_callback', team_id: 'T1', event: { type: 'pin_added', user: 'U1', item: { channel: 'C1&x=1', ts: '1.1' } } })]) {
    assert.equal((await slack.raw('events', odd, 'application/json')).status, 400, odd);
  }
  assert.equal((await server.request('POST', '/hooks/slack/events', { body: { type: 'url_verification', challenge: 'x' } })).status, 401);
});

test('with the database locked for five seconds forms open and answers come within three', async () => {
  const ref = await declare({ title: '잠긴 동안' });
  const lock = spawn('sqlite3', [server.database]);
  lock.stdin.write(".timeout 5000\nBEGIN IMMEDIATE;\nSELECT 'locked';\n");
  await new Promise((resolve) => { lock.stdout.once('data', resolve); });
  const began = Date.now();
  const opened = views().length;
  const [form, sent] = await Promise.all([slack.press('inc_update', ref), slack.submit('update', ref, { text: '잠긴 동안 공유', next_minutes: null })]);
  assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
  assert.equal(form.text, '');
  assert.equal(views().length, opened + 1);
  assert.equal(sent.json.response_action, 'update');
  checkView(sent.json.view);
  await pause(5000 - (Date.now() - began));
  lock.stdin.end('ROLLBACK;\n');
  await until(() => fake.messages.some((one) => one.channel === 'U0KIM' && one.text.includes(ref)), 'told by the bot');
  assert.match(await timeline(ref), /잠긴 동안 공유/);
});

test('a token that was revoked stops the destination, and says why', async () => {
  fake.refuse['chat.postMessage'] = [{ ok: false, error: 'missing_scope', needed: 'chat:write', provided: 'commands' }];
  await declare({ title: '권한이 없는 봇' });
  const blocked = await until(async () => (await api('GET', '/destinations')).json.items.find((one) => one.blocked_reason), 'blocked');
  assert.equal(blocked.blocked_reason, 'missing_scope: chat:write');
});
