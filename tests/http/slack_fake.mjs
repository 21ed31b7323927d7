// Slack as strict as the real one: what it would refuse fails the test that sent it. Limits count UTF-16 units.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import http from 'node:http';

const TOKEN = 'xoxb-fake';

function text(object, types, max, where) {
  assert.ok(object && types.includes(object.type), `${where}: type ${object?.type}`);
  assert.ok(typeof object.text === 'string' && object.text.length >= 1 && object.text.length <= max, `${where}: ${object.text?.length} units`);
  assert.doesNotMatch(object.text, /&(?!amp;|lt;|gt;)/, `${where}: ${object.text}`);
  const live = object.type === 'mrkdwn' ? object.text.replace(/<https?:\/\/[^<>|]+\|[^<>]+>|<@U\w+>/g, '') : object.text;
  assert.doesNotMatch(live, /[<>]/, `${where}: ${object.text}`);
  const known = object.type === 'plain_text' ? ['type', 'text', 'emoji'] : ['type', 'text', 'verbatim'];
  assert.deepEqual(Object.keys(object).filter((key) => !known.includes(key)), [], where);
}

function option(one, where) {
  text(one.text, ['plain_text'], 75, `${where}.text`);
  assert.ok(one.value.length >= 1 && one.value.length <= 75, `${where}.value`);
}

function element(one, where, ids) {
  assert.ok(!ids.has(one.action_id), `${where}: action_id twice`);
  ids.add(one.action_id);
  assert.ok(one.action_id.length >= 1 && one.action_id.length <= 255, where);
  if (one.type === 'button') {
    text(one.text, ['plain_text'], 75, where);
    assert.ok(one.value === undefined || one.value.length <= 2000, where);
    assert.ok(one.url === undefined || (/^https?:\/\//.test(one.url) && one.url.length <= 3000), where);
    assert.ok([undefined, 'primary', 'danger'].includes(one.style), where);
  } else if (one.type === 'static_select') {
    assert.ok(one.options.length >= 1 && one.options.length <= 100, where);
    one.options.forEach((each, i) => option(each, `${where}.options[${i}]`));
    if (one.placeholder) text(one.placeholder, ['plain_text'], 150, where);
    if (one.initial_option) assert.ok(one.options.some((each) => JSON.stringify(each) === JSON.stringify(one.initial_option)), `${where}: initial_option`);
  } else {
    assert.equal(one.type, 'plain_text_input', where);
    assert.ok(one.max_length >= 1 && one.max_length <= 3000, where);
    assert.ok(one.initial_value === undefined || one.initial_value.length <= one.max_length, where);
  }
}

export function checkBlocks(blocks, max = 50) {
  const ids = new Set();
  assert.ok(Array.isArray(blocks) && blocks.length >= 1 && blocks.length <= max, 'blocks');
  blocks.forEach((block, i) => {
    const where = `blocks[${i}]`;
    assert.ok(block.block_id === undefined || (block.block_id.length <= 255 && !ids.has(block.block_id)), where);
    ids.add(block.block_id);
    if (block.type === 'header') text(block.text, ['plain_text'], 150, where);
    else if (block.type === 'section') {
      assert.ok(block.text || block.fields, where);
      if (block.text) text(block.text, ['plain_text', 'mrkdwn'], 3000, where);
      if (block.fields) assert.ok(block.fields.length >= 1 && block.fields.length <= 10, where);
      (block.fields ?? []).forEach((field) => text(field, ['plain_text', 'mrkdwn'], 2000, where));
    } else if (block.type === 'actions') {
      const actions = new Set();
      assert.ok(block.elements.length >= 1 && block.elements.length <= 25, where);
      block.elements.forEach((one) => element(one, where, actions));
    } else {
      assert.equal(block.type, 'input', where);
      text(block.label, ['plain_text'], 2000, where);
      element(block.element, where, new Set());
    }
  });
}

export function checkView(view) {
  assert.equal(view.type, 'modal');
  for (const part of ['title', 'submit', 'close']) if (view[part]) text(view[part], ['plain_text'], 24, part);
  assert.ok(!view.blocks.some((block) => block.type === 'input') || view.submit, 'submit is required with inputs');
  assert.ok((view.private_metadata ?? '').length <= 3000 && (view.callback_id ?? '').length <= 255);
  checkBlocks(view.blocks, 100);
}

function answer(fake, method, body, query) {
  const refusal = fake.refuse[method]?.shift();
  if (refusal) return refusal;
  if (method === 'views.open') {
    checkView(body.view);
    return body.trigger_id ? { ok: true, view: { id: 'V1' } } : { ok: false, error: 'invalid_arguments' };
  }
  if (method === 'conversations.replies') {
    const message = fake.messages.find((one) => one.channel === query.get('channel') && one.ts === query.get('ts'));
    return message ? { ok: true, messages: [message] } : { ok: false, error: 'thread_not_found' };
  }
  if (body.blocks) checkBlocks(body.blocks);
  assert.ok(body.text.length >= 1 && body.text.length <= 4000, 'text');
  if (method === 'chat.update') {
    const message = fake.messages.find((one) => one.channel === body.channel && one.ts === body.ts);
    if (!message) return { ok: false, error: 'message_not_found' };
    Object.assign(message, { text: body.text, blocks: body.blocks, updates: message.updates + 1 });
    return { ok: true, channel: body.channel, ts: body.ts };
  }
  assert.equal(method, 'chat.postMessage');
  const channel = body.channel.startsWith('#') ? `C${body.channel.slice(1).toUpperCase().replace(/[^A-Z]/g, '')}` : body.channel;
  const ts = `${Math.floor(Date.now() / 1000)}.${String(fake.messages.length).padStart(6, '0')}`;
  fake.messages.push({ ...body, channel, asked: body.channel, ts, bot_id: 'B1', updates: 0 });
  return { ok: true, channel, ts, message: { text: body.text } };
}

// A workspace: {messages, calls, refuse, faults, base}. refuse[method] is a list of answers to give first.
export async function startSlack() {
  const fake = { messages: [], calls: [], refuse: {}, faults: [], told: [], token: TOKEN };
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url, 'http://x');
      const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {};
      if (url.pathname === '/response') {
        fake.told.push(body);
        response.end('ok');
        return;
      }
      const method = url.pathname.replace('/api/', '');
      let said = { ok: false, error: 'invalid_auth' };
      fake.calls.push({ method, body });
      try {
        if (request.headers.authorization === `Bearer ${TOKEN}`) said = answer(fake, method, body, url.searchParams);
      } catch (error) {
        fake.faults.push(error.message);
        said = { ok: false, error: 'invalid_blocks' };
      }
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  fake.base = `http://127.0.0.1:${server.address().port}/api/`;
  fake.responses = `http://127.0.0.1:${server.address().port}/response`;
  fake.close = () => server.close();
  return fake;
}

const form = (fields) => new URLSearchParams(fields).toString();

// Signed requests as Slack sends them; `at` may be set to another clock.
export function slackClient(server, secret, responses) {
  let number = 0;
  const sign = (body, at, key = secret) => `v0=${createHmac('sha256', key).update(`v0:${at}:`).update(body).digest('hex')}`;
  const client = {};
  const send = (path, body, type = 'application/x-www-form-urlencoded') => {
    const at = String(Math.floor((client.at ?? Date.now)() / 1000));
    return server.request('POST', `/hooks/slack/${path}`, { headers: { 'Content-Type': type, 'X-Slack-Request-Timestamp': at, 'X-Slack-Signature': sign(body, at) }, body });
  };
  const trigger = () => `t.${number += 1}`;
  const interaction = (more) => send('actions', form({ payload: JSON.stringify({ team: { id: 'T1' }, user: { id: 'U0KIM', username: 'kim' }, trigger_id: trigger(), ...more }) }));
  return Object.assign(client, {
    command: (text, more = {}) => send('commands', form({ team_id: 'T1', user_id: 'U0KIM', user_name: 'kim', command: '/incident', text, trigger_id: trigger(), response_url: responses, ...more })),
    press: (action, value) => interaction({ type: 'block_actions', response_url: responses, actions: [{ type: 'button', action_id: action, block_id: 'b', value, action_ts: `1.${number += 1}` }] }),
    choose: (action, value) => interaction({ type: 'block_actions', response_url: responses, actions: [{ type: 'static_select', action_id: action, block_id: 'b', selected_option: { text: { type: 'plain_text', text: 'x' }, value }, action_ts: `1.${number += 1}` }] }),
    submit: (kind, ref, values, id = `V${number += 1}`) => interaction({ type: 'view_submission', view: { id, callback_id: kind, private_metadata: ref, state: { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [name]: typeof value === 'object' ? { type: 'static_select', selected_option: value && { value: value.value } } : { type: 'plain_text_input', value } }])) } } }),
    event: (event, more = {}) => send('events', JSON.stringify({ type: 'event_callback', team_id: 'T1', event_id: `Ev${number += 1}`, event, ...more }), 'application/json'),
    raw: send,
  });
}
