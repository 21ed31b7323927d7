// A company's own authority (ca.pem), a certificate of it for localhost, and one that nobody signed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function certificates() {
  const folder = mkdtempSync(join(tmpdir(), 'bongsu-tls-'));
  const openssl = (...args) => {
    const made = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
  };
  const pair = (name) => ({ key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.pem`)) });
  openssl('req', '-x509', ...KEY, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Our authority');
  openssl('req', '-x509', ...KEY, '-keyout', 'stranger.key', '-out', 'stranger.pem', '-days', '2', '-subj', '/CN=localhost');
  openssl('req', ...KEY, '-keyout', 'ours.key', '-out', 'ours.csr', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1');
  openssl('x509', '-req', '-in', 'ours.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'ours.pem', '-days', '2', '-copy_extensions', 'copy');
  return { file: join(folder, 'ca.pem'), ours: pair('ours'), stranger: pair('stranger'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
