// The scenarios of the manuals through the API of a running server: texts to the letter, due times to the second.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, addUser, startServer } from './lib.mjs';

let server;
let token;

before(async () => {
  server = await startServer({ 'test-clock': true });
  addUser(server, 'kim', 'admin');
  token = addToken(server, 'kim');
});
after(() => server.stop());

async function api(method, path, body, headers = {}) {
  const answer = await server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}`, ...headers }, body });
  return answer;
}

async function ok(method, path, body, status = 200) {
  const answer = await api(method, path, body);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer.json;
}

const message = async (ref, kind, lang = 'ko') => (await ok('GET', `/incidents/${ref}/messages/${kind}?lang=${lang}`)).text;
const clock = async (ref, kind) => (await ok('GET', `/incidents/${ref}/clocks`)).items.find((each) => each.kind === kind);

test('traffic surge', async () => {
  const declared = await ok('POST', '/incidents', {
    at: '2025-12-09T20:00:00+09:00', severity: 'P2', title: '티켓 오픈 트래픽 급증', symptom: '응답시간 급증, 일부 타임아웃',
    impact: '예약 플로우 지연', owner: '문예진', action: '스케일 아웃 진행', detection: 'monitoring', category: 'infrastructure',
  }, 201);
  assert.equal(declared.started_at, '2025-12-09T11:00:00Z');
  assert.equal(await message(declared.ref, 'declared'),
    '🚨 [장애 발생 - P2]\n- 시간: 2025-12-09 20:00\n- 증상: 응답시간 급증, 일부 타임아웃\n- 영향: 예약 플로우 지연\n- 담당: 문예진\n- 조치 중: 스케일 아웃 진행');
  const recovered = await ok('POST', `/incidents/${declared.ref}/recover`, {
    at: '2025-12-09T20:15:00+09:00', cause: '티켓 오픈 시간 트래픽 급증 (동시 접속 500명+)', action: '스케일 아웃 (인스턴스 1→3)',
    impact: '일부 사용자 응답 지연 (타임아웃 약 20건)', follow_up: '오픈 시간 전 사전 스케일 아웃 절차 수립', retro_at: '2025-12-10T14:00:00+09:00',
  });
  assert.equal(recovered.duration_text, '15분');
  assert.equal(recovered.duration_minutes, 15);
  assert.equal(await message(declared.ref, 'recovered'),
    '✅ [장애 복구 완료]\n- 복구 시간: 2025-12-09 20:15\n- 장애 시간: 15분\n- 원인: 티켓 오픈 시간 트래픽 급증 (동시 접속 500명+)\n- 조치: 스케일 아웃 (인스턴스 1→3)\n- 영향: 일부 사용자 응답 지연 (타임아웃 약 20건)\n- 후속 조치: 오픈 시간 전 사전 스케일 아웃 절차 수립\n- 회고 일정: 2025-12-10 14:00');
  assert.equal((await clock(declared.ref, 'report')).due_at, '2025-12-10T11:15:00Z');
  assert.equal((await clock(declared.ref, 'retro')).due_at, '2025-12-14T11:00:00Z');
});

test('unknown cause asks for help', async () => {
  const { ref } = await ok('POST', '/incidents', {
    started_at: '2025-12-09T21:00:00+09:00', severity: 'P2', title: '원인 불명 서비스 불안정', symptom: '서비스 불안정 (원인 파악 중)',
    impact: '일부 기능 간헐적 오류', owner: '문예진', status: '원인 분석 중', detection: 'internal', category: 'application',
  }, 201);
  assert.equal(await message(ref, 'declared'),
    '🚨 [장애 발생 - P2]\n- 시간: 2025-12-09 21:00\n- 증상: 서비스 불안정 (원인 파악 중)\n- 영향: 일부 기능 간헐적 오류\n- 담당: 문예진\n- 상태: 원인 분석 중');
  const help = await ok('POST', `/incidents/${ref}/help`, {
    at: '2025-12-09T21:10:00+09:00', symptom: 'API 일부가 500을 돌려줌', tried: '컨테이너 재시작, 최근 로그 확인', logs: 'app-log.txt', needed: '추가 분석 인력',
  }, 201);
  const text = '🆘 [도움 요청]\n- 상황: 원인 파악 어려움 (10분 경과)\n- 증상: API 일부가 500을 돌려줌\n- 시도한 것: 컨테이너 재시작, 최근 로그 확인\n- 로그 파일: app-log.txt\n- 필요한 것: 추가 분석 인력';
  assert.equal(help.message, text);
  assert.equal(await message(ref, 'help'), text);
  const plain = await api('GET', `/incidents/${ref}/messages/help?lang=ko`, undefined, { Accept: 'text/plain' });
  assert.match(plain.headers['content-type'], /^text\/plain/);
  assert.equal(plain.text, text);
});

test('a whole incident, told afterwards', async () => {
  const declared = await api('POST', '/incidents', {
    started_at: '2024-01-15T14:30:00+09:00', kind: 'backfilled', severity: 'P1', title: 'PG사 연동 타임아웃으로 결제 실패', category: 'external',
  });
  assert.equal(declared.status, 201);
  const { ref } = declared.json;
  assert.equal(declared.headers.location, `/api/v1/incidents/${ref}`);
  for (const [at, text] of [['2024-01-15T14:30:00+09:00', '결제 API 에러율 증가 알람 발생'], ['2024-01-15T15:45:00+09:00', '정상 선언']]) {
    assert.equal((await ok('POST', `/incidents/${ref}/timeline`, { at, text }, 201)).kind, 'note');
  }
  const recovered = await ok('POST', `/incidents/${ref}/recover`, { at: '2024-01-15T15:45:00+09:00', cause: 'PG사 내부 데이터베이스 장애' });
  assert.equal(recovered.duration_text, '1시간 15분');
  const markdown = await api('GET', `/incidents/${ref}/export.md`);
  assert.match(markdown.text, /정상 선언/);
  const listed = await ok('GET', `/incidents?q=${encodeURIComponent('결제')}&kind=backfilled`);
  assert.deepEqual(listed.items.map((each) => each.ref), [ref]);
});

test('stale corrections, wrong input and pages', async () => {
  const { ref } = await ok('POST', '/incidents', { title: '로그인 지연', severity: 'P3' }, 201);
  const shown = await api('GET', `/incidents/${ref}`);
  const corrected = await api('PATCH', `/incidents/${ref}`, { impact: '일부 사용자' }, { 'If-Match': shown.headers.etag });
  assert.equal(corrected.status, 200, corrected.text);
  const stale = await api('PATCH', `/incidents/${ref}`, { impact: '모든 사용자' }, { 'If-Match': shown.headers.etag });
  assert.equal(stale.status, 409);
  assert.equal(stale.json.code, 'incident.stale');
  const wrong = await api('POST', '/incidents', { title: 5, severity: 'P9', kind: 'party', started_at: '2199-01-01T00:00:00Z', service: 'nowhere' });
  assert.equal(wrong.status, 422);
  assert.deepEqual(wrong.json.errors.map((each) => each.field).sort(), ['kind', 'service', 'severity', 'started_at', 'title']);
  for (let i = 0; i < 3; i++) await ok('POST', '/incidents', { title: `쪽 나눔 ${i}`, severity: 'P3' }, 201);
  const first = await api('GET', '/incidents?limit=2');
  assert.match(first.headers.link, /rel="next"/);
  const next = await ok('GET', `/incidents?limit=2&cursor=${encodeURIComponent(first.json.next_cursor)}`);
  assert.equal(new Set([...first.json.items, ...next.items].map((each) => each.ref)).size, 4);
});

test('attachments are what their bytes are', async () => {
  const { ref } = await ok('POST', '/incidents', { title: '첨부', severity: 'P3' }, 201);
  const put = (name, body) => server.request('PUT', `/api/v1/incidents/${ref}/attachments/${encodeURIComponent(name)}`, { headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/octet-stream' }, body });
  const log = await put('앱 로그.html', Buffer.from('<script>alert(1)</script>\n'));
  assert.equal(log.status, 201, log.text);
  assert.equal(log.json.media_type, 'text/plain');
  const got = await server.request('GET', log.json.href, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(got.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(got.headers['x-content-type-options'], 'nosniff');
  assert.match(got.headers['content-disposition'], /^attachment;/);
  assert.equal(got.text, '<script>alert(1)</script>\n');
  assert.equal((await put('x.png', Buffer.from([0, 1, 2, 3]))).status, 422);
});
