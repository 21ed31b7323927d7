// The Debian package, the settings, and a backup under load: what keeping Bongsu running depends on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BIN, addToken, addUser, freePort, pause, startServer } from './lib.mjs';

const ROUNDS = Number(process.env.BONGSU_BACKUP_ROUNDS ?? 3);
const bongsu = (args, env = {}) => spawnSync(BIN, args, { encoding: 'utf8', timeout: 60_000, env: { ...process.env, BONGSU_DATABASE: '', BONGSU_DATA: '', ...env } });

function pack(folder, version) {
  const out = join(folder, version);
  const made = spawnSync('cpack', ['-G', 'DEB', '-D', `CPACK_PACKAGE_VERSION=${version}`, '-B', out], { cwd: dirname(BIN), encoding: 'utf8' });
  assert.equal(made.status, 0, made.stdout + made.stderr);
  return join(out, readdirSync(out).find((name) => name.endsWith('.deb')));
}

test('the package installs, starts, upgrades, is removed and purged', { skip: process.getuid() === 0 ? false : 'needs root for a copy of the machine' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-package-'));
  const run = spawnSync(fileURLToPath(new URL('./package.sh', import.meta.url)), [pack(folder, '0.0.9'), pack(folder, '0.1.0'), String(await freePort())],
    { encoding: 'utf8', timeout: 60_000 });
  rmSync(folder, { recursive: true });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  assert.match(run.stdout, /ok purged/);
});

test('a second worker on the same database is refused, and so is an address that is taken', async () => {
  const server = await startServer();
  try {
    const serve = (...args) => bongsu(['serve', '--live-listen', 'off', '--data', server.folder, ...args]);
    const second = serve('--listen', `127.0.0.1:${await freePort()}`);
    assert.equal(second.status, 65, second.stderr);
    assert.match(second.stderr, /Another bongsu is at work/);
    const taken = serve('--no-worker', '--listen', `127.0.0.1:${server.port}`);
    assert.equal(taken.status, 70, taken.stderr);
    assert.match(taken.stderr, /Address already in use/);
    assert.equal((await server.request('GET', '/readyz')).status, 200);
  } finally {
    await server.stop();
  }
});

test('options win over the environment, the environment over the file; a wrong line is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-config-'));
  const file = join(folder, 'config.ini');
  const listen = (args, env) => bongsu(['serve', '--check-config', ...args], env).stdout.match(/^listen = (.*)$/m)?.[1];
  writeFileSync(file, '# comment\n\nlisten = 127.0.0.1:1111\ndatabase = postgresql://bongsu:secret@db/bongsu\n');
  assert.equal(listen([]), '127.0.0.1:8080');
  assert.equal(listen(['--config', file]), '127.0.0.1:1111');
  assert.equal(listen(['--config', file], { BONGSU_LISTEN: '127.0.0.1:2222' }), '127.0.0.1:2222');
  assert.equal(listen(['--config', file, '--listen', '127.0.0.1:3333'], { BONGSU_LISTEN: '127.0.0.1:2222' }), '127.0.0.1:3333');
  assert.doesNotMatch(bongsu(['serve', '--check-config', '--config', file]).stdout, /secret/);
  writeFileSync(file, '# comment\n\n\nlissten = 127.0.0.1:1111\n');
  const refused = bongsu(['serve', '--config', file]);
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /config\.ini:4: there is no option 'lissten/);
  rmSync(folder, { recursive: true });
});

test('a backup under full write load is whole and consistent', async () => {
  const server = await startServer({ 'rate-limit': 'off' });
  addUser(server, 'keeper', 'admin');
  const headers = { Authorization: `Bearer ${addToken(server, 'keeper')}` };
  let answered = 0;
  let going = true;
  const write = async (worker) => {
    for (let i = 0; going; i++) {
      const { status } = await server.request('POST', '/api/v1/incidents', { headers, body: { title: `부하 ${worker}-${i}`, severity: 'P2' } });
      assert.equal(status, 201);
      answered++;
    }
  };
  const writers = Array.from({ length: 8 }, (_, i) => write(i));
  for (let round = 0; round < ROUNDS; round++) {
    await pause(50);
    const before = answered;
    const folder = mkdtempSync(join(tmpdir(), 'bongsu-restored-'));
    const file = join(folder, 'now.backup');
    assert.equal(server.command(['backup', file]).status, 0);
    const restored = bongsu(['restore', file, '--data', folder]);
    assert.equal(restored.status, 0, restored.stderr);
    const all = bongsu(['export', join(folder, 'all.jsonl'), '--data', folder]);
    assert.equal(all.status, 0, all.stderr);
    const lines = spawnSync('grep', ['-c', '^{"table":"incident"', join(folder, 'all.jsonl')], { encoding: 'utf8' });
    const declared = spawnSync('grep', ['-c', '"action":"incident.declared"', join(folder, 'all.jsonl')], { encoding: 'utf8' });
    assert.ok(Number(lines.stdout) >= before, `${lines.stdout} of ${before}`); // all that was answered before it began
    assert.equal(lines.stdout, declared.stdout); // each incident with its audit row: no half transaction
    rmSync(folder, { recursive: true });
  }
  going = false;
  await Promise.all(writers);
  console.log(`# ${ROUNDS} backups beside ${answered} declarations`);
  await server.stop();
});

test('SIGHUP reads the settings again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-config-'));
  const file = join(folder, 'config.ini');
  writeFileSync(file, 'log-level = info\n');
  const server = await startServer({ config: file });
  writeFileSync(file, 'log-level = debug\nworkers = 8\n');
  server.child.kill('SIGHUP');
  for (let i = 0; i < 100 && !/settings read again/.test(server.errors()); i++) await pause(20);
  assert.match(server.errors(), /"log_level":"debug","waiting_for_restart":"workers"/);
  assert.equal((await server.request('GET', '/healthz')).status, 200);
  assert.equal((await server.stop()).code, 0);
  rmSync(folder, { recursive: true });
});
