// Every operation of the API that writes, with bodies as its description wants them, on the demo organisation: what is
// refused is mended by what the refusal says and sent again, so that most calls get through to the end. Nothing may
// answer with a server error, and the server must still be there. An operation is tested by being described.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { address, bodyOf, mend, startDescribed, value } from './described.mjs';
import { schemaFaults } from './lib.mjs';

const TRIES = 6;
const DONE_AT_LEAST = 0.6; // of the operations; the others want what no description says
const EITHER = /^(title|symptom|text|items|role|phone|in|next_notice_at|policies|start|zone|unit|immediate_action)$/; // one of several will do
const misfits = new Set(); // answers and their descriptions: one of them is wrong, or openapi_learn.mjs wants to see more
let server, call, operations, document;

before(async () => { ({ server, call, operations, document } = await startDescribed()); });
after(() => server.stop());

function compare(name, operation, answer) {
  const described = operation.responses[answer.status];
  if (!described) misfits.add(`${name} answers ${answer.status}, described are ${Object.keys(operation.responses)}`);
  const media = described?.content?.['application/json'];
  if (media) for (const fault of schemaFaults(document, media.schema, answer.json)) misfits.add(`${name} ${fault}`);
}

async function attempt(method, path, operation, everything) {
  const schema = bodyOf(operation);
  const parts = Object.entries(schema?.properties ?? {}).filter(([name]) => everything || (schema.required ?? []).includes(name));
  const body = schema ? Object.fromEntries(parts.map(([name, part]) => [name, value(name, part)])) : undefined;
  const where = await address(path);
  let answer;
  for (let i = 0; i < TRIES; i += 1) {
    answer = await call(method, where, body).catch((error) => ({ status: 0, text: error.message }));
    assert.ok(answer.status > 0 && answer.status < 500, `${method} ${where} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
    if (answer.status !== 422 || !body || !mend(body, answer.json)) break;
  }
  if (answer.status < 300) compare(`${method} ${path}`, operation, answer);
  return answer;
}

// What an empty body is told is missing, and what the description says is: the same.
test('what a body needs is described', { timeout: 60_000 }, async () => {
  const wrong = [];
  for (const { method, path, operation } of operations) {
    const schema = operation.requestBody?.content?.['application/json']?.schema;
    if (Object.keys(schema?.properties ?? {}).length === 0 || !['POST', 'PUT'].includes(method)) continue;
    const answer = await call(method, await address(path), {});
    const asked = answer.status === 422 ? (answer.json.errors ?? []).filter(({ code }) => code === 'required').map(({ field }) => field.split(/[.[]/)[0]) : [];
    const said = schema.required ?? [];
    const unsaid = asked.filter((name) => !said.includes(name) && !EITHER.test(name));
    const unasked = answer.status < 300 ? said : [];
    if (unsaid.length + unasked.length > 0) wrong.push(`${method} ${path}: asked for but not described ${unsaid}; described but not asked for ${unasked}`);
  }
  assert.deepEqual(wrong, []);
});

test('no described call ends in a server error, most get through', { timeout: 120_000 }, async (t) => {
  const done = new Set();
  const refused = new Map();
  for (let round = 0; round < 2; round += 1) { // what the first made the second finds
    for (const one of operations) {
      const { method, path, operation } = one;
      if (method === 'DELETE' && round === 0) continue;
      for (const everything of method === 'GET' || method === 'DELETE' ? [false] : [false, true]) {
        const { status } = await attempt(method, path, operation, everything);
        if (status < 300) done.add(one);
        else refused.set(one, `${method} ${path} ${status}`);
      }
    }
  }
  t.diagnostic(`${done.size} of ${operations.length} done; refused: ${operations.filter((one) => !done.has(one)).map((one) => refused.get(one)).join(', ')}`);
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.deepEqual([...misfits], []);
  assert.ok(done.size / operations.length >= DONE_AT_LEAST, `${done.size} of ${operations.length}`);
});
