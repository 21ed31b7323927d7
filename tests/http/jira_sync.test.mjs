// State in both directions: ours reaches Jira by its transitions, theirs comes back by asking and by webhook, and where
// both changed it the later one wins and everybody sees it. The clock is moved, never waited for.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';
import { startJira, STATUSES } from './jira_fake.mjs';
import { slackClient } from './slack_fake.mjs';

const SECRET = "It's a Secret to Everybody";
let server, jira, admin, browser, hook;
let now = Date.parse('2026-11-20T09:00:00Z');
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
async function pass(minutes) {
  now += minutes * 60_000;
  const answer = await server.request('PUT', '/test/clock', { body: { now: new Date(now).toISOString() } });
  assert.equal(answer.status, 200, answer.text);
}
const shown = async (id) => (await api('GET', `/actions/${id}`)).json;
const issueOf = (item) => jira.issues.find((one) => one.fields.labels.includes(`bongsu-${item.id}`));
async function make(title) {
  const item = (await api('POST', '/actions', { title })).json;
  await pass(1);
  assert.ok(issueOf(item), `${title}: no issue`);
  return item;
}
function moveThere(item, state, minutesAgo = 0) {
  Object.assign(issueOf(item).fields, { status: STATUSES[state], changed: now - minutesAgo * 60_000 });
}
const tell = (event) => {
  const body = JSON.stringify(event);
  return server.request('POST', hook, { headers: { 'Content-Type': 'application/json', 'X-Hub-Signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` }, body });
};
const settings = (more = {}) => ({ base_url: jira.base, flavour: 'cloud', email: 'a@b.example', token: 'tok', project: 'OPS', webhook_secret: SECRET, states: { dropped: '안 함' }, poll_minutes: '5', ...more });

before(async () => {
  jira = await startJira();
  jira.now = () => now;
  server = await startServer({ 'allow-private-targets': true, 'rate-limit': 'off', 'test-clock': true });
  await pass(0);
  browser = await logIn(server, addUser(server, 'admin', 'admin'));
  admin = addToken(server, 'admin');
  const saved = await api('PUT', '/settings/jira', settings());
  assert.equal(saved.status, 200, saved.text);
  hook = saved.json.hook;
});
after(async () => { await server?.stop(); jira?.close(); });

test('settings: names of states are checked', async () => {
  const wrong = await api('PUT', '/settings/jira', settings({ states: { closed: '완료' }, poll_minutes: '7' }));
  assert.deepEqual(wrong.json.errors.map((one) => one.field).sort(), ['poll_minutes', 'states']);
});

test('a state that changes here goes there by a transition; the same by browser, Slack and API', async () => {
  await api('PUT', '/settings/slack', { signing_secret: 'x' });
  const incident = (await api('POST', '/incidents', { title: '결제 지연', severity: 'P2' })).json.ref;
  const item = await make('API로 만든 일');
  await api('PATCH', `/actions/${item.id}`, { state: 'doing' });
  await pass(1);
  assert.deepEqual(jira.moves.at(-1), [issueOf(item).key, '진행 중']);
  const press = (path, fields) => server.request('POST', path, { headers: { Cookie: browser.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf: browser.csrf, ...fields }).toString() });
  assert.equal((await press('/actions/new', { title: '화면에서 만든 일', perspective: 'prevention', horizon: 'short', kind: 'other' })).status, 303);
  const slack = slackClient(server, 'x', `${jira.base}/none`);
  slack.at = () => now;
  const said = (await slack.command(`대책 ${incident} Slack에서 만든 일`)).json.text;
  assert.match(said, /Slack에서 만든 일/);
  await pass(1);
  for (const title of ['화면에서 만든 일', 'Slack에서 만든 일']) assert.ok(jira.issues.some((one) => one.fields.summary === title), title);
  const browsed = await server.request('GET', '/actions', { headers: { Cookie: browser.cookie } });
  assert.match(browsed.text, new RegExp(`href="${jira.base}/browse/${issueOf(item).key}"`));
  const page = await server.request('GET', `/actions/${item.id}`, { headers: { Cookie: browser.cookie } });
  assert.match(page.text, /Jira 이슈/);
  const count = jira.moves.length;
  await api('PATCH', `/actions/${item.id}`, { title: 'API로 만든 일, 고침' });
  await pass(1);
  assert.equal(jira.moves.length, count, 'only the state is sent');
});

test('a dropped item takes the transition that the settings name', async () => {
  const item = await make('하지 않기로 한 일');
  await api('PATCH', `/actions/${item.id}`, { state: 'dropped', state_reason: '중복' });
  await pass(1);
  assert.deepEqual(jira.moves.at(-1), [issueOf(item).key, '안 함']);
});

test('asking Jira brings states back, over several pages, and leaves no trace in the deliveries', async () => {
  jira.page = 2;
  const items = [];
  for (const title of ['물어본 일 1', '물어본 일 2', '물어본 일 3']) items.push(await make(title));
  moveThere(items[0], 'done');
  moveThere(items[1], 'dropped');
  const moves = jira.moves.length;
  await pass(6);
  assert.equal((await shown(items[0].id)).state, 'done');
  const dropped = await shown(items[1].id);
  assert.deepEqual([dropped.state, dropped.state_reason], ['dropped', 'Jira']);
  assert.equal((await shown(items[2].id)).state, 'todo');
  assert.match(jira.searches.at(-1), /updated >= "-\d+m"/);
  assert.equal(jira.moves.length, moves, 'no echo');
  for (const state of ['sent', 'ready', 'dead']) {
    assert.ok(!(await api('GET', `/deliveries?state=${state}`)).json.items.some((one) => one.topic === 'jira.poll'), state);
  }
  jira.page = 100;
});

test('Jira out of reach: one question waits, and the states come later', async () => {
  const item = await make('늦게 알게 된 일');
  moveThere(item, 'done');
  const down = Array.from({ length: 4 }, () => ['POST /search/jql', 503, {}]);
  jira.refuse.push(...down);
  await pass(30);
  assert.equal((await shown(item.id)).state, 'done');
});

test('both changed it: the later change wins, and the item says so until they agree', async () => {
  const theirs = await make('Jira가 나중인 일');
  jira.missing = ['완료', '안 함']; // ours cannot get there
  await api('PATCH', `/actions/${theirs.id}`, { state: 'done' });
  await pass(1);
  const { items } = (await api('GET', '/deliveries')).json;
  assert.match(items[0].last_error, /^no_transition/);
  assert.match(items[0].explanation, /전환|transition/);
  await pass(1);
  moveThere(theirs, 'doing');
  await pass(6);
  const after = await shown(theirs.id);
  assert.equal(after.state, 'doing');
  assert.deepEqual([after.jira_conflict.ours, after.jira_conflict.theirs, after.jira_conflict.kept], ['done', 'doing', 'theirs']);
  const list = (await server.request('GET', '/actions', { headers: { Cookie: browser.cookie } })).text;
  assert.match(list, /Jira와 다름[^]*나중에 바꾼 Jira를 따랐습니다/);

  const ours = await make('이쪽이 나중인 일');
  moveThere(ours, 'doing');
  await pass(3);
  await api('PATCH', `/actions/${ours.id}`, { state: 'done' });
  await tell({ timestamp: now - 60_000, webhookEvent: 'jira:issue_updated', user: { accountId: 'other' }, issue: { id: issueOf(ours).id, key: issueOf(ours).key, fields: { status: STATUSES.doing } } });
  await pass(0); // ours cannot get there yet, and lies among the failed
  const kept = await shown(ours.id);
  assert.deepEqual([kept.state, kept.jira_conflict?.kept], ['done', 'ours']);
  jira.missing = [];
  for (const one of (await api('GET', '/deliveries')).json.items) await api('POST', `/deliveries/${one.id}/retry`);
  await pass(2);
  assert.ok(jira.moves.some(([key, to]) => key === issueOf(ours).key && to === '완료')); // the others go again, too
  assert.equal((await shown(ours.id)).jira_conflict, null);
});

test('somebody moves it at the same time: 409 is tried again, 400 asks where it is', async () => {
  const item = await make('동시에 옮긴 일');
  const path = `/issue/${issueOf(item).id}/transitions`;
  jira.refuse.push([`POST ${path}`, 409, { errorMessages: ['busy'] }]);
  await api('PATCH', `/actions/${item.id}`, { state: 'doing' });
  await pass(2);
  assert.equal(issueOf(item).fields.status.name, '진행 중');
  jira.refuse.push([`POST ${path}`, 400, { errorMessages: ['not valid'] }]);
  await api('PATCH', `/actions/${item.id}`, { state: 'done' });
  await pass(2);
  const { items } = (await api('GET', '/deliveries')).json;
  assert.match(items[0].last_error, /^HTTP 400: not valid/);
});

test('an issue that is there already is followed, and a test asks who we are', async () => {
  jira.issues.push({ id: '777', key: 'OPS-700', fields: { summary: 'x', labels: [], status: STATUSES.todo, changed: now } });
  const count = jira.issues.length;
  const item = (await api('POST', '/actions', { title: '이슈가 있던 일', jira: 'OPS-700' })).json;
  await pass(1);
  assert.equal(jira.issues.length, count);
  await api('PATCH', `/actions/${item.id}`, { state: 'doing' });
  await pass(1);
  assert.deepEqual(jira.moves.at(-1), ['OPS-700', '진행 중']);
  const { id } = (await api('GET', '/destinations')).json.items.find((one) => one.connector === 'jira');
  const sent = (await api('POST', `/destinations/${id}/test`)).json.delivery;
  await pass(1);
  assert.equal((await api('GET', `/deliveries/${sent}`)).json.state, 'sent');
});

test('the issue an Automation rule made is known by its label, from its first event', async () => {
  const rules = [];
  const http = await import('node:http');
  const rule = http.createServer((request, response) => { const chunks = []; request.on('data', (chunk) => chunks.push(chunk)); request.on('end', () => { rules.push({ token: request.headers['x-automation-webhook-token'], body: JSON.parse(Buffer.concat(chunks)) }); response.end(); }); });
  await new Promise((resolve) => { rule.listen(0, '127.0.0.1', resolve); });
  await api('PUT', '/settings/jira', { ...settings(), automation_url: `http://127.0.0.1:${rule.address().port}/rule`, automation_token: 'once' });
  const item = (await api('POST', '/actions', { title: '규칙이 만든 일' })).json;
  await pass(1);
  rule.close();
  assert.equal(rules[0].token, 'once');
  assert.ok(rules[0].body.issue.labels.includes(`bongsu-${item.id}`));
  const event = { timestamp: now, webhookEvent: 'jira:issue_created', user: { accountId: 'rule' }, issue: { id: '888', key: 'OPS-800', fields: { labels: rules[0].body.issue.labels, status: STATUSES.doing } } };
  assert.equal((await tell(event)).json.applied, true);
  const { state, jira: key } = await shown(item.id);
  assert.deepEqual([state, key], ['doing', 'OPS-800']);
});
