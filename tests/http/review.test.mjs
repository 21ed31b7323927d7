// Report, retrospective, actions and figures through a browser without JavaScript: the whole way of a review, saves that
// come too late, markup that must stay text, and what strangers may see.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { addToken, addUser, logIn, startServer } from './lib.mjs';

let server, ref, token;
const people = {};

function person(login, role) {
  addUser(server, login, role);
  return logIn(server, { login, password: 'correct horse battery' });
}

const get = (who, path) => server.request('GET', path, { headers: { Cookie: who.cookie, Accept: 'text/html' } });
const post = (who, path, fields = {}) => server.request('POST', path, {
  headers: { Cookie: who.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({ csrf: who.csrf, ...fields }).toString(),
});
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` }, body });
const ok = async (answer) => { const a = await answer; assert.equal(a.status, 303, a.text.match(/<main[\s\S]*/)?.[0].slice(0, 1200)); return a; };
const box = (page, key) => page.match(new RegExp(`<textarea[^>]* id="${key}"[^>]*>\\n([\\s\\S]*?)</textarea>`))?.[1];
const base = (page, key) => page.match(new RegExp(`sections/${key}#[^>]*>\\s*<input[^>]*>\\s*<input type="hidden" name="base" value="(\\d+)"`))?.[1];

before(async () => {
  server = await startServer({ 'rate-limit': 'off' });
  people.admin = await person('kim', 'admin');
  people.lead = await person('lee', 'lead');
  people.writer = await person('park', 'responder');
  people.viewer = await person('jung', 'viewer');
  token = addToken(server, 'kim');
  const made = await api('POST', '/incidents', { severity: 'P2', title: '결제 지연', symptom: '응답 지연', impact: '결제' });
  assert.equal(made.status, 201, made.text);
  ref = made.json.ref;
  const over = await api('POST', `/incidents/${ref}/recover`, { cause: '커넥션 풀 고갈', action: '풀 크기 조정', impact: '약 100건' });
  assert.ok(over.status < 300, over.text);
});
after(() => server.stop());

test('the report is drafted, and looking at it writes nothing', async () => {
  const page = await get(people.viewer, `/incidents/${ref}/report`);
  assert.equal(page.status, 200);
  assert.match(page.text, /커넥션 풀 고갈/);
  assert.doesNotMatch(page.text, /<textarea/);
  assert.equal((await api('GET', `/incidents/${ref}/report`)).json.saved, false);
});

test('from draft to published: submit, return, submit, approve, publish', async () => {
  const url = `/incidents/${ref}/report`;
  await ok(post(people.writer, `${url}/sections/cause`, { body: '연결을 돌려주지 않는 코드가 있었다.', base: '0' }));
  await ok(post(people.writer, `${url}/submit`));
  assert.equal((await post(people.writer, `${url}/sections/cause`, { body: 'x', base: '1' })).status, 409);
  assert.equal((await post(people.writer, `${url}/approve`)).status, 403);
  assert.equal((await post(people.lead, `${url}/return`, { note: ' ' })).status, 422);
  await ok(post(people.lead, `${url}/return`, { note: '영향 범위를 더 적어 주세요.' }));
  const back = await get(people.writer, url);
  assert.match(back.text, /영향 범위를 더 적어 주세요/);
  await ok(post(people.writer, `${url}/sections/services`, { body: '- 결제: 약 100건', base: base(back.text, 'services') }));
  await ok(post(people.writer, `${url}/submit`));
  await ok(post(people.lead, `${url}/approve`, { note: '좋습니다.' }));
  await ok(post(people.admin, `${url}/publish`));
  const report = (await api('GET', url)).json;
  assert.equal(report.state, 'published');
  const { revisions, approvals } = (await api('GET', `${url}/approvals`)).json;
  assert.deepEqual(revisions.map((r) => r.reason), ['published', 'submitted', 'submitted']);
  assert.ok(approvals.length >= 2);
  const history = await get(people.viewer, `${url}/history?from=1&to=2`);
  assert.match(history.text, /<ins>[\s\S]*결제: 약 100건/);
});

test('a copy on paper can be checked by anybody', async () => {
  const url = `/incidents/${ref}/report`;
  const { revisions } = (await api('GET', `${url}/approvals`)).json;
  const print = await get(people.viewer, `${url}/print`);
  assert.equal(print.status, 200);
  assert.ok(print.text.includes(revisions[0].hash));
  for (const name of ['park', 'lee']) assert.match(print.text, new RegExp(`<strong>${name}</strong>`));
  const verify = async (hash) => (await server.request('GET', `/verify?hash=${hash}&lang=en`)).text;
  assert.match(await verify(revisions[0].hash), /the newest revision/);
  assert.match(await verify(revisions[1].hash), /there is a newer revision/);
  assert.match(await verify('0'.repeat(64)), /No revision has this hash/);
  assert.match(await verify(encodeURIComponent('"><script>alert(1)</script>')), /No revision has this hash/);
  assert.doesNotMatch(await verify(revisions[0].hash), /커넥션|결제 지연/);
});

test('a save that comes too late shows both texts and loses neither', async () => {
  const url = `/incidents/${ref}/retro`;
  await ok(post(people.writer, `${url}/sections/response`, { body: '먼저 저장한 글', base: '0' }));
  const late = await post(people.lead, `${url}/sections/response`, { body: '늦게 쓴 글\r\n둘째 줄', base: '0' });
  assert.equal(late.status, 409);
  assert.equal(box(late.text, 'theirs-response'), '먼저 저장한 글');
  assert.equal(box(late.text, 'body-response').replaceAll('\r', ''), '늦게 쓴 글\n둘째 줄');
  assert.equal(base(late.text, 'response'), '1');
  await ok(post(people.lead, `${url}/sections/response`, { body: '합친 글', base: '1' }));
  assert.equal((await api('GET', url)).json.sections.response, '합친 글');
});

test('markup and scripts in every section stay text, on page, paper and in files', async () => {
  const url = `/incidents/${ref}/retro`;
  const PROBES = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[a](javascript:alert(1))', '![x](https://evil.example/p.png)',
    '</textarea><script>alert(2)</script>', '<a href="data:text/html,x">y</a>', '{{{body_html}}}', '[a]: javascript:alert(3)\n[a]'].join('\n\n');
  const page = await get(people.writer, url);
  const keys = [...page.text.matchAll(/id="section-([a-z_]+)"/g)].map((m) => m[1]);
  assert.ok(keys.length >= 6);
  for (const key of keys) {
    const now = await get(people.writer, url);
    await ok(post(people.writer, `${url}/sections/${key}`, { body: PROBES, base: base(now.text, key) }));
  }
  await ok(post(people.writer, `${url}/whys`, { base: '0', question1: '<b onclick=alert(1)>왜</b>', answer1: PROBES, evidence1: '"><script>' }));
  await ok(post(people.writer, `${url}/facts`, { base: '0', shape: 'retrospective', lesson: '<script>alert(4)</script>', runbook_change: '<img src=x onerror=alert(1)>' }));
  for (const path of [url, `${url}/print`]) {
    const { text, headers } = await get(people.writer, path);
    assert.doesNotMatch(text, /<script>alert|<img src=x|href="javascript:|href="data:|src="https:\/\/evil|<b onclick/i, path);
    assert.match(text, /&lt;script&gt;alert|&amp;lt;script/, path);
    assert.match(headers['content-security-policy'], /script-src/);
  }
  const markdown = await api('GET', `${url}.md`);
  assert.match(markdown.headers['content-type'], /^text\/markdown/);
  assert.match(markdown.headers['content-disposition'], /^attachment; filename="INC-[0-9-]+-retro\.md"$/);
});

test('the parts of a retro: saved against what was read, kept while typed, asked for before publishing', async () => {
  const made = await api('POST', '/incidents', { severity: 'P3', title: '정산 지연', symptom: '지연', impact: '정산' });
  const place = made.json.ref;
  const url = `/incidents/${place}/retro`;
  await api('POST', `/incidents/${place}/recover`, { cause: '상한', action: '조정', impact: '정산 지연' });
  const whys = (fields, version) => post(people.writer, `${url}/whys`, { base: version, ...fields });
  await ok(whys({ question1: '왜 풀이 찼는가?', answer1: '상한이 낮았다', evidence1: '' }, '0'));
  const late = await whys({ question1: '늦은 질문', answer1: '늦은 답', evidence1: '' }, '0');
  assert.equal(late.status, 409);
  assert.match(late.text, /왜 풀이 찼는가\?<\/strong>/); // what is stored
  assert.equal(box(late.text, 'question1').trim(), '늦은 질문'); // what was typed
  const part = (html, name) => html.match(new RegExp(`data-section="${name}"[\\s\\S]*?name="base" value="(\\d+)"`))[1];
  assert.equal(part(late.text, 'whys'), '1');
  // rows are added and taken away without losing what is typed, by plain forms
  const moved = await post(people.writer, `${url}/whys/rows`, { base: '1', number: '0', screen: '', rows: 'add', question1: '하나', answer1: 'a', evidence1: '', question2: '둘', answer2: 'b', evidence2: '' });
  assert.equal(moved.status, 303);
  let page = await get(people.writer, url);
  assert.equal(box(page.text, 'question2').trim(), '둘');
  assert.equal(box(page.text, 'question3').trim(), '');
  const number = page.text.match(/data-section="whys"[\s\S]*?name="number" value="(\d+)"/)[1];
  await ok(post(people.writer, `${url}/whys/rows`, { base: '1', number, screen: '', rows: 'drop-1', question1: '하나', answer1: 'a', evidence1: '', question2: '둘', answer2: 'b', evidence2: '' }));
  page = await get(people.writer, url);
  assert.equal(box(page.text, 'question1').trim(), '둘');
  await ok(post(people.writer, `${url}/parts/whys/discard`));
  assert.equal(box((await get(people.writer, url)).text, 'question1').trim(), '왜 풀이 찼는가?');
  // the rules of the whys and the runbook's question stand in the way of publishing, each at its field
  const blocked = await post(people.admin, `${url}/publish`, { base: '0', runbook_change: '' });
  assert.equal(blocked.status, 422);
  for (const id of ['evidence1', 'publish_runbook_change']) assert.match(blocked.text, new RegExp(`<a href="#${id}">`));
  const refused = await api('POST', `${url}/publish`, { runbook_change: '' });
  assert.deepEqual(refused.json.errors.map((e) => e.field), ['whys[0].evidence', 'runbook_change']);
  await ok(whys({ question1: '고객의 정산이 왜 늦었는가?', answer1: '상한이 낮았다', evidence1: '풀 지표' }, '1'));
  await ok(post(people.writer, `${url}/pace`, { base: '0', pace_detected: '경보 창을 <b>1분</b>으로' }));
  await ok(post(people.writer, `${url}/actions`, { title: '상한 경보', perspective: 'detection', horizon: 'short', kind: 'monitoring', owner: '', due: '', jira: '' }));
  assert.equal((await post(people.writer, `${url}/actions`, { title: '', perspective: 'detection', horizon: 'short', kind: 'monitoring' })).status, 422);
  page = await get(people.viewer, url);
  assert.match(page.text, /경보 창을 &lt;b&gt;1분/);
  assert.match(page.text, /id="actions"[\s\S]*상한 경보/);
  const put = await api('PUT', url, { pace: { recovered: '되돌림 단추' }, base: { pace: 0 } });
  assert.equal(put.status, 409);
  assert.equal((await api('PUT', url, { pace: { recovered: '되돌림 단추' }, base: { pace: 1 } })).json.part_versions.pace, 2);
  await ok(post(people.admin, `${url}/publish`, { base: '0', runbook_change: '상한을 먼저 보는 단계를 더한다' }));
  const done = (await api('GET', url)).json;
  assert.equal(done.state, 'published');
  // and what changed in the parts stands in the history, too
  await ok(whys({ question1: '고객의 정산이 왜 늦었는가?', answer1: '상한이 아주 낮았다', evidence1: '풀 지표' }, '2'));
  await ok(post(people.admin, `${url}/publish`, {}));
  assert.match((await get(people.viewer, `${url}/history`)).text, /5 Whys[\s\S]*<del>[\s\S]*상한이 낮았다[\s\S]*<ins>[\s\S]*상한이 아주 낮았다/);
  const [action] = (await api('GET', `/actions?incident=${place}`)).json.items; // not counted below
  assert.equal((await api('PATCH', `/actions/${action.id}`, { state: 'dropped', state_reason: '다른 대책에 들어 있다' })).status, 200);
  assert.deepEqual(done.pace, { detected: '경보 창을 <b>1분</b>으로', recovered: '되돌림 단추' });
});

test('a table of 10,000 cells stays a table everywhere, and one that would grow to millions stays text', async () => {
  const url = `/incidents/${ref}/retro`;
  const row = (columns, cell) => `|${`${cell}|`.repeat(columns)}\n`;
  const tables = [[row(100, 'a') + row(100, '-') + row(100, 'a').repeat(100), 10_000], [row(1000, 'a') + row(1000, '-') + 'a\n'.repeat(16_000), 0]];
  for (const [text, cells] of tables) {
    const now = await get(people.writer, url);
    await ok(post(people.writer, `${url}/sections/to_improve`, { body: text, base: base(now.text, 'to_improve') }));
    for (const path of [url, `${url}/print`, `/api/v1${url}.html`]) {
      const page = await get(people.writer, path);
      assert.equal(page.status, 200, path);
      const found = (page.text.match(/<td>a<\/td>/g) ?? []).length;
      assert.equal(found, cells, path);
    }
  }
});

test('a Markdown postmortem: seen as it is understood, then a past incident with its retro', async () => {
  const markdown = '# 지난 결제 장애\n## 요약\n- **장애 등급**: P1\n- **영향 시간**: 2024-03-05 10:00 ~ 10:40\n## 원인\n<script>alert(1)</script>\n## 재발 방지\n| 조치 | 담당 | 기한 |\n|---|---|---|\n| 경보 <b>더하기</b> | 결제팀 | 곧 |\n';
  const preview = await post(people.writer, '/incidents/import/preview', { markdown });
  assert.equal(preview.status, 200);
  assert.match(preview.text, /지난 결제 장애/);
  assert.match(preview.text, /경보 &lt;b&gt;더하기/);
  assert.match(preview.text, /10번째 줄: 날짜로 읽지 못해/);
  const wrong = await post(people.writer, '/incidents/import', { markdown: markdown.replace('2024-03-05 10:00 ~ 10:40', '어제') });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /<a href="#markdown">4번째 줄: /);
  assert.equal(box(wrong.text, 'markdown').replaceAll('\r', '').includes('어제'), true);
  const made = await ok(post(people.writer, '/incidents/import', { markdown }));
  const url = made.headers.location;
  assert.match(url, /^\/incidents\/INC-[0-9-]+\/retro$/);
  const page = await get(people.viewer, url);
  assert.match(page.text, /경보 &lt;b&gt;더하기/);
  assert.doesNotMatch(page.text, /<script>alert/);
  const dry = await api('POST', '/import/postmortem', { markdown, dry_run: true });
  assert.equal(dry.status, 200);
  assert.equal(dry.json.incident, null);
  assert.equal(dry.json.understood.started_at, '2024-03-05T01:00:00Z');
  const refused = await api('POST', '/import/postmortem', { markdown: '글뿐' });
  assert.deepEqual(refused.json.errors.map((e) => e.field), ['title', 'severity', 'started_at', 'recovered_at']);
  assert.equal((await post(people.viewer, '/incidents/import', { markdown })).status, 403);
  const file = join(server.folder, 'postmortem.md');
  writeFileSync(file, markdown);
  const seen = server.command(['import', 'markdown', file, '--dry-run']);
  assert.equal(seen.status, 0, seen.stderr);
  assert.match(seen.stdout, /지난 결제 장애[\s\S]*postmortem\.md:10: due not understood: 곧/);
  assert.match(server.command(['import', 'markdown', file, '--severity', 'P2', '--title', '명령으로']).stdout, /INC-[0-9-]+\n$/);
  assert.match(server.command(['import', 'markdown', '-'], '# x\n등급: P1\n발생 시간: 언젠가\n').stderr, /line\.3: This is malformed/);
  for (const action of (await api('GET', '/actions?kind=other')).json.items) { // not counted below
    await api('PATCH', `/actions/${action.id}`, { state: 'dropped', state_reason: '다른 대책에 들어 있다' });
  }
});

test('the meeting: form, calendar file, what is wrong is said', async () => {
  const url = `/incidents/${ref}/retro`;
  assert.equal((await api('GET', `${url}.ics`)).status, 404);
  const wrong = await post(people.writer, `${url}/schedule`, { at: '언젠가', facilitator: '이도윤', attendees: '' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="이도윤"/);
  await ok(post(people.writer, `${url}/schedule`, { base: '0', at: '2099-12-10T15:00', facilitator: '이도윤', attendees: '박서연\r\n최하늘' }));
  const calendar = await api('GET', `${url}.ics`);
  assert.match(calendar.headers['content-type'], /^text\/calendar/);
  assert.match(calendar.text, /DTSTART:20991210T060000Z\r\n/);
});

test('actions: made, moved, filtered by address, counted', async () => {
  const make = (fields) => post(people.writer, '/actions/new', { title: '', incident: ref, perspective: 'prevention', horizon: 'short', kind: 'setting', owner: '', due: '', jira: '', ...fields });
  const wrong = await make({ title: '', due: '2026-02-31', owner: '결제팀' });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /value="결제팀"/);
  await ok(make({ title: '풀 크기 경보 <b>추가</b>', perspective: 'detection', kind: 'monitoring' }));
  await ok(make({ title: '타임아웃 10초로 단축', due: '2020-01-31' }));
  const all = await get(people.viewer, '/actions');
  assert.match(all.text, /풀 크기 경보 &lt;b&gt;추가/);
  assert.match(all.text, /완료율 0%/);
  const some = await get(people.viewer, '/actions?view=list&perspective=detection');
  assert.doesNotMatch(some.text, /타임아웃 10초/);
  assert.match((await get(people.viewer, '/actions?view=list&state=overdue')).text, /타임아웃 10초/);
  assert.doesNotMatch(some.text, /href="\/actions\/\d/); // who may not change it gets no link to its form
  const url = (await get(people.writer, '/actions?view=list&perspective=detection')).text.match(/class="title" href="(\/actions\/[^"]+)"/)[1];
  assert.equal((await post(people.viewer, url, { state: 'done' })).status, 403);
  await ok(post(people.writer, url, { state: 'done' }));
  assert.equal((await post(people.writer, url, { state: 'doing', version: '1' })).status, 409);
  assert.equal((await post(people.writer, url, { state: 'dropped', state_reason: '' })).status, 422);
  assert.match((await get(people.viewer, '/actions')).text, /완료율 50%/);
});

test('figures and the quarterly review', async () => {
  for (const path of ['/insights', '/insights?days=30&severity=P2', '/insights/quarter']) {
    assert.equal((await get(people.viewer, path)).status, 200, path);
  }
  for (const path of ['/insights/quarter?year=99999&q=1', '/insights/quarter?year=2026&q=5', '/insights/quarter?year=a&q=b']) {
    assert.equal((await get(people.viewer, path)).status, 422, path);
  }
  const file = await get(people.viewer, '/api/v1/quarters/2026-Q1.md');
  assert.match(file.text, /^# .*2026/);
  assert.equal((await get(people.viewer, '/api/v1/quarters/2026-Q5.md')).status, 404);
});

test('a filter that names nothing is refused by name, in words, on page and API', async () => {
  const CASES = [['/insights?days=x', 'days', '기간'], ['/insights?service=none', 'service', '서비스'], ['/insights?severity=P9', 'severity', '등급'],
    ['/actions?state=maybe', 'state', '상태'], ['/actions?kind=x', 'kind', '종류'], ['/actions?incident=INC-1999-0001', 'incident', '장애 번호'],
    ['/incidents?severity=P9', 'filter-severity', '등급'], ['/incidents?kind=x', 'filter-kind', '구분'], ['/incidents?state=x', 'filter-state', '상태'],
    ['/audit?actor=nobody-here', 'filter-actor', '누가'], ['/audit?action=x.y', 'filter-action', '작업']];
  for (const [path, id, label] of CASES) {
    const { status, text } = await get(people.admin, path);
    assert.equal(status, 422, path);
    assert.match(text, new RegExp(`<a href="#${id}">${label}: `), path);
  }
  for (const [path, field] of [['/insights?severity=P9', 'severity'], ['/actions?state=maybe', 'state'], ['/incidents?severity=P9', 'severity'], ['/audit?action=x.y', 'action']]) {
    const answer = await api('GET', path);
    assert.equal(answer.status, 422, path);
    assert.deepEqual(answer.json.errors.map((e) => e.field), [field], path);
  }
  assert.equal((await api('GET', '/audit?action=incident.declared&actor=park')).status, 200); // both are there, only never together
});

test('a quarterly review is kept, written on, listed, printed and taken away', async () => {
  const page = '/insights/quarter?year=2024&q=1';
  assert.match((await get(people.viewer, '/insights/quarters')).text, /아직 남겨 둔 분기 리뷰가 없습니다/);
  assert.doesNotMatch((await get(people.viewer, page)).text, /<textarea/);
  assert.equal((await post(people.viewer, '/insights/quarter/2024-Q1/make')).status, 403);
  await ok(post(people.writer, '/insights/quarter/2024-Q1/make'));
  assert.match((await get(people.viewer, '/insights/quarters')).text, /2024 Q1/);
  const plan = (body, version) => post(people.writer, '/insights/quarter/2024-Q1/sections/plan', { body, base: version });
  await ok(plan('- 상한을 <script>alert(1)</script> 본다', '1'));
  const late = await plan('늦은 글', '1');
  assert.equal(late.status, 409);
  assert.equal(box(late.text, 'body-plan').trim(), '늦은 글');
  assert.match(late.text, /id="section-plan"[\s\S]*상한을[\s\S]*name="base" value="2"/);
  assert.equal((await post(people.writer, '/insights/quarter/2024-Q1/sections/none', { body: '', base: '1' })).status, 404);
  for (const path of [page, '/insights/quarter/print?year=2024&q=1', '/api/v1/quarters/2024-Q1.html']) {
    const { status, text } = await get(people.viewer, path);
    assert.equal(status, 200, path);
    assert.match(text, /상한을/, path);
    assert.doesNotMatch(text, /<script>alert/, path);
  }
  const { json } = await api('GET', '/quarters/2024-Q1');
  assert.deepEqual([json.stored, json.section_versions.plan], [true, 2]);
  assert.equal((await api('PUT', '/quarters/2024-Q1', { section: 'plan', body: 'x', base: 1 })).status, 409);
  assert.equal((await api('PUT', '/quarters/2024-Q1', { section: 'plan', body: 'x', base: 2 })).json.sections.plan, 'x');
  assert.deepEqual((await api('PUT', '/quarters/2024-Q1', {})).json.errors.map((e) => e.field), ['section', 'body', 'base']);
  assert.deepEqual((await api('GET', '/quarters')).json.items.map((q) => q.name), ['2024-Q1']);
});
