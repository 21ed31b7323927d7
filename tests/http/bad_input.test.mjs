// What no field takes: for every operation of the API that writes and every member its description names, values of
// another type, too long, with control characters, times that cannot be. Each is refused by the member's name, and
// nothing is answered with a server error. A member is tested by being described.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { address, bodyOf, later, resolve, startDescribed, value } from './described.mjs';

const LONG = '가'.repeat(100_000);
const WRONG = {
  string: [['wrong type', { a: 1 }], ['wrong type', 5], ['too long', LONG], ['control characters', 'a\u0007b']],
  integer: [['wrong type', 'five'], ['wrong type', { a: 1 }], ['wrong type', true]],
  boolean: [['wrong type', 'perhaps'], ['wrong type', 5]],
  array: [['wrong type', 5], ['wrong type', { a: 1 }], ['wrong element', [{ a: [1] }]]],
  object: [['wrong type', 5], ['wrong type', [1]]],
};
const WRONG_TIMES = [['no time', '어제'], ['a day that is not', '2026-02-30T09:00:00+09:00']];

// Where plausible values of the required members are not enough to get past them.
const REST = {
  'POST /api/v1/alerts/review': async () => ({ integration: (await call('GET', '/api/v1/integrations')).json.items[0].id, class: 'acted' }),
  'POST /api/v1/drills': () => ({ script: 'cache-full' }),
  'POST /api/v1/escalation/simulate': () => ({ events: [] }),
  'POST /api/v1/import/postmortem': () => ({ markdown: '# 결제 지연\nSeverity: P1\nStarted: 2024-03-05 23:40\nResolved: 2024-03-06 00:20\n' }),
  'POST /api/v1/incidents/{ref}/notices': () => ({ stage: 'detected' }),
  'POST /api/v1/schedules/{id}/overrides': () => ({ type: 'replace', in: 'prober' }),
  'POST /api/v1/swaps': async () => ({ start: later(1), end: later(2), with_start: later(3), with_end: later(4), with: (await call('GET', '/api/v1/users')).json.items[0].login }),
  'PUT /api/v1/escalation/paths': () => ({ policies: {} }),
  'PUT /api/v1/me/contacts': () => ({ methods: [{ kind: 'email' }] }),
  'PUT /api/v1/quarters/{name}': () => ({ section: 'plan', base: 0 }),
  'PUT /api/v1/statutory/{key}': () => ({ question: { ko: '물음' }, duty: { ko: '할 일' }, when: { ko: '지체 없이' }, source: '법 제1조' }),
  'PUT /api/v1/users/{id}/contacts': () => ({ methods: [{ kind: 'email' }] }),
};

// Members that take more than their description says, or by another way.
const EXCEPT = [
  [/(render|wording\/check) (text|items|lang|section|kind): /, 'texts are looked at, nothing is kept'],
  [/escalation\/simulate severity: /, 'names of a simulation are whatever the caller calls them'],
  [/import\/postmortem markdown: control/, 'named by its line'],
  [/alerts\/review name: /, 'alerts of that name: there are none'],
  [/attachments /, 'multipart and raw bodies: attachments have tests of their own'],
  [/me\/password /, 'never by a token'],
  [/swaps\/|handovers\/|deliveries\/|ical\/|policies\/\{id\}\/simulate/, 'nothing of that kind in the demo: 404'],
];
let server, call, operations;

before(async () => { ({ server, call, operations } = await startDescribed()); });
after(() => server.stop());

// By its name, and in the reader's language.
const named = (problem, name, lang) => (problem.errors ?? []).some(({ field, message }) => new RegExp(`(^|\\.)${name}(\\.|\\[|$)`).test(field) && /[가-힣]/.test(message) === (lang === 'ko'));

test('every described member is refused by its name', { timeout: 120_000 }, async (t) => {
  const wrong = [];
  let right = 0;
  for (const { method, path, operation } of operations) {
    const schema = resolve(bodyOf(operation));
    if (!schema?.properties || method === 'DELETE') continue;
    const members = Object.entries(schema.properties);
    const required = members.filter(([name]) => (schema.required ?? []).includes(name));
    const base = { ...Object.fromEntries(required.map(([name, part]) => [name, value(name, part)])), ...await REST[`${method} ${path}`]?.() };
    const where = await address(path);
    for (const [name, part] of members) {
      const { type, format } = resolve(part);
      for (const [what, bad] of [...(WRONG[[type].flat()[0]] ?? []), ...(format === 'date-time' ? WRONG_TIMES : [])]) {
        const line = `${method} ${path} ${name}: ${what}`;
        if (EXCEPT.some(([pattern]) => pattern.test(line))) continue;
        const lang = (right + wrong.length) % 2 === 0 ? 'ko' : 'en';
        const answer = await call(method, where, { ...base, [name]: bad }, { 'Accept-Language': lang });
        const problem = answer.status >= 300 ? answer.json : {};
        const nothingOfThatName = answer.status === 404 && typeof bad !== 'object';
        if (nothingOfThatName || (answer.status === 422 && named(problem, name, lang))) right += 1;
        else wrong.push(`${line} ${JSON.stringify(bad).slice(0, 20)}: ${answer.status} ${problem.code} ${(problem.errors ?? []).map(({ field, code }) => `${field} ${code}`)}`);
      }
    }
  }
  t.diagnostic(`${right} refused by name`);
  assert.deepEqual(wrong, []);
});

test('a body that cannot be read is refused before anything of it is believed', async () => {
  const operationsWithJson = operations.filter(({ operation }) => operation.requestBody?.content?.['application/json']);
  assert.ok(operationsWithJson.length > 100, `${operationsWithJson.length}`);
  for (const { method, path } of operationsWithJson) {
    const where = path.replace(/\{[^}]*\}/g, '1');
    for (const raw of ['{"a":"\xff"}', '{"a":"b\\u0000c"}', '{"a":1,"a":2}', '{"a":', 'x=y', '['.repeat(100), '{"a":"b\0c"}']) {
      const answer = await call(method, where, Buffer.from(raw, 'latin1'), { 'Content-Type': 'application/json' });
      assert.equal(answer.status, 400, `${method} ${path} ${raw.slice(0, 20)}: ${answer.status} ${answer.text.slice(0, 200)}`);
      assert.match(answer.json.code, /^(json|request)\./);
    }
  }
});
