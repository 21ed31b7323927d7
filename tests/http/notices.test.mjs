// From draft to published by two people in a browser without scripts, and what is refused on the way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, logIn, startServer } from './lib.mjs';

const password = 'bongsu-demo-2026';
let server, cs, lead, incident;
before(async () => {
  server = await startServer();
  assert.equal(server.command(['demo']).status, 0);
  const headers = { Authorization: `Bearer ${addToken(server, 'admin')}` };
  const body = { title: '결제 실패', severity: 'P1', service: 'payment' };
  incident = (await server.request('POST', '/api/v1/incidents', { headers, body })).json;
  cs = await logIn(server, { login: 'cs', password });
  lead = await logIn(server, { login: 'moon', password });
});
after(() => server.stop());

const get = (path, who = cs) => server.request('GET', path, { headers: { Cookie: who.cookie } });
const post = (path, fields = {}, who = cs) => server.request('POST', path, {
  headers: { Cookie: who.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ csrf: who.csrf, ...fields }).toString(),
});
const seoul = (minutes) => new Date(Date.now() + (9 * 60 + minutes) * 60_000).toISOString().slice(0, 16);

test('two people take a notice from nothing to the status page', async () => {
  assert.match((await get('/notices')).text, new RegExp(`${incident.ref}/notices`));
  const page = `/incidents/${incident.ref}/notices`;
  assert.match((await get(page)).text, /법률 자문이 아닙니다/);
  const made = await post(page, { stage: 'detected', template: '', next_notice_at: seoul(45) });
  assert.equal(made.status, 303);
  const notice = made.headers.location;
  const shown = (await get(notice)).text;
  assert.match(shown, /바이트/);
  assert.match(shown, /English/);
  const edited = { stage: 'detected', 'title.ko': '결제 지연 안내', 'text.ko': '결제가 <느립니다>. 19:30부터입니다.', 'title.en': 'Payments are slow',
    'text.en': 'Payments are slow since 19:40.', next_notice_at: seoul(45) };
  assert.equal((await post(notice, { ...edited, 'text.ko': '' })).status, 422);
  assert.equal((await post(notice, edited)).status, 303);
  assert.match((await get(notice)).text, /영어에 없음: 19:30/);
  assert.equal((await post(`${notice}/submit`)).status, 303);
  assert.equal((await post(`${notice}/approve`)).status, 403);
  assert.equal((await post(`${notice}/publish`)).status, 409);
  assert.equal((await post(`${notice}/approve`, {}, lead)).status, 303);
  assert.equal((await post(`${notice}/publish`)).status, 303);
  assert.match((await server.request('GET', '/status')).text, /결제가 &lt;느립니다&gt;/);
  assert.equal((await post(`${notice}/withdraw`)).status, 422);
  assert.equal((await post(`${notice}/withdraw`, { reason: '시각이 틀림' })).status, 303);
  assert.doesNotMatch((await server.request('GET', '/status')).text, /느립니다/);
});

test('an emergency needs a reason worth reading', async () => {
  const made = await post(`/incidents/${incident.ref}/notices`, { stage: 'delayed', template: '', next_notice_at: seoul(30) });
  const publish = `${made.headers.location}/publish`;
  assert.equal((await post(publish, { emergency: 'true', reason: '급함' })).status, 422);
  assert.equal((await post(publish, { emergency: 'true', reason: '야간이라 승인할 사람이 없음' })).status, 303);
});

test('a name of a person does not reach customers', async () => {
  const made = await post(`/incidents/${incident.ref}/notices`, { stage: 'detected', template: '', next_notice_at: seoul(30) });
  const notice = made.headers.location;
  const edited = { stage: 'detected', 'title.ko': '결제 안내', 'text.ko': '문예진님이 조치하고 있습니다.', 'title.en': '', 'text.en': '', next_notice_at: seoul(30) };
  assert.equal((await post(notice, edited)).status, 303);
  assert.match((await get(notice)).text, /data-wording-kind="notice"/);
  const refused = await post(`${notice}/submit`);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /id="text.ko-error"[^]*‘문예진/);
  assert.equal((await post(notice, { ...edited, 'text.ko': '담당 부서에서 조치하고 있습니다.' })).status, 303);
  assert.equal((await post(`${notice}/submit`)).status, 303);
  assert.match((await get(notice)).text, /#\{다음안내\}/);
});

test('a recovery leaves its notice on the desk', async () => {
  const headers = { Authorization: `Bearer ${addToken(server, 'admin')}` };
  const body = { cause: '연동 지연', action: '우회', impact: '결제 일부 실패', follow_up: '점검' };
  assert.equal((await server.request('POST', `/api/v1/incidents/${incident.ref}/recover`, { headers, body })).status, 200);
  for (let tries = 0; tries < 50; tries++) {
    const list = (await server.request('GET', `/api/v1/incidents/${incident.ref}/notices`, { headers })).json.items;
    if (list.some((notice) => notice.stage === 'recovered' && notice.state === 'draft')) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  assert.match((await get('/notices')).text, /결제 기능이 정상화되었습니다/);
  assert.match((await get('/notices')).text, /자동 초안/);
});

test('what was read is what is approved: a step from an older page is refused', async () => {
  const made = await post(`/incidents/${incident.ref}/notices`, { stage: 'delayed', template: '', next_notice_at: seoul(40) });
  const notice = made.headers.location;
  const version = async () => (await get(notice)).text.match(/submit"><input[^>]*><input type="hidden" name="version" value="(\d+)"/)?.[1];
  const first = await version();
  assert.equal((await post(`${notice}/submit`, { version: first })).status, 303);
  assert.equal((await post(`${notice}/approve`, { version: first }, lead)).status, 409);
  const page = (await get(notice, lead)).text;
  const [, read] = page.match(/approve"><input[^>]*><input type="hidden" name="version" value="(\d+)"/);
  const both = await Promise.all([post(`${notice}/approve`, { version: read }, lead), post(`${notice}/approve`, { version: read }, lead)]);
  assert.deepEqual(both.map((each) => each.status).sort(), [303, 409]);
});

test('templates: listed, previewed, refused with the place, saved by version, brought back', async () => {
  const list = (await get('/notices/templates')).text;
  assert.match(list, /\/notices\/templates\/payment\/recovered\/en/);
  const page = '/notices/templates/payment/detected/ko';
  assert.match((await get(page)).text, /이용에 불편을 드려 죄송합니다/);
  const broken = await post(page, { title: '안내', text: '가\r\n{{servce:이/가}} 느립니다.\r\n{{start', version: '0' });
  assert.equal(broken.status, 422);
  assert.match(broken.text, /servce \(2:1\)/);
  assert.match(broken.text, /\{\{start/);
  const seen = await post(page, { title: '{{service}} 안내', text: '{{service:이/가}} 느립니다.', version: '0', preview: 'true' });
  assert.match(seen.text, /결제가 느립니다\./);
  assert.equal((await post(page, { title: '안내', text: '우리 글 {{start}}', version: '0' })).status, 303);
  assert.equal((await post(page, { title: '안내', text: '늦은 글', version: '0' })).status, 409);
  assert.match((await get('/notices/templates')).text, /고침/);
  assert.match((await get(page)).text, /기본 문구로 되돌리기/);
  assert.equal((await post(`${page}/restore`, { version: '1' })).status, 303);
  assert.doesNotMatch((await get('/notices/templates')).text, /고침/);
  assert.match((await get(`${page}?version=1`)).text, /우리 글/);
  const own = await post('/notices/templates/new', { key: 'Delivery', name: '배송', title: '배송 지연', text: '배송이 늦습니다.' });
  assert.equal(own.headers.location, '/notices/templates/delivery/detected/ko');
  assert.match((await get('/notices/templates/delivery/recovered/en')).text, /배송/);
  assert.equal((await post('/notices/templates/new', { key: 'delivery', name: '배송', title: '배송', text: '배송' })).status, 422);
  const gone = await post('/notices/templates/delivery/detected/ko/restore', { version: '1' });
  assert.equal(gone.headers.location, '/notices/templates');
});

test('a name that may stand is kept with a reason; the words page shows why', async () => {
  const made = await post(`/incidents/${incident.ref}/notices`, { stage: 'delayed', template: '', next_notice_at: seoul(50) });
  const notice = made.headers.location;
  const edited = { stage: 'delayed', 'title.ko': '문예진 작가전 예매 지연', 'text.ko': '예매가 늦습니다.', 'title.en': '', 'text.en': '', next_notice_at: seoul(50) };
  assert.equal((await post(notice, edited)).status, 303);
  const page = (await get(notice)).text;
  assert.match(page, /id="title.ko"[^>]*data-wording-kind="notice"/);
  const [, part, rule, start] = page.match(/waive"><input[^>]*><input[^>]*name="part" value="([^"]+)"><input[^>]*name="rule" value="([^"]+)"><input[^>]*name="start" value="(\d+)"/);
  assert.equal((await post(`${notice}/waive`, { part, rule, start, reason: '짧음' })).status, 422);
  assert.equal((await post(`${notice}/waive`, { part, rule, start, reason: '공연 제목에 들어가는 작가 이름' })).status, 303);
  assert.equal((await post(`${notice}/submit`)).status, 303);
  const words = (await get('/wording', lead)).text;
  assert.match(words, /공연 제목에 들어가는 작가 이름/);
  assert.match(words, /사람 이름/);
  assert.doesNotMatch(words, /name="must_flag"/);
});

test('words of the organisation: refused with the example that fails, saved by version', async () => {
  const admin = await logIn(server, { login: 'admin', password });
  const fields = { flag: '핫픽스 = 긴급 수정\r\n', allow: '', roles: '', systems: '', must_flag: '핫픽스를 했다.', must_pass: '긴급 수정을 했다.' };
  const wrong = await post('/wording', { ...fields, must_pass: '운영자 실수였다.', version: '0' }, admin);
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /id="must_pass-error"[^]*운영자 실수였다/);
  assert.equal((await post('/wording', { ...fields, version: '0' }, admin)).status, 303);
  assert.equal((await post('/wording', { ...fields, version: '0' }, admin)).status, 409);
  assert.equal((await post('/wording', { ...fields, version: '1' })).status, 403);
  const headers = { Authorization: `Bearer ${addToken(server, 'admin')}` };
  const checked = (await server.request('POST', '/api/v1/wording/check', { headers, body: { text: '핫픽스를 했다.', section: 'cause' } })).json;
  assert.deepEqual(checked.findings.map((each) => [each.rule, each.suggestions]), [['own.핫픽스', ['긴급 수정']]]);
  const kept = (await server.request('GET', '/api/v1/settings/wording', { headers })).json;
  assert.deepEqual([kept.version, kept.flag], [1, [{ term: '핫픽스', instead: '긴급 수정' }]]);
});
