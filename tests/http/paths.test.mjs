// The path editor without scripts: every button is a form, nothing that has no field is dropped, a late save is refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, bearer, session;
const api = async (method, path, body) => (await server.request(method, `/api/v1${path}`, { headers: bearer, body })).json;
const P1 = {
  steps: [
    { targets: ['kim'], delay_min: 5 },
    { targets: [{ type: 'team', id: '@lead' }], delay_min: 10, window: { zone: 'Asia/Seoul', days: ['mon'], from: '09:00', to: '18:00', outside: 'skip', holidays: ['2026-05-04'] } },
  ],
  notices: [{ kind: 'ceo_report', after_min: 30, unless: 'resolved', to: 'ceo' }],
};
const stored = async () => (await api('GET', '/escalation/paths')).policies.P1;

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  for (const [login, role] of [['root', 'admin'], ['kim', 'responder'], ['lee', 'lead']]) addUser(server, login, role);
  bearer = { Authorization: `Bearer ${addToken(server, 'root')}` };
  session = await logIn(server, { login: 'root', password: 'correct horse battery' });
  await api('PUT', '/escalation/paths', { policies: { P1 } });
});
after(() => server.stop());

// The form as a browser would send it: fields of the page, with changes; a list of [name, value].
async function fields(html) {
  const form = html.slice(html.indexOf('<form class="form"'), html.indexOf('</form>', html.indexOf('<form class="form"')));
  const list = [];
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const name = tag.match(/name="([^"]*)"/)?.[1];
    if (!name || (tag.includes('type="checkbox"') && !tag.includes(' checked'))) continue;
    list.push([name, tag.match(/value="([^"]*)"/)?.[1] ?? 'on']);
  }
  for (const [, name, inner] of form.matchAll(/<select[^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs)) {
    list.push([name, inner.match(/<option value="([^"]*)" selected/)?.[1] ?? inner.match(/<option value="([^"]*)"/)[1]]);
  }
  return list;
}
const page = (path) => server.request('GET', path, { headers: { Cookie: session.cookie } });
const send = (path, list) => server.request('POST', path, {
  headers: { Cookie: session.cookie, Origin: server.url, 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(list).toString(),
});
const EDIT = '/oncall/paths/P1/edit';
const steps = (html) => [...html.matchAll(/name="policies\.P\d\.steps\[\d+\]\.delay_min" value="(\d*)"/g)].map((m) => m[1]);

test('saved as it was handed out, the path is what it was', async () => {
  const before = await stored();
  const answer = await send(EDIT, await fields((await page(EDIT)).text));
  assert.equal(answer.status, 303, answer.text);
  const now = await stored();
  assert.deepEqual(now.steps[1], before.steps[1]);
  assert.deepEqual(now.notices, before.notices);
  assert.deepEqual(now.steps[0], { targets: [{ type: 'user', id: 'kim' }], delay_min: 5 });
});

test('steps are added, moved and taken out, and only saving stores it', async () => {
  let html = (await page(EDIT)).text;
  html = (await send(EDIT, [...await fields(html), ['do', 'add']])).text;
  assert.deepEqual(steps(html), ['5', '10', '15']);
  html = (await send(EDIT, [...await fields(html), ['do', 'up:1']])).text;
  assert.deepEqual(steps(html), ['10', '5', '15']);
  html = (await send(EDIT, [...await fields(html), ['do', 'remove:1']])).text;
  assert.deepEqual(steps(html), ['10', '15']);
  assert.equal((await stored()).steps.length, 2);
  const list = (await fields(html)).map(([name, value]) => [name, name === 'policies.P1.steps[1].add_targets' ? 'user:lee' : name === 'policies.P1.repeat' ? '2' : value]);
  assert.equal((await send(EDIT, list)).status, 303);
  const now = await stored();
  assert.deepEqual(now.steps.map((step) => step.targets), [[{ type: 'team', id: '@lead' }], [{ type: 'user', id: 'lee' }]]);
  assert.deepEqual(now.steps[0].window, P1.steps[1].window);
  assert.equal(now.repeat, 2);
});

test('a late save is refused with what was typed, a wrong number at its field', async () => {
  const late = await fields((await page(EDIT)).text);
  await api('PUT', '/escalation/paths/P1', { ...P1, repeat: 5 });
  const refused = await send(EDIT, late);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /그사이 다른 사람이/);
  assert.equal((await stored()).repeat, 5);
  const wrong = (await fields((await page(EDIT)).text)).map(([name, value]) => [name, name.endsWith('[0].delay_min') ? '0' : value]);
  const named = await send(EDIT, wrong);
  assert.equal(named.status, 422);
  assert.match(named.text, /field-error" id="policies\.P1\.steps\[0\]\.delay_min-error"/);
});

test('the time line is what the draft would do, from any time', async () => {
  const list = (await fields((await page(EDIT)).text)).map(([name, value]) => [name, name === 'at' ? '2026-05-05T03:00' : value]);
  const line = await send('/oncall/paths/P1/preview', list);
  assert.equal(line.status, 200, line.text);
  assert.match(line.text, /kim/);
  assert.match(line.text, /2026-05-05 03:00/);
  assert.match(line.text, /부를 수 있는 시간이 아니어서/);
});

test('a severity the policy does not know, and one without a path', async () => {
  assert.equal((await page('/oncall/paths/P9/edit')).status, 404);
  const empty = await page('/oncall/paths/P3/edit');
  assert.equal(empty.status, 200);
  assert.deepEqual(steps(empty.text), ['15']);
});
