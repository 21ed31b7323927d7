// The policy's form holds every member of the document: what is typed is the next version, what is wrong is named.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, admin, bearer;
before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  admin = await logIn(server, addUser(server, 'boss', 'admin'));
  bearer = { Authorization: `Bearer ${addToken(server, 'boss')}` };
});
after(() => server.stop());

const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
const policy = async () => (await server.request('GET', '/api/v1/policy', { headers: bearer })).json;

// What a browser would send back untouched.
async function form() {
  const { text, status } = await server.request('GET', '/policy/edit', { headers: { Cookie: admin.cookie, Accept: 'text/html' } });
  assert.equal(status, 200);
  const own = text.slice(text.indexOf('action="/policy/edit"'), text.indexOf('action="/policy/adopt"'));
  const fields = new Map();
  for (const [tag, type, , name, value] of own.matchAll(/<input[^>]*?type="(\w+)"( id="[^"]*")? name="([^"]+)" value="([^"]*)"[^>]*>/g)) {
    if (type !== 'checkbox' || / checked/.test(tag)) fields.set(name, unescape(value));
  }
  for (const [, name, value] of own.matchAll(/<textarea[^>]*name="([^"]+)"[^>]*>\n([^<]*)<\/textarea>/g)) fields.set(name, unescape(value));
  for (const [, name, inner] of own.matchAll(/<select[^>]*name="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g)) {
    fields.set(name, (inner.match(/value="([^"]*)" selected/) ?? inner.match(/value="([^"]*)"/))[1]);
  }
  fields.set('csrf', admin.csrf);
  return fields;
}
const post = (fields) => server.request('POST', '/policy/edit', { headers: { Cookie: admin.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams([...fields]).toString() });
const content = ({ severities, wizard }) => ({ severities, wizard });

test('saved untouched, nothing changes', async () => {
  const before = await policy();
  const answer = await post(await form());
  assert.equal(answer.status, 303, answer.text);
  const now = await policy();
  assert.deepEqual(content(now), content(before));
});

test('channels, roles, due times, review, examples and the wizard are edited', async () => {
  const fields = await form();
  fields.set('severities[0].channels.email', 'true');
  fields.delete('severities[0].channels.sms');
  fields.set('severities[1].roles.scribe', 'true');
  fields.set('severities[0].report_due.amount', '2');
  fields.set('severities[0].report_due.unit', 'business_days');
  fields.set('severities[1].review', 'executives');
  fields.set('severities[2].business_hours', 'true');
  fields.set('severities[0].examples.ko', '결제 불가\r\n\r\n로그인 <불가>');
  fields.set('severities[0].examples.en', 'No payment\r\n\r\n');
  const steps = (await policy()).wizard.steps.length;
  fields.set(`wizard.steps[${steps}].question.ko`, '데이터가 사라졌습니까?');
  fields.set(`wizard.steps[${steps}].question.en`, 'Is data lost?');
  fields.set(`wizard.steps[${steps}].severity`, 'P1');
  fields.set('wizard.steps[0].question.ko', '');
  fields.set('wizard.steps[0].question.en', '');
  const answer = await post(fields);
  assert.equal(answer.status, 303, answer.text);
  const { severities: [p1, p2, p3], wizard } = await policy();
  assert.ok(p1.channels.includes('email') && !p1.channels.includes('sms'));
  assert.ok(p2.roles.includes('scribe'));
  assert.deepEqual(p1.report_due, { amount: 2, unit: 'business_days' });
  assert.equal(p2.review, 'executives');
  assert.equal(p3.business_hours, true);
  assert.deepEqual(p1.examples, [{ ko: '결제 불가', en: 'No payment' }, { ko: '로그인 <불가>', en: '로그인 <불가>' }]);
  assert.equal(wizard.steps.length, steps);
  assert.equal(wizard.steps.at(-1).question.ko, '데이터가 사라졌습니까?');
});

test('what is wrong is named, what was typed stays', async () => {
  const fields = await form();
  fields.set('severities[0].retro_due.amount', '다섯');
  fields.set('severities[1].name.ko', '');
  fields.set('severities[0].meaning.ko', '아직 저장되지 않은 뜻');
  const answer = await post(fields);
  assert.equal(answer.status, 422);
  assert.match(answer.text, /id="severities\[0\]\.retro_due\.amount-error"/);
  assert.match(answer.text, /id="severities\[1\]\.name\.ko-error"/);
  assert.ok(answer.text.includes('아직 저장되지 않은 뜻'));
  assert.notEqual((await policy()).severities[1].name.ko, '');
});
