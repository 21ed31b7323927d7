// What senders of alerts may rely on, fact by fact: Alertmanager 4, Grafana, PagerDuty Events v2, our plain form.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server, token;
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  addUser(server, 'root', 'admin');
  token = addToken(server, 'root');
  assert.equal((await api('POST', '/services', { key: 'checkout', name: 'Checkout' })).status, 201);
});
after(() => server?.stop());

const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, body });
const post = (path, body, headers = {}, method = 'POST') => server.request(method, path, { headers: { 'Content-Type': 'application/json', ...headers }, body });
const alerts = async (id, more = '') => (await api('GET', `/alerts?integration=${id}${more}`)).json.items;
const incidents = async () => (await api('GET', '/incidents?limit=200')).json.items.length;
const metric = async (pattern) => Number((await server.request('GET', '/metrics')).text.match(pattern)?.[1] ?? NaN);
const basic = (text) => `Basic ${Buffer.from(text).toString('base64')}`;

async function sender(kind, more = {}) {
  const made = await api('POST', '/integrations', { kind, name: kind, ...more });
  assert.equal(made.status, 201, made.text);
  const path = new URL(made.json.url).pathname;
  return { ...made.json, path, send: (body, headers, method) => post(path, body, headers, method), list: (filter) => alerts(made.json.id, filter) };
}

// --- Alertmanager ---

const NONE = '0001-01-01T00:00:00Z';
const firing = (name, more = {}) => ({ status: 'firing', labels: { alertname: name, cluster: 'kr-1', service: 'checkout', severity: 'critical', ...more.labels }, annotations: { summary: `${name} 12%` },
  startsAt: '2026-03-01T11:00:00.499610977Z', endsAt: NONE, generatorURL: 'http://prom.example/graph?g0=1', fingerprint: name.padEnd(16, '0'), ...more.own });
const over = (name, more = {}) => firing(name, { own: { status: 'resolved', startsAt: '2026-03-01T11:00:01Z', endsAt: '2026-03-01T11:05:00Z', ...more } });
const message = (list, more = {}) => ({ receiver: 'ops\\.pay', status: 'firing', alerts: list, groupLabels: { cluster: 'kr-1' }, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://am.example:9093',
  version: '4', groupKey: '{}/{team=~"a|b"}:{alertname="X", cluster="kr-1"}', truncatedAlerts: 0, ...more });

test('Alertmanager: its message as it comes, by Bearer or Basic, with members of newer versions', async () => {
  const one = await sender('alertmanager', { secret: 'hush' });
  const body = message([firing('Rate')], { notification_reason: 'first notification', routeLabels: { team: 'a' } });
  for (const value of ['Bearer hush', basic('anyone:hush'), basic(':hush')]) assert.equal((await one.send(body, { Authorization: value })).status, 200, value);
  for (const value of [undefined, 'Bearer', 'hush', 'Bearer Hush', 'Bearer hush x', basic('hush'), basic('hush:'), 'Basic !!!', 'Basic']) {
    assert.equal((await one.send(body, value === undefined ? {} : { Authorization: value })).status, 401, value);
  }
  const [found] = await one.list();
  assert.deepEqual([found.title, found.severity, found.service, found.starts_at, found.link, found.occurrences], ['Rate 12%', 'P1', 'checkout', '2026-03-01T11:00:00Z', 'http://prom.example/graph?g0=1', 3]);
});

test('Alertmanager: each alert has a state of its own; identity is the fingerprint, whatever startsAt says', async () => {
  const one = await sender('alertmanager');
  const count = await incidents();
  await one.send(message([firing('A'), firing('B')]));
  assert.equal(await incidents(), count); // the service has an incident under way: they join it
  const mixed = await one.send(message([over('A'), firing('B')]));
  assert.deepEqual([mixed.json.resolved, mixed.json.opened], [1, 0]);
  assert.deepEqual((await one.list()).map((x) => [x.title, x.state, x.resolved_at]), [['B 12%', 'firing', null], ['A 12%', 'resolved', '2026-03-01T11:05:00Z']]);
  await one.send(message([over('B')], { status: 'resolved' }));
  assert.deepEqual((await one.list('&state=open')), []);
});

test('Alertmanager: messages out of order, twice, and of long ago', async () => {
  const one = await sender('alertmanager', { rules: [{ match: [], do: 'record' }] });
  assert.equal((await one.send(message([over('A')]))).json.resolved, 0); // overtook what it ends
  const late = await one.send(message([firing('A', { own: { startsAt: '2026-03-01T11:00:01Z' } })]));
  assert.equal(late.json.opened, 0);
  assert.equal((await one.send(message([firing('A', { own: { startsAt: '2026-03-01T12:00:00+00:00' } })]))).json.opened, 1); // it began anew
  assert.equal((await one.send(message([over('A')]))).json.resolved, 0); // the end of the first, late
  for (let i = 0; i < 3; i++) assert.equal((await one.send(message([firing('A')]))).json.opened, 0);
  assert.equal((await one.list('&state=open'))[0].occurrences, 4);
});

test('Alertmanager: a cut message says how many it hides, and ends them with its group', async () => {
  const one = await sender('alertmanager', { rules: [{ match: [], do: 'record' }] });
  await one.send(message([firing('A'), firing('B'), firing('C')]));
  await one.send(message([firing('D')], { groupKey: 'another' }));
  await one.send(message([firing('A')], { truncatedAlerts: 2 }));
  assert.deepEqual((await one.list()).map((x) => [x.name, x.hidden]), [['D', 0], ['C', 0], ['B', 0], ['A', 2]]);
  await one.send(message([over('A')], { status: 'resolved', truncatedAlerts: 2 }));
  assert.deepEqual((await one.list('&state=open')).map((x) => x.name), ['D']);
});

test('Alertmanager: texts of Go, severities, titles, links', async () => {
  const one = await sender('alertmanager', { severity: 'P3', rules: [{ match: [{ label: 'alertname', op: '=', value: 'Quiet' }], do: 'ignore' }, { match: [], do: 'record' }] });
  const escaped = JSON.stringify(message([firing('Esc', { own: { annotations: { summary: '%lt%b%gt% %amp% 결제' } } })])).replaceAll('%lt%', '\\u003c').replaceAll('%gt%', '\\u003e').replaceAll('%amp%', '\\u0026');
  assert.equal((await one.send(escaped)).status, 200);
  await one.send(message([firing('Bare', { labels: { severity: 'warning' }, own: { annotations: {}, generatorURL: 'javascript:alert(1)' } }), firing('Odd', { labels: { severity: 'purple' } }), firing('Quiet')]));
  const of = Object.fromEntries((await one.list()).map((x) => [x.name, x]));
  assert.equal(of.Esc.title, '<b> & 결제');
  assert.deepEqual([of.Bare.title, of.Bare.severity, of.Bare.link], ['Bare', 'P3', null]);
  assert.deepEqual([of.Odd.severity, of.Esc.severity, of.Quiet.outcome], ['P3', 'P1', 'ignored']);
  const p2 = await sender('alertmanager', { options: { severity_label: 'sev', service_label: 'app' }, rules: [{ match: [], do: 'record' }] });
  await p2.send(message([firing('Named', { labels: { sev: 'critical', severity: 'info', app: 'checkout', service: 'nobody' } })]));
  assert.deepEqual([(await p2.list())[0].severity, (await p2.list())[0].service], ['P1', 'checkout']);
});

test('Alertmanager: what can never be taken is 400 and counted; well-formed neighbours are kept', async () => {
  const one = await sender('alertmanager', { rules: [{ match: [], do: 'record' }] });
  const malformed = /received_total\{source="alertmanager",result="malformed"\} (\d+)/;
  const before = await metric(malformed);
  const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
  const bad = ['', '{', '[]', 'null', '"x"', '{}', '{"alerts":{}}', `${JSON.stringify(message([]))}x`, `{"alerts":${deep}}`, '{"version":"3","alerts":[]}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from('{"alerts":[]\0}'), '{"alerts":[],"alerts":[]}', '{"alerts":[{"status":"firing"}]}', '{"alerts":["x",7,null]}', '{"alerts":[{"status":"odd","labels":{"alertname":"a"}}]}'];
  for (const body of bad) assert.equal((await one.send(body)).status, 400, String(body).slice(0, 60));
  assert.equal(await metric(malformed), before + bad.length);
  const mixed = await one.send(message([firing('Fine'), 7, { status: 'firing', labels: {} }, { labels: { a: 'b' } }, firing('Too')]));
  assert.deepEqual([mixed.status, mixed.json.accepted, mixed.json.malformed, mixed.json.trouble], [200, 2, 3, 'alerts[1].labels']);
  assert.equal((await one.list()).length, 2);
  assert.equal((await one.send(message([]))).status, 200); // nothing to say is no fault
  const huge = await server.raw(`POST ${one.path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nContent-Type: application/json\r\nContent-Length: ${4 * 1024 * 1024 + 1}\r\n\r\n{`);
  assert.deepEqual(huge.statuses, [413]); // by its length, before any of it is read
  const long = await one.send(message([firing('Long', { own: { annotations: { summary: '긴'.repeat(5000), description: 'y'.repeat(50_000) } }, labels: { big: 'z'.repeat(20_000) } })]));
  assert.equal(long.json.opened, 1);
  assert.equal((await post('/hooks/alertmanager/0123456789abcdef0123456789abcdef', message([]))).status, 404);
  assert.equal((await post(one.path.replace('alertmanager', 'grafana'), message([]))).status, 404); // a key of another kind is no key
});

test('overload is 503 with Retry-After: Alertmanager gives up on anything else', { timeout: 30_000 }, async () => {
  const limited = await startServer();
  try {
    const one = `GET /ping/x HTTP/1.1\r\nHost: ${new URL(limited.url).host}\r\n\r\n`; // shares the limit of every hook
    const answers = await Promise.all(Array.from({ length: 8 }, () => limited.raw(one.repeat(1500), 1000)));
    assert.ok(answers.some(({ text }) => /HTTP\/1.1 503 [^]*?Retry-After: \d+/.test(text)));
    assert.deepEqual([...new Set(answers.flatMap(({ statuses }) => statuses))].sort(), [404, 503]);
  } finally {
    await limited.stop();
  }
});

// --- Grafana ---

const SIGNATURE = 'X-Grafana-Alerting-Signature', TIMESTAMP = 'X-Grafana-Alerting-Timestamp';
const mac = (text, secret = 'secret') => createHmac('sha256', secret).update(text).digest('hex');
const grafana = (list, more = {}) => ({ receiver: 'bongsu', status: 'firing', orgId: 1, title: '[FIRING:1]', state: 'alerting', message: '**Firing**', appVersion: '12.0.0', alerts: list, version: '1', groupKey: '{}', truncatedAlerts: 0, externalURL: 'http://g.example/', ...more });

test('Grafana: signed over the body, or over time and body, in lower-case hex without a prefix', async () => {
  assert.equal(mac('test message'), '3bcebf43c85d20bba6e3b6ba278af1d2ba3ab0d57de271b0ad30b833e851c5a6'); // as published
  assert.equal(mac('0:test message'), 'ac18a483a582b60a883e974541afe25aa1026136163e94665649743324183ef1');
  const one = await sender('grafana', { secret: 'secret' });
  assert.equal((await one.send('test message', { [SIGNATURE]: mac('test message') })).status, 400); // believed, but no JSON
  const body = JSON.stringify(grafana([firing('G', { labels: { severity: 'info' } })]));
  const now = Math.floor(Date.now() / 1000);
  const timed = (at) => ({ [SIGNATURE]: mac(`${at}:${body}`), [TIMESTAMP]: `${at}` });
  const before = await metric(/signature_failures_total\{source="grafana"\} (\d+)/);
  for (const headers of [{ [SIGNATURE]: mac(body) }, timed(now), timed(now - 290), timed(now + 290), { Authorization: 'Bearer secret' }, { Authorization: 'Custom secret' }, { Authorization: basic('a:secret') }]) assert.equal((await one.send(body, headers)).status, 200, JSON.stringify(headers));
  assert.equal((await one.send(body, { [SIGNATURE]: mac(body) }, 'PUT')).status, 200);
  const wrong = [{}, { [SIGNATURE]: '' }, { [SIGNATURE]: mac(body).toUpperCase() }, { [SIGNATURE]: `sha256=${mac(body)}` }, { [SIGNATURE]: mac(body).slice(1) }, { [SIGNATURE]: mac(`${body} `) }, { [SIGNATURE]: mac(body, 'Secret') },
    timed(now - 310), timed(now + 310), { ...timed(now), [TIMESTAMP]: `${now + 1}` }, { ...timed(now), [TIMESTAMP]: `${now}x` }, { ...timed(now), [TIMESTAMP]: '-1' }, { ...timed(now), [TIMESTAMP]: '9'.repeat(40) }, { [SIGNATURE]: mac(body), [TIMESTAMP]: `${now}` }];
  for (const headers of wrong) assert.equal((await one.send(body, headers)).status, 401, JSON.stringify(headers));
  assert.equal(await metric(/signature_failures_total\{source="grafana"\} (\d+)/), before + wrong.length);
});

test('Grafana: special names, the Test button, null values, a payload of another shape', async () => {
  const one = await sender('grafana');
  const count = await incidents();
  const special = ['DatasourceNoData', 'DatasourceError'].map((name) => firing(name, { labels: { rulename: '주문 지연', severity: 'info' }, own: { annotations: {}, values: null, valueString: '', silenceURL: 'http://g.example/s', imageURL: 'http://127.0.0.1:1/never-fetched.png' } }));
  assert.equal((await one.send(grafana([...special, firing('TestAlert', { own: { fingerprint: '57c6d9296de2ad39' } })]))).json.accepted, 3);
  assert.equal(await incidents(), count); // a test button pages nobody
  assert.deepEqual((await one.list()).map((x) => x.title).sort(), ['DatasourceError: 주문 지연', 'DatasourceNoData: 주문 지연', 'TestAlert 12%']);
  const legacy = await one.send({ ruleId: 1, ruleName: 'x', state: 'alerting', evalMatches: [{ value: 1, metric: 'm' }] });
  assert.equal(legacy.status, 400);
  assert.deepEqual(legacy.json.errors.map((x) => [x.field, x.code]), [['alerts', 'required']]);
});

// --- PagerDuty ---

const KEY_LENGTH = "Length of 'routing_key' is incorrect (should be 32 characters)";
const trigger = (key, more = {}) => ({ routing_key: key, event_action: 'trigger', dedup_key: 'srv01/mysql', client: 'Monitor', client_url: 'https://monitor.example/', links: [{ href: 'https://a.example/', text: 'a' }], images: [],
  payload: { summary: 'DISK at 99%', source: 'prod-db03', severity: 'critical', timestamp: '2026-03-01T11:00:00.000+0000', component: 'mysql', group: 'prod', class: 'disk', custom_details: { free: 1 } }, ...more });
const enqueue = (body) => post('/v2/enqueue', body);

test('PagerDuty: trigger, again, acknowledge, resolve, and trigger anew', async () => {
  const one = await sender('pagerduty');
  assert.equal(one.path, '/v2/enqueue');
  const taken = await enqueue(trigger(one.key));
  assert.deepEqual([taken.status, taken.json], [202, { status: 'success', message: 'Event processed', dedup_key: 'srv01/mysql' }]);
  const [alert] = await one.list();
  const state = async () => (await api('GET', `/incidents/${alert.incident}`)).json.state;
  assert.deepEqual([alert.title, alert.state, alert.labels.source, await state()], ['DISK at 99%', 'firing', 'prod-db03', 'open']);
  assert.equal((await enqueue(trigger(one.key))).status, 202);
  assert.deepEqual((await one.list()).map((x) => x.occurrences), [2]);
  const act = (event_action, more = {}) => enqueue({ routing_key: one.key, event_action, dedup_key: 'srv01/mysql', payload: { any: 'thing' }, ...more });
  assert.equal((await act('acknowledge')).status, 202);
  assert.deepEqual([(await one.list())[0].state, await state()], ['acknowledged', 'acknowledged']); // nobody is called any more
  assert.equal((await act('resolve')).status, 202);
  assert.equal((await one.list())[0].state, 'resolved');
  for (const [action, dedup_key] of [['resolve', 'srv01/mysql'], ['acknowledge', 'srv01/mysql'], ['resolve', 'nobody'], ['acknowledge', 'nobody']]) assert.equal((await act(action, { dedup_key })).status, 202, action);
  assert.equal((await one.list()).length, 1);
  await enqueue(trigger(one.key));
  assert.deepEqual((await one.list()).map((x) => x.state), ['firing', 'resolved']);
});

test('PagerDuty: invalid events are told why, in its shape', async () => {
  const one = await sender('pagerduty');
  const without = (...path) => { const body = trigger(one.key); delete path.slice(0, -1).reduce((at, name) => at[name], body)[path.at(-1)]; return body; };
  const cases = [[without('routing_key'), /routing_key/], [trigger('short'), KEY_LENGTH], [trigger('x'.repeat(32)), /routing_key/], [trigger(one.key, { event_action: 'open' }), /event_action/], [without('event_action'), /event_action/],
    [without('payload'), /payload/], [without('payload', 'summary'), /payload\.summary/], [without('payload', 'source'), /payload\.source/], [trigger(one.key, { payload: { ...trigger(one.key).payload, severity: 'P1' } }), /payload\.severity/],
    [trigger(one.key, { payload: { ...trigger(one.key).payload, summary: 'x'.repeat(1025) } }), /1024/], [trigger(one.key, { dedup_key: 'k'.repeat(256) }), /255/], [trigger(one.key, { dedup_key: 7 }), /dedup_key/],
    [{ routing_key: one.key, event_action: 'resolve' }, /dedup_key/], ['{', /JSON/], [[], /routing_key/]];
  for (const [body, reason] of cases) {
    const answer = await enqueue(body);
    assert.deepEqual([answer.status, answer.json.status, answer.json.message], [400, 'invalid event', 'Event object is invalid']);
    assert.ok(answer.json.errors.some((text) => (reason instanceof RegExp ? reason.test(text) : text === reason)), `${reason}: ${answer.text}`);
  }
  assert.equal((await one.list()).length, 0);
  const made = await enqueue(without('dedup_key'));
  assert.ok(made.json.dedup_key.length > 20);
  assert.equal((await enqueue({ routing_key: one.key, event_action: 'resolve', dedup_key: made.json.dedup_key })).status, 202);
  assert.equal((await one.list())[0].state, 'resolved');
  const edge = trigger(one.key, { dedup_key: 'k'.repeat(255), payload: { ...trigger(one.key).payload, summary: '가'.repeat(1024), severity: 'info' } });
  assert.equal((await enqueue(edge)).status, 202);
  const reasons = (await api('GET', `/integrations/${one.id}/receipts`)).json.items.filter((x) => x.reason !== null);
  assert.ok(reasons.length > 5 && reasons.every((x) => x.reason === 'fields' && x.detail.length > 10)); // those whose key is known
});

// --- our plain form ---

test('plain: the same meaning in fewer words, one or many', async () => {
  const one = await sender('generic', { secret: 'hush', rules: [{ match: [], do: 'record' }] });
  const send = (body) => one.send(body, { Authorization: 'Bearer hush' });
  const event = { title: '정산 지연', severity: 'warning', source: 'batch-1', dedup_key: 'k', status: 'firing', description: '20분 늦음', service: 'checkout', timestamp: '2026-03-01T20:00:00+09:00', links: [{ href: 'https://jobs.example/', text: 'j' }] };
  assert.deepEqual([(await send(event)).status, (await one.send(event)).status], [202, 401]);
  const [found] = await one.list();
  assert.deepEqual([found.title, found.description, found.service, found.link, found.starts_at, found.labels.source], ['정산 지연', '20분 늦음', 'checkout', 'https://jobs.example/', '2026-03-01T11:00:00Z', 'batch-1']);
  assert.equal((await send({ dedup_key: 'k', status: 'acknowledged' })).status, 202);
  assert.equal((await one.list())[0].state, 'acknowledged');
  const many = await send({ alerts: [{ dedup_key: 'k', status: 'resolved' }, { title: 'b' }, { severity: 'info' }, { title: 'c', status: 'burning' }, 'x'] });
  assert.deepEqual([many.json.accepted, many.json.malformed, many.json.trouble], [2, 3, 'alerts[2].title']);
  assert.equal((await send([{ title: 'd' }])).json.opened, 1);
  for (const [body, field] of [[{}, 'title'], [{ title: 'a', status: 'odd' }, 'status'], [{ title: 'a', dedup_key: 'k'.repeat(256) }, 'dedup_key'], [{ status: 'resolved' }, 'dedup_key'], [[{}], 'alerts[0].title']]) {
    const refused = await send(body);
    assert.deepEqual([refused.status, refused.headers['content-type'], refused.json.errors[0].field], [400, 'application/problem+json', field]);
  }
});

test('forged requests are counted for every sender from the start, Slack and Jira too', async () => {
  for (const source of ['alertmanager', 'grafana', 'pagerduty', 'generic', 'heartbeat', 'slack', 'jira']) assert.ok((await metric(new RegExp(`signature_failures_total\\{source="${source}"\\} (\\d+)`))) >= 0, source);
  assert.equal((await api('PUT', '/settings/slack', { signing_secret: 'a'.repeat(32), webhook_url: 'https://hooks.slack.com/services/T/B/x' })).status, 200);
  const slack = await metric(/signature_failures_total\{source="slack"\} (\d+)/);
  assert.equal((await server.request('POST', '/hooks/slack/commands', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'text=help&user_id=U1' })).status, 401);
  assert.equal(await metric(/signature_failures_total\{source="slack"\} (\d+)/), slack + 1);
  const beat = await sender('heartbeat', { beat_seconds: 60, secret: 'hush' });
  assert.equal((await server.request('GET', beat.path)).status, 401);
  assert.equal((await server.request('GET', beat.path, { headers: { Authorization: 'Bearer hush' } })).status, 200);
});
