// Every answer Slack may give, one by one: what becomes of the message and of the destination, and that people are told
// in words, in both languages.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { addToken, addUser, pause, startServer } from './lib.mjs';
import { slackClient, startSlack } from './slack_fake.mjs';

const SECRET = 'a-signing-secret';
let server, admin, fake, hook, next;
const api = (method, path, body, lang = 'ko') => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}`, 'Accept-Language': lang }, body });
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(25);
  }
  return assert.fail(what);
}

before(async () => {
  fake = await startSlack();
  hook = http.createServer((request, response) => { request.resume(); request.on('end', () => response.writeHead(next[0], { 'Content-Type': 'text/plain', ...next[2] }).end(next[1])); });
  await new Promise((resolve) => { hook.listen(0, '127.0.0.1', resolve); });
  server = await startServer({ 'allow-private-targets': true, 'rate-limit': 'off' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
});
after(async () => { await server?.stop(); fake?.close(); hook?.close(); });

async function destination(name, config, secret) {
  const made = await api('POST', '/destinations', { name, connector: 'slack', topics: ['none'], config, secret });
  assert.equal(made.status, 201, made.text);
  return made.json.id;
}

// The message after its first try, and its destination; both are then as before.
async function outcome(id, what) {
  const number = (await api('POST', `/destinations/${id}/test`)).json.delivery;
  const row = await until(async () => { const { json } = await api('GET', `/deliveries/${number}`); return (json.attempts > 0) && json; }, what);
  const english = (await api('GET', `/deliveries/${number}`, undefined, 'en')).json.explanation;
  const { blocked_reason: blocked, enabled } = (await api('GET', `/destinations/${id}`)).json;
  if (row.state !== 'sent') {
    assert.ok(row.explanation?.length > 5, `${what}: no explanation`);
    assert.match(row.explanation, /[가-힣]/, what);
    assert.doesNotMatch(english ?? '', /[가-힣]|^$/, what);
    await api('POST', `/deliveries/${number}/discard`, { reason: 'x' });
  }
  await api('POST', `/destinations/${id}/reset`);
  return { state: row.state, blocked: blocked !== null, enabled, reason: row.last_error };
}

test('the Web API: ok:false is a refusal of the message, of the token, or for now', async () => {
  const id = await destination('bot', { channel: '#incident', base_url: fake.base }, fake.token);
  const of = (codes) => codes.split(' ');
  const tables = [
    [of('channel_not_found not_in_channel is_archived restricted_action restricted_action_read_only_channel no_text msg_too_long invalid_blocks invalid_blocks_format too_many_attachments invalid_arguments message_not_found cant_update_message edit_window_closed users_not_found user_not_in_channel a_code_of_next_year'), 'dead', false],
    [of('invalid_auth not_authed account_inactive token_revoked token_expired missing_scope no_permission org_login_required ekm_access_denied team_access_not_granted'), 'dead', true],
    [of('ratelimited rate_limited message_limit_exceeded internal_error fatal_error service_unavailable request_timeout'), 'ready', false],
  ];
  for (const [codes, state, blocked] of tables) {
    for (const code of codes) {
      fake.refuse['chat.postMessage'] = [{ ok: false, error: code }];
      assert.deepEqual(await outcome(id, code), { state, blocked, enabled: true, reason: code }, code);
    }
  }
  fake.refuse['chat.postMessage'] = [{ ok: false, error: 'invalid_blocks', response_metadata: { messages: ['[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]'] } }];
  assert.match((await outcome(id, 'details')).reason, /^invalid_blocks: \[ERROR\]/);
  assert.equal((await outcome(id, 'well')).state, 'sent');
});

test('incoming webhooks: ok is text, errors are text and a status', async () => {
  const id = await destination('hook', {}, `http://127.0.0.1:${hook.address().port}/services/T/B/x`);
  const rows = [
    [200, 'ok', 'sent', false], [400, 'invalid_payload', 'dead', false], [400, 'no_text', 'dead', false], [400, 'invalid_blocks', 'dead', false],
    [400, 'too_many_attachments', 'dead', false], [400, 'user_not_found', 'dead', false], [403, 'action_prohibited', 'dead', false],
    [403, 'posting_to_general_channel_denied', 'dead', false], [403, 'invalid_token', 'dead', true], [404, 'no_service', 'dead', true],
    [404, 'no_service_id', 'dead', true], [404, 'no_team', 'dead', true], [404, 'no_active_hooks', 'dead', true], [403, 'team_disabled', 'dead', true],
    [404, 'channel_not_found', 'dead', false], [410, 'channel_is_archived', 'dead', false], [500, 'rollup_error', 'ready', false], [503, '<html>', 'ready', false],
  ];
  for (const [status, body, state, blocked] of rows) {
    next = [status, body];
    const seen = await outcome(id, `${status} ${body}`);
    assert.deepEqual([seen.state, seen.blocked, seen.enabled], [state, blocked, true], `${status} ${body}`);
  }
  next = [429, 'rate_limited', { 'Retry-After': '3' }];
  const slow = await outcome(id, '429');
  assert.deepEqual([slow.state, slow.blocked], ['ready', true]); // the whole destination waits
});

test('a response_url that is used up: the bot tells instead; one of another host is never called', async () => {
  await api('PUT', '/settings/slack', { signing_secret: SECRET, bot_token: fake.token, base_url: fake.base, channel: '#incident' });
  next = [404, '{"ok":false,"error":"used_url"}'];
  const slack = slackClient(server, SECRET, `http://127.0.0.1:${hook.address().port}/used`);
  const { ref } = (await api('POST', '/incidents', { title: '주소를 다 쓴 단추', severity: 'P2' })).json;
  await slack.press('inc_ack', ref);
  await until(() => fake.messages.some((one) => one.channel === 'U0KIM' && one.text.includes(ref)), 'told by the bot');
  const elsewhere = slackClient(server, SECRET, 'http://localhost.example.com/steal');
  assert.equal((await elsewhere.press('inc_help', ref)).status, 200);
});

test('the documented examples of a press and of a command are taken as they are', async () => {
  const slack = slackClient(server, SECRET, fake.responses);
  const { ref } = (await api('POST', '/incidents', { title: '예시', severity: 'P2' })).json;
  const press = { type: 'block_actions', team: { id: 'T9TK3CUKW', domain: 'example' }, user: { id: 'UA8RXUSPL', username: 'kim', name: 'kim', team_id: 'T9TK3CUKW' }, api_app_id: 'AABA1ABCD', container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'CBR2V3XEX', is_ephemeral: false }, trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3', channel: { id: 'CBR2V3XEX', name: 'ops' }, message: { type: 'message', text: '…', ts: '1548261231.000200', bot_id: 'BAH5CA16Z' }, state: { values: {} }, response_url: fake.responses, actions: [{ type: 'button', action_id: 'inc_ack', block_id: 'inc42', value: ref, text: { type: 'plain_text', text: '확인', emoji: true }, action_ts: '1548426417.840180' }] };
  const body = new URLSearchParams({ payload: JSON.stringify(press) }).toString();
  const first = await slack.raw('actions', body);
  assert.deepEqual([first.status, first.text], [200, '']);
  assert.equal((await api('GET', `/incidents/${ref}`)).json.state, 'acknowledged');
  const several = structuredClone(press);
  Object.assign(several, { channel: undefined, message: undefined });
  several.actions.push({ type: 'button', action_id: 'inc_open', url: 'https://x', action_ts: '2.1' }, { type: 'button', action_id: 'unknown', value: 'x', action_ts: '2.2' });
  assert.equal((await slack.raw('actions', new URLSearchParams({ payload: JSON.stringify(several) }).toString())).status, 200);
  const command = 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const told = await slack.raw('commands', command);
  assert.deepEqual([told.status, told.json.response_type], [200, 'ephemeral']);
  assert.match(told.headers['content-type'], /^application\/json; charset=utf-8/);
  assert.deepEqual(fake.faults, []);
});
