// Operations of the API that no other test reaches, each once and to its end: what it answers is what the description
// learns from (openapi_learn.mjs).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, kim, lee, ref;
const later = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString().replace(/:\d\d\.\d+/, ':00');

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  assert.equal(server.command(['demo']).status, 0);
  for (const login of ['kim', 'lee']) addUser(server, login, 'admin');
  kim = { Authorization: `Bearer ${addToken(server, 'kim')}` };
  lee = { Authorization: `Bearer ${addToken(server, 'lee')}` };
  ref = (await call('POST', '/incidents', { title: '결제 승인 지연', severity: 'P2', service: 'payment' })).ref;
});
after(() => server.stop());

async function call(method, path, body, headers = kim) {
  const answer = await server.request(method, `/api/v1${path}`, { headers, body });
  assert.ok(answer.status >= 200 && answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text.slice(0, 400)}`);
  return answer.status === 204 ? undefined : answer.json;
}

test('an incident goes through its states', async () => {
  const other = (await call('POST', '/incidents', { title: '좌석 배정 실패', severity: 'P3' })).ref;
  assert.equal((await call('POST', `/incidents/${ref}/status`, { to: 'mitigating' })).state, 'mitigating');
  await call('POST', `/incidents/${ref}/offers`, { note: 'DB 쪽을 볼 수 있습니다.' }, lee);
  assert.equal((await call('GET', `/incidents/${ref}/offers`)).items[0].login, 'lee');
  assert.equal((await call('POST', `/incidents/${ref}/relate`, { ref: other, kind: 'related' })).relations.length, 1);
  const list = await call('POST', `/incidents/${ref}/checklists`, { title: '복구 확인', items: ['결제가 된다', '대기열이 줄었다'] });
  assert.equal((await call('POST', `/checklists/${list.id}/items/1`, { done: true })).items[0].done, true);
  const note = await call('POST', `/incidents/${ref}/timeline`, { text: '결제 대행사에 문의했다', kind: 'note' });
  assert.equal((await call('PATCH', `/timeline/${note.id}`, { text: '결제 대행사에 문의했습니다' })).edits, 1);
  assert.equal((await call('POST', `/incidents/${ref}/recover`, { cause: '결제 대행사 응답 지연', action: '우회 결제로 전환' })).state, 'recovered');
  assert.equal((await call('POST', `/incidents/${ref}/close`, { note: '회고는 하지 않습니다.' })).state, 'closed');
  assert.equal((await call('POST', `/incidents/${ref}/reopen`, { reason: '다시 느려짐' })).state, 'mitigating');
  await call('POST', `/incidents/${ref}/recover`, { cause: '결제 대행사 응답 지연', action: '우회 결제로 전환' });
});

test('papers go to and fro between two people', async () => {
  const report = { sections: { summary: '결제 승인이 느렸습니다.', cause: '결제 대행사의 응답이 늦어졌습니다.', prevention: '시간 제한을 줄입니다.' } };
  await call('PUT', `/incidents/${ref}/report`, report);
  await call('POST', `/incidents/${ref}/report/submit`, {});
  await call('POST', `/incidents/${ref}/report/reject`, { reason: '원인을 더 적어 주세요.' }, lee);
  await call('POST', `/incidents/${ref}/report/submit`, {});
  await call('POST', `/incidents/${ref}/report/approve`, { note: '좋습니다.' }, lee);
  await call('POST', `/incidents/${ref}/retro/schedule`, { at: later(48), facilitator: '김진행', attendees: '김진행, 이대응' });
  const typed = await call('POST', `/incidents/${ref}/retro/typing`, { section: 'summary', text: '쓰는 중', screen: 's1', number: 1 });
  assert.ok(typed);
});

test('services, components and people', async () => {
  await call('PUT', '/services/payment/dependencies', { depends_on: ['login'] });
  const { items } = await call('GET', '/services/payment/components');
  assert.equal((await call('GET', `/components/${items[0].id}`)).id, items[0].id);
  assert.equal((await call('PATCH', `/components/${items[0].id}`, { name: '결제 승인' })).name, '결제 승인');
  const contacts = { methods: [{ kind: 'phone', address: '010-1234-5678' }] };
  await call('PUT', '/users/lee/contacts', contacts);
});

test('alerts: attached, classed together; an escalation is called back', async () => {
  const made = await call('POST', '/integrations', { kind: 'generic', name: '감시', rules: [{ match: [], do: 'record' }] });
  const sent = await server.request('POST', new URL(made.url).pathname, { headers: { 'Content-Type': 'application/json' }, body: { title: '결제 5xx 증가', fingerprint: 'pay-5xx', status: 'firing' } });
  assert.ok(sent.status < 300, sent.text);
  const open = (await call('POST', '/incidents', { title: '결제 5xx', severity: 'P1', service: 'payment' })).ref;
  const [alert] = (await call('GET', '/alerts')).items;
  assert.equal((await call('POST', `/alerts/${alert.id}/attach`, { incident: open })).incident, open);
  await call('POST', `/incidents/${open}/escalation/ack`, {});
  await call('POST', `/incidents/${open}/escalation/unack`, {});
});

test('who is logged in sees where', async () => {
  const password = 'correct horse battery';
  const { cookie, csrf } = await logIn(server, { login: 'lee', password });
  assert.equal((await call('GET', '/me/sessions', undefined, { Cookie: cookie })).items.length, 1);
  await call('POST', '/me/password', { current: password, password: '언덕 위의 봉화 5기' }, { Cookie: cookie, 'X-CSRF-Token': csrf, Origin: server.url });
});

test('what is answered without a word', async () => {
  await call('POST', '/users/lee/password', { password: '바다 위의 등대 7호' });
  const [template] = (await call('GET', '/notice-templates')).items;
  await call('PUT', `/notice-templates/${template.key}`, { stage: 'detected', lang: 'ko', title: '접속이 늦습니다', text: '접속이 늦습니다.\n다음 안내: {{next}}' });
});

test('drills', async () => {
  const [drill] = (await call('GET', '/drills')).items;
  const run = await call('POST', '/drills', { script: drill.key, severity: 'P2', service: 'payment' });
  assert.ok(run.ref ?? run.incident);
});

test('schedules: previewed, taken over, handed over, swapped', async () => {
  const rotation = { start: '2026-01-05T09:00', unit: 'week', length: 1, participants: ['kim', 'lee'] };
  const schedule = { zone: 'Asia/Seoul', layers: [{ name: '주간', priority: 1, rotation }] };
  const preview = await call('POST', '/schedules/preview', { schedule, queries: [{ at: '2026-03-02T12:00:00+09:00' }] });
  assert.equal(preview.answers.length, 1);
  assert.ok((await call('POST', '/rotations/handoffs', { zone: 'Asia/Seoul', ...rotation })).handoffs.length > 0);
  await call('POST', '/schedules', { key: 'night', name: '야간 당번', ...schedule });
  const { shifts } = await call('GET', `/schedules/night/shifts?from=${later(24 * 7)}&until=${later(24 * 40)}`);
  const me = (await call('GET', '/users/kim')).id;
  const own = shifts.find((one) => one.user === me && !one.clipped), other = shifts.find((one) => one.user !== me && !one.clipped);
  const ask = { schedule: 'night', start: own.start, end: own.end, with: 'lee', with_start: other.start, with_end: other.end, note: '집안 행사가 있습니다.' };
  const first = await call('POST', '/swaps', ask);
  await call('GET', `/swaps/${first.id}`);
  await call('POST', `/swaps/${first.id}/withdraw`);
  await call('POST', `/swaps/${(await call('POST', '/swaps', ask)).id}/decline`, undefined, lee);
  await call('POST', `/swaps/${(await call('POST', '/swaps', ask)).id}/accept`, undefined, lee);
  const layer = (await call('GET', '/schedules/night')).layers[0];
  await call('PUT', `/layers/${layer.id}/participants`, { participants: ['lee', 'kim'] });
  await call('POST', '/schedules/night/take-over');
  await call('PUT', '/schedules/night/handover', { body: '결제 대행사와 통화 중입니다.' });
});

test('an escalation is tried out on paper', async () => {
  const policies = { P1: { steps: [{ targets: [{ type: 'user', id: 'kim' }], delay_min: 15 }] } };
  const tried = await call('POST', '/escalation/simulate', { severity: 'P1', policies, events: [{ t: '2026-03-02T12:00:00+09:00', type: 'trigger' }], until: '2026-03-02T13:00:00+09:00' });
  assert.equal(tried.pages.length, 1);
});

test('maintenance, quarter, templates, readiness, files', async () => {
  const planned = await call('POST', '/maintenances', { title: 'DB 점검', title_en: 'Database work', service: 'payment', starts_at: later(24), ends_at: later(26) });
  assert.equal((await call('GET', `/maintenances/${planned.id}`)).title, 'DB 점검');
  assert.equal((await call('PATCH', `/maintenances/${planned.id}`, { title: '결제 DB 점검' })).title, '결제 DB 점검');
  const year = new Date().getFullYear();
  assert.ok(await call('POST', `/quarters/${year}-Q1/make`, {}));
  await call('GET', `/quarters/${year}-Q1.json`);
  const [template] = (await call('GET', '/notice-templates')).items;
  await call('GET', `/notice-templates/${template.key}/detected/ko`);
  const item = (await call('GET', '/readiness')).items.find((one) => !one.seen);
  await call('PUT', `/readiness/${item.key}`, { note: '전화번호를 모두 확인했습니다.' });
  const boundary = 'bongsu-boundary';
  const file = await server.request('POST', `/api/v1/incidents/${ref}/attachments`, {
    headers: { ...kim, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="app.log"\r\nContent-Type: text/plain\r\n\r\n12:00 timeout\r\n--${boundary}--\r\n`,
  });
  assert.equal(file.status, 201, file.text);
});

test('findings are waived with a reason, in every kind of paper', async () => {
  const open = (await call('POST', '/incidents', { title: '로그인 지연', severity: 'P3' })).ref;
  await call('POST', `/incidents/${open}/recover`, { cause: '설정' });
  for (const paper of ['report', 'retro']) {
    await call('PUT', `/incidents/${open}/${paper}`, { sections: { summary: '담당자의 부주의로 설정이 빠졌습니다.' } });
    const { findings } = await call('GET', `/incidents/${open}/${paper}/wording`);
    const { rule, section, start } = findings[0];
    await call('POST', `/incidents/${open}/${paper}/waivers`, { rule, section, start, reason: '인용한 문장이라 그대로 둡니다.' });
    await call('POST', `/incidents/${open}/${paper}/typing`, { part: 'summary', section: 'summary', text: '쓰는 중', screen: 's1', number: 1 });
  }
});

test('a notice is approved, one with a waived word too; destinations and alerts are put right', async () => {
  const open = (await call('POST', '/incidents', { title: '로그인 지연', severity: 'P2' })).ref;
  const draft = { stage: 'detected', title: { ko: '로그인 지연 안내', en: 'Slow sign-in' }, text: { ko: '로그인이 늦습니다.', en: 'Signing in is slow.' }, next_notice_at: later(1) };
  const notice = await call('POST', `/incidents/${open}/notices`, draft);
  await call('POST', `/notices/${notice.id}/submit`, {});
  assert.equal((await call('POST', `/notices/${notice.id}/approve`, {}, lee)).state, 'approved');
  const named = await call('POST', `/incidents/${open}/notices`, { ...draft, text: { ko: '담당자의 부주의로 로그인이 늦습니다.', en: 'Signing in is slow.' } });
  const { findings } = await call('GET', `/notices/${named.id}/wording`);
  const { rule, section, start, lang } = findings[0];
  await call('POST', `/notices/${named.id}/waivers`, { rule, section, start, lang, reason: '기사에서 인용한 문장입니다.' });
  const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
  const to = await call('POST', '/destinations', { name: '사내 연동', connector: 'webhook', secret, config: { url: 'https://hooks.example.com/bongsu' }, topics: ['incident.*'] });
  assert.equal((await call('PUT', `/destinations/${to.id}`, { name: '사내 알림', connector: 'webhook', config: { url: 'https://hooks.example.com/bongsu' }, topics: ['incident.*'] })).name, '사내 알림');
  const [alert] = (await call('GET', '/alerts')).items;
  await call('POST', '/alerts/review', { integration: alert.integration, name: alert.name, class: 'acted' });
});

test('a retrospective goes back once and is approved', async () => {
  const shown = await call('GET', `/incidents/${ref}/retro`);
  assert.ok(shown);
  await call('PUT', `/incidents/${ref}/retro`, { sections: { summary: '결제 승인이 느렸습니다.' }, whys: [{ question: '무엇이 결제를 느리게 했는가?', answer: '응답 대기 시간이 길었습니다.', evidence: '지표: P95 5초' }] });
  await call('POST', `/incidents/${ref}/retro/submit`, {});
  await call('POST', `/incidents/${ref}/retro/reject`, { reason: '탐지 관점을 더 적어 주세요.' }, lee);
  await call('POST', `/incidents/${ref}/retro/submit`, {});
  await call('POST', `/incidents/${ref}/retro/approve`, {}, lee);
});
