// Jira as strict as the real one, in both dialects: action items become issues once, their state comes back.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addToken, addUser, pause, startServer } from './lib.mjs';
import { startJira } from './jira_fake.mjs';

const SECRET = "It's a Secret to Everybody";
let server, jira, admin, hook, issues, searches;
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
const base = () => jira.base;
const sign = (body, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
let number = 0;
const tell = (event, more = {}) => {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  return server.request('POST', hook, { headers: { 'Content-Type': 'application/json', 'X-Hub-Signature': sign(body), 'X-Atlassian-Webhook-Identifier': `id-${number += 1}`, ...more }, body });
};
const moved = (issue, category, timestamp, more = {}) => ({ timestamp, webhookEvent: 'jira:issue_updated', user: { accountId: 'other' }, issue: { id: issue.id, key: issue.key, fields: { summary: 'x', status: { id: '1', name: '완료', statusCategory: { key: category } } } }, ...more });
async function until(check, what) {
  for (let i = 0; i < 300; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(what);
}
const action = async (title, more = {}) => (await api('POST', '/actions', { title, ...more })).json;
const linked = (id) => until(async () => { const { json } = await api('GET', `/actions/${id}`); return json.jira ? json : null; }, 'linked');

before(async () => {
  jira = await startJira();
  ({ issues, searches } = jira);
  server = await startServer({ 'allow-private-targets': true, 'rate-limit': 'off' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
});
after(async () => {
  await server.stop();
  jira.close();
});

test('settings: what is missing or wrong is named', async () => {
  const answer = await api('PUT', '/settings/jira', { base_url: 'ftp://x', flavour: 'server', project: 'ops' });
  assert.equal(answer.status, 422);
  assert.deepEqual(answer.json.errors.map((one) => one.field).sort(), ['base_url', 'flavour', 'project', 'token']);
  const saved = await api('PUT', '/settings/jira', { base_url: base(), flavour: 'cloud', email: 'a@b.example', token: 'tok', project: 'OPS', webhook_secret: SECRET, account: 'ours' });
  assert.equal(saved.status, 200, saved.text);
  assert.deepEqual(saved.json.token, { set: true });
  hook = saved.json.hook;
});

test('Cloud: an action item becomes an issue with labels, due date and a link back', async () => {
  const incident = (await api('POST', '/incidents', { title: '결제 지연', severity: 'P2' })).json;
  const item = await action('커넥션 풀 경보 추가', { incident: incident.ref, due: '2027-01-20', owner: '김하나' });
  assert.equal((await linked(item.id)).jira, 'OPS-7');
  const { fields } = issues[0];
  assert.deepEqual(fields.labels, ['bongsu', 'incident', `bongsu-${item.id}`, incident.ref.toLowerCase()]);
  assert.equal(fields.duedate, '2027-01-20');
  assert.match(JSON.stringify(fields.description), new RegExp(`/incidents/${incident.ref}`));
});

test('an answer that was lost makes no second issue', async () => {
  jira.fail = 1;
  const before = issues.length;
  const item = await action('답이 사라진 일');
  await linked(item.id);
  assert.equal(issues.length, before + 1);
  assert.match(searches.at(-1), new RegExp(`bongsu-${item.id}`));
});

test('events: signature, once, in order, not our own, and only about state', async () => {
  const item = await action('상태를 따라가는 일');
  const key = (await linked(item.id)).jira;
  const issue = issues.find((one) => one.key === key);
  const state = async () => (await api('GET', `/actions/${item.id}`)).json.state;
  const event = moved(issue, 'done', 2000);
  const body = JSON.stringify(event);
  for (const bad of [undefined, sign(`${body} `), sign(body, 'x'), sign(body).replace('sha256', 'sha1'), sign(body).toUpperCase(), [sign(body), sign(body)]]) {
    const headers = { 'Content-Type': 'application/json', ...(bad ? { 'X-Hub-Signature': bad } : {}) };
    const answer = await server.request('POST', hook, { headers, body });
    assert.ok(answer.status === 401 || (Array.isArray(bad) && answer.status === 400), `${bad}: ${answer.status}`);
  }
  assert.equal((await server.request('POST', '/hooks/jira/made-up', { headers: { 'X-Hub-Signature': sign(body) }, body })).status, 404);
  for (const odd of ['{', '[]', '{}', 'Hello World!']) assert.equal((await tell(odd)).status, 400, odd);
  assert.equal(await state(), 'todo');
  assert.equal((await tell(moved(issue, 'done', 1000, { user: { accountId: 'ours' } }))).json.applied, false);
  assert.equal((await tell({ timestamp: 1, webhookEvent: 'comment_created', comment: { id: '1' } })).status, 200);
  assert.equal((await tell(moved({ id: '999', key: 'X-1' }, 'done', 1000))).json.applied, false);
  assert.equal((await tell(event, { 'X-Atlassian-Webhook-Identifier': 'same' })).json.applied, true);
  assert.equal(await state(), 'done');
  assert.equal((await tell(moved(issue, 'new', 1500))).json.applied, false, 'older than what is known');
  assert.equal((await tell(moved(issue, 'indeterminate', 3000), { 'X-Atlassian-Webhook-Identifier': 'same' })).json.applied, false, 'taken before');
  assert.equal((await tell(moved({ ...issue, key: 'NEW-1' }, 'indeterminate', 4000))).json.applied, true);
  assert.equal(await state(), 'doing');
  assert.equal((await api('GET', `/actions/${item.id}`)).json.jira, 'NEW-1');
  assert.equal((await tell(moved(issue, 'done', 5000, { changelog: null, user: null }))).status, 200);
});

test('Data Center: v2, a token, wiki text', async () => {
  assert.equal((await api('PUT', '/settings/jira', { base_url: `${base()}/`, flavour: 'dc', token: 'pat', project: 'OPS' })).status, 200);
  const item = await action('중괄호 {x} 를 쓰는 일');
  const { jira: key } = await linked(item.id);
  assert.match(issues.find((one) => one.key === key).fields.description, /\\{x\\}/);
});
