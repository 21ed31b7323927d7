// Every operation of the API that writes, with bodies as its description wants them, on the demo organisation: what is
// refused is mended by what the refusal says and sent again, so that most calls get through to the end. Nothing may
// answer with a server error, and the server must still be there. An operation is tested by being described.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { address, bodyOf, mend, startDescribed, value } from './described.mjs';

const TRIES = 6;
const DONE_AT_LEAST = 0.6; // of the operations; the others want what no description says
let server, call, operations;

before(async () => { ({ server, call, operations } = await startDescribed()); });
after(() => server.stop());

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
  return answer;
}

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
  assert.ok(done.size / operations.length >= DONE_AT_LEAST, `${done.size} of ${operations.length}`);
});
