// `bongsu demo` fills an organisation to look around in, once, also beside a running server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addToken, startServer } from './lib.mjs';

let server;
before(async () => { server = await startServer(); });
after(() => server.stop());

test('fills once, prints the accounts every time', async () => {
  const first = server.command(['demo']);
  assert.equal(first.status, 0, first.stderr);
  assert.match(first.stdout, /password of all: \S+/);
  assert.match(first.stdout, /moon +lead +문예진/);
  const second = server.command(['demo']);
  assert.equal(second.status, 0, second.stderr);
  assert.equal(second.stdout, first.stdout);
  const headers = { Authorization: `Bearer ${addToken(server, 'moon', ['read'])}` };
  const { json } = await server.request('GET', '/api/v1/incidents', { headers });
  assert.deepEqual(json.items.map((each) => [each.kind, each.state]).sort(),
    [['backfilled', 'closed'], ['drill', 'acknowledged'], ['normal', 'recovered']]);
  const services = await server.request('GET', '/api/v1/services', { headers });
  assert.equal(services.json.items.length, 4);
});
