// A walk through the whole portal of the demo organisation: every link leads somewhere the reader may go, and every form
// an administrator is shown can be sent, as it stands and with its required fields filled in, without a server error. A
// page is tested by being linked, a form by being shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addUser, logIn, startServer } from './lib.mjs';
import { get, send, walk } from './wander.mjs';

const PAGES_AT_LEAST = 150;
const FORMS_AT_LEAST = 100;
const PEOPLE = { admin: 'admin', reader: 'viewer', desk: 'cs', duty: 'responder' };
let server;
const browsers = {};

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  const demo = server.command(['demo']);
  assert.equal(demo.status, 0, demo.stderr);
  for (const [login, role] of Object.entries(PEOPLE)) {
    addUser(server, `a-${login}`, role);
    browsers[login] = await logIn(server, { login: `a-${login}`, password: 'correct horse battery' });
  }
});
after(() => server.stop());

for (const login of Object.keys(PEOPLE).filter((one) => one !== 'admin')) {
  test(`every link a ${PEOPLE[login]} is shown leads somewhere`, { timeout: 60_000 }, async (t) => {
    const { pages } = await walk(server, browsers[login], 'en');
    t.diagnostic(`${pages} pages`);
    assert.ok(pages >= 30, `${pages} pages`);
  });
}

test('every link leads somewhere, every form can be sent', { timeout: 120_000 }, async (t) => {
  const browser = browsers.admin;
  const { pages, forms } = await walk(server, browser, 'ko');
  const ends = ([path]) => (/delete|remove|cancel|withdraw|retire|merge|close|end|revoke/.test(path) ? 1 : 0);
  let done = 0;
  for (const [action, form] of forms.sort((a, b) => ends(a) - ends(b))) {
    const answers = [await send(server, browser, action, form, false), await send(server, browser, action, form, true)];
    if (answers.some(({ status }) => status === 303)) done += 1;
    for (const { headers } of answers) {
      if (headers.location) assert.ok((await get(server, browser, headers.location.replace(/#.*/, ''))).status < 400, `after ${action}: ${headers.location}`);
    }
  }
  t.diagnostic(`${pages} pages, ${forms.length} forms, ${done} of them done`);
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.ok(pages >= PAGES_AT_LEAST && forms.length >= FORMS_AT_LEAST, `${pages} pages, ${forms.length} forms`);
});
