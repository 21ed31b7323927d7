// Every kind of mail, in both languages, text and HTML; encryption and login as a strict relay wants them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { certificates } from '../http/certificates.mjs';
import { addToken, addUser, pause, startServer } from '../http/lib.mjs';

let server, relay, admin, papers, secured = true;
const mails = [];
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(`${what}: ${JSON.stringify(mails.map((one) => one.subject))}`);
}
const mailAbout = (pattern) => until(() => mails.find((one) => pattern.test(one.subject)), String(pattern));
const settings = (more = {}) => ({ url: `smtp://localhost:${relay.server.address().port}`, from: '봉수 <bongsu@example.com>', to: ['kim@example.com'], username: 'bongsu', password: 'right', tls: 'required', ...more });
const openRelay = (more) => new Promise((resolve) => {
  const one = new SMTPServer({
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: (auth, session, done) => (auth.password === 'right' ? done(null, { user: 'bongsu' }) : done(Object.assign(new Error('no'), { responseCode: 535 }))),
    onData(stream, session, done) {
      simpleParser(stream).then((parsed) => { secured &&= session.secure; mails.push(parsed); done(); });
    },
    ...more,
  });
  one.on('error', () => {}); // a client that turns away from a certificate is what the test is about
  one.listen(0, '127.0.0.1', () => resolve(one));
});

before(async () => {
  papers = certificates();
  relay = await openRelay(papers.ours);
  server = await startServer({ 'ca-file': papers.file }, { BONGSU_ALLOW_PRIVATE_TARGETS: '1' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
  assert.equal((await api('PUT', '/settings/smtp', settings())).status, 200);
});
after(async () => {
  await server?.stop();
  await new Promise((resolve) => { relay?.close(resolve); });
  papers?.remove();
});

// topics beside those that the mail settings take
async function listen() {
  const made = await api('POST', '/destinations', { name: '전부', connector: 'mail', topics: ['incident.updated', 'incident.help', 'action.*', 'page.*'], config: { ...settings({ to: ['all@example.com'] }), portal: 'https://portal.example.com' }, secret: 'right' });
  assert.equal(made.status, 201, made.text);
}

test('each kind has its subject, its facts, its button and says why it came; text and HTML agree', async () => {
  await listen();
  for (const [lang, words] of [['ko', { declared: '장애 선언', updated: '상황 공유', recovered: '복구 완료', severity: '등급', open: '장애 보기', why: '등록되어 있어' }], ['en', { declared: 'Incident declared', updated: 'Situation update', recovered: 'Recovered', severity: 'Severity', open: 'Open the incident', why: 'your address is on the list' }]]) {
    const title = lang === 'ko' ? '결제 <API> 지연 & 실패' : 'Payments <API> slow & failing';
    const { ref } = (await api('POST', '/incidents', { title, severity: 'P1', lang })).json;
    await api('POST', `/incidents/${ref}/updates`, { text: lang === 'ko' ? '풀을 늘립니다' : 'growing the pool' });
    await api('POST', `/incidents/${ref}/recover`, { action: 'ok', cause: 'pool' });
    for (const what of [words.declared, words.updated, words.recovered]) {
      const mail = await until(() => mails.find((one) => one.subject === `[P1] ${title} — ${what} (${ref})`), what);
      assert.ok(mail.text.startsWith(`${what}\n`), mail.text);
      assert.match(mail.inReplyTo, new RegExp(`^<bongsu-${ref}@`)); // one conversation
      for (const part of [`${words.severity}: P1`, `${words.open}: http`, words.why, `/incidents/${ref}`]) assert.ok(mail.text.includes(part), `${part} in ${mail.text}`);
      assert.ok(mail.html.includes(`lang="${lang}"`) && mail.html.includes('&lt;API&gt;') && !mail.html.includes('<API>'), mail.html);
      assert.match(mail.html, new RegExp(`href="[^"]*/incidents/${ref}"`));
      for (const line of mail.text.split('\n').filter((one) => /^- /.test(one))) assert.ok(mail.html.includes(line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')), line);
      assert.doesNotMatch(mail.text + mail.html, /\b(mail|topic|incident|label|review)\.[a-z_]+\b(?!\.)|\{\{/);
    }
  }
});

test('action items, and retrospectives with an invitation for the calendar', async () => {
  const { ref } = (await api('POST', '/incidents', { title: '회고할 장애', severity: 'P1' })).json;
  await api('POST', `/incidents/${ref}/recover`, { action: '재시작', cause: '누수' });
  const item = (await api('POST', '/actions', { title: '힙 경보 추가', incident: ref, owner: '김하나', due: '2027-01-20' })).json;
  const action = await mailAbout(/^\[재발 방지 대책\] 힙 경보 추가 — 새 재발 방지 대책$/);
  for (const part of ['담당: 김하나', '기한: 2027-01-20', `/actions/${item.id}`]) assert.ok(action.text.includes(part), action.text);
  const set = await api('POST', `/incidents/${ref}/retro/schedule`, { at: '2027-01-12T15:00:00+09:00' });
  assert.ok(set.status < 300, set.text);
  const retro = await mailAbout(/🗓️/);
  assert.equal(retro.attachments[0].filename, 'retro.ics');
  assert.match(retro.attachments[0].contentType, /text\/calendar/);
  assert.match(retro.attachments[0].content.toString(), /^BEGIN:VCALENDAR\r\n/);
  assert.ok(retro.text.includes(`/incidents/${ref}/retro`) && retro.text.includes('회고 보기'), retro.text);
});

test('subscribers of the status page hear nothing of the portal, and may leave by one click', async () => {
  const asked = await server.request('POST', '/status/subscribe', { headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: server.url }, body: new URLSearchParams({ email: 'customer@example.com', lang: 'ko' }).toString() });
  assert.ok(asked.status < 400, asked.text);
  const mail = await until(() => mails.find((one) => one.to.text === 'customer@example.com'), 'confirmation');
  assert.match(mail.text, /구독을 신청하신 주소/);
  assert.doesNotMatch(mail.text + mail.html, /\/incidents|봉수에서 열기|장애 보기/);
  assert.equal(mail.headers.get('list-unsubscribe-post') ?? mail.headers.get('list')?.['unsubscribe-post']?.name, 'List-Unsubscribe=One-Click');
});

test('every mail came over STARTTLS with the certificate of our own authority', () => {
  assert.ok(mails.length > 8 && secured);
});

const deadOf = async (id) => until(async () => { const { json } = await api('GET', `/deliveries/${id}`); return json.last_error && json; }, 'an outcome');
const testOf = async () => {
  const { id } = (await api('GET', '/destinations')).json.items.find((one) => one.name === 'mail');
  return deadOf((await api('POST', `/destinations/${id}/test`)).json.delivery);
};

test('a wrong password stops the destination and says what to do', async () => {
  await api('PUT', '/settings/smtp', settings({ password: 'wrong' }));
  const dead = await testOf();
  assert.match(dead.last_error, /^smtp\.login/);
  assert.equal(dead.state, 'dead');
  assert.match(dead.explanation, /비밀번호|password/);
  assert.ok((await api('GET', '/destinations')).json.items.find((one) => one.name === 'mail').blocked_until);
});

test('a relay without encryption, or with a certificate of nobody we know, gets no mail and no password', async () => {
  const heard = mails.length;
  const bare = await openRelay({ hideSTARTTLS: true, allowInsecureAuth: true });
  await api('PUT', '/settings/smtp', settings({ url: `smtp://localhost:${bare.server.address().port}` }));
  assert.match((await testOf()).last_error, /^smtp\.tls/);
  await new Promise((resolve) => { bare.close(resolve); });
  const stranger = await openRelay(papers.stranger);
  await api('PUT', '/settings/smtp', settings({ url: `smtp://localhost:${stranger.server.address().port}` }));
  const refused = await testOf();
  assert.match(refused.last_error, /^smtp\.tls/);
  assert.match(refused.explanation, /인증서|certificate/);
  await new Promise((resolve) => { stranger.close(resolve); });
  assert.equal(mails.length, heard);
});
