// Mail by a real SMTP server, read by a real reader: what arrives is readable Korean, each person has a mail of their
// own, and the relay's codes mean what they mean.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { addToken, addUser, pause, startServer } from '../http/lib.mjs';

let server, relay, admin;
const mails = [];
let refuse = null; // {code, times, to}: the next recipients are refused
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
const settings = (more = {}) => ({ url: `smtp://127.0.0.1:${relay.server.address().port}`, from: '봉수 장애 알림 <bongsu@example.com>', to: ['kim@example.com', 'lee@example.com'], username: 'bongsu', password: 'p&s한', tls: 'none', ...more });
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(what);
}
const mailsTo = (person) => mails.filter((mail) => mail.rcpt === person);

before(async () => {
  relay = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    hideSTARTTLS: true,
    onAuth: (auth, session, done) => (auth.username === 'bongsu' && auth.password === 'p&s한' ? done(null, { user: 'bongsu' }) : done(Object.assign(new Error('no'), { responseCode: 535 }))),
    onRcptTo(address, session, done) {
      if (refuse && refuse.times > 0 && address.address === refuse.to) {
        refuse.times -= 1;
        return done(Object.assign(new Error('not now'), { responseCode: refuse.code }));
      }
      return done();
    },
    onData(stream, session, done) {
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const parsed = await simpleParser(raw);
        mails.push({ raw: raw.toString('latin1'), parsed, rcpt: session.envelope.rcptTo.map((one) => one.address).join(), hello: session.hostNameAppearsAs });
        done();
      });
    },
  });
  await new Promise((resolve) => { relay.listen(0, '127.0.0.1', resolve); });
  server = await startServer({}, { BONGSU_ALLOW_PRIVATE_TARGETS: '1' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
  const saved = await api('PUT', '/settings/smtp', settings());
  assert.equal(saved.status, 200, saved.text);
  assert.deepEqual(saved.json.password, { set: true });
});
after(async () => {
  await server?.stop();
  await new Promise((resolve) => { relay.close(resolve); });
});

test('wrong settings name their fields', async () => {
  const fields = async (more) => (await api('PUT', '/settings/smtp', settings(more))).json.errors.map((one) => one.field);
  assert.deepEqual(await fields({ url: 'http://mail' }), ['url']);
  assert.deepEqual(await fields({ from: 'nobody' }), ['from']);
  assert.deepEqual(await fields({ to: ['a b@c'] }), ['to']);
  assert.deepEqual(await fields({ from: 'A <a@b.c\r\nBcc: x@y.z>' }), ['from']);
});

test('a declaration reaches everybody in readable Korean, each by a mail of their own', async () => {
  const made = await api('POST', '/incidents', { title: '결제 API 응답 지연 — 카드 승인이 되지 않습니다 😢 그리고 제목이 아주 길어서 여러 줄이 됩니다', severity: 'P1', status_note: '조사 중\n.\n점 하나로 시작하는 줄' });
  assert.equal(made.status, 201, made.text);
  await until(() => mailsTo('kim@example.com').length === 1 && mailsTo('lee@example.com').length === 1, 'two mails');
  const { parsed, raw, hello } = mailsTo('kim@example.com')[0];
  assert.match(parsed.subject, /장애/);
  assert.match(parsed.text, /결제 API 응답 지연 — 카드 승인이 되지 않습니다 😢/);
  assert.match(parsed.html, /결제 API 응답 지연/);
  assert.match(parsed.text, new RegExp(`/incidents/${made.json.ref}`));
  assert.equal(parsed.from.value[0].name, '봉수 장애 알림');
  assert.equal(parsed.from.value[0].address, 'bongsu@example.com');
  assert.equal(parsed.to.text, 'kim@example.com');
  assert.equal(parsed.headers.get('auto-submitted'), 'auto-generated');
  assert.match(parsed.messageId, /^<bongsu-\d+@127\.0\.0\.1>$/);
  assert.notEqual(parsed.messageId, mailsTo('lee@example.com')[0].parsed.messageId);
  assert.ok(Math.abs(parsed.date - Date.now()) < 60_000);
  assert.equal(hello, '[127.0.0.1]'.slice(1, -1));
  const lines = raw.split('\r\n');
  assert.ok(lines.every((line) => line.length <= 78 && !line.includes('\n')), 'short lines, CR LF');
  assert.ok(/^[\x20-\x7e\r\n\t]*$/.test(raw), 'nothing but ASCII on the wire');
});

test('a refusal for now is tried again, one for good is not; others are not sent to twice', async () => {
  mails.length = 0;
  refuse = { code: 451, times: 1, to: 'kim@example.com' };
  await api('POST', '/incidents', { title: '두 번째 장애', severity: 'P1' });
  await until(() => mailsTo('kim@example.com').length === 1, 'after a while');
  assert.equal(mailsTo('lee@example.com').length, 1);
  mails.length = 0;
  refuse = { code: 550, times: 9, to: 'kim@example.com' };
  await api('POST', '/incidents', { title: '세 번째 장애', severity: 'P1' });
  await until(() => mailsTo('lee@example.com').length === 1, 'lee');
  await pause(1500);
  assert.equal(refuse.times, 8);
  refuse = null;
});

test('a subscriber confirms by mail, gets the notice, and leaves by the one click mail programs offer', async () => {
  const form = (path, fields) => server.request('POST', path, { headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.url }, body: new URLSearchParams(fields).toString() });
  const link = (mail, name) => new URL(mail.parsed.headers.get('list')?.[name]?.url ?? mail.parsed.text.match(/https?:\S+\/status\/confirm\/\S+/)[0]);
  assert.equal((await form('/status/subscribe?lang=ko', { email: 'Reader@Example.com' })).status, 200);
  const [question] = await until(() => mailsTo('reader@example.com').length === 1 && mailsTo('reader@example.com'), 'the question');
  const confirm = new URL(question.parsed.text.match(/https?:\S+\/status\/confirm\/\S+/)[0]);
  assert.equal((await form(confirm.pathname + confirm.search, {})).status, 200);
  const incident = (await api('POST', '/incidents', { title: '결제 지연', severity: 'P1' })).json;
  const publish = async (stage) => {
    const notice = (await api('POST', `/incidents/${incident.ref}/notices`, { stage, next_notice_minutes: 30 })).json;
    const done = await api('POST', `/notices/${notice.id}/publish`, { emergency: true, reason: '승인자와 연락이 닿지 않음' });
    assert.equal(done.status, 200, done.text);
    return done.json;
  };
  const notice = await publish('detected');
  const mail = await until(() => mailsTo('reader@example.com')[1], 'the notice');
  assert.equal(mail.parsed.subject, notice.title.ko);
  assert.ok(mail.parsed.text.includes(notice.text.ko.split('\n')[0]));
  assert.match(mail.raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
  const leave = link(mail, 'unsubscribe');
  assert.match(leave.pathname, /^\/status\/unsubscribe\//);
  assert.equal((await server.request('GET', leave.pathname + leave.search)).status, 200); // opening it changes nothing
  const gone = await server.request('POST', leave.pathname + leave.search, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
  assert.equal(gone.status, 200, gone.text);
  await publish('delayed');
  await until(() => mailsTo('kim@example.com').some((one) => one.parsed.text.includes('결제')), 'somebody else is told');
  await pause(300);
  assert.equal(mailsTo('reader@example.com').length, 2);
});
