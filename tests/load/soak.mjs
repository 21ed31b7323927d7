// A long quiet run, or a storm: is memory flat, does the write-ahead log stay small, is everything answered?
//
//   node tests/load/soak.mjs [MINUTES] [PER_SECOND]      30 minutes of 60 requests a second; a storm: 10 500; short: 5 300
//
// Requests are what people and machines do, mixed: pages, fragments, lists, searches, the API, updates, notes, alerts.
// First as many clients as workers ask for half a minute, so that every worker, reader and cache has been used as much
// as it ever is. Memory is then the median of the last sixth of the run to the median of the second sixth. Exit 1 if any
// figure misses its floor.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { request } from '../http/lib.mjs';
import { figure, figures, get, load, median, memory, post, prepare, requests, round, stopAll, table } from './lib.mjs';

const MINUTES = Number(process.argv[2] ?? 30);
const PER_SECOND = Number(process.argv[3] ?? 60);
const WINDOW_S = 10;
const WARM_UP_S = 30;

async function source(server) {
  const { json } = await request(server.port, 'POST', '/api/v1/integrations', { headers: { Authorization: `Bearer ${server.token}` }, body: { kind: 'alertmanager', name: 'soak', rules: [{ match: [], do: 'record' }] } });
  return json.key;
}

function alert(server, key, n) {
  const labels = { alertname: `Down${n % 50}`, instance: `host-${n % 500}` };
  const one = { status: n % 3 === 0 ? 'resolved' : 'firing', labels, annotations: { summary: '응답 없음' }, startsAt: new Date(Date.now() - 60000).toISOString(), endsAt: n % 3 === 0 ? new Date().toISOString() : '0001-01-01T00:00:00Z', generatorURL: 'http://p.example', fingerprint: (n % 500).toString(16).padStart(16, '0') };
  const bytes = JSON.stringify({ version: '4', groupKey: `{}:{alertname="${labels.alertname}"}`, truncatedAlerts: 0, status: 'firing', receiver: 'bongsu', groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://am.example', alerts: [one] });
  return `POST /hooks/alertmanager/${key} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(bytes)}\r\n\r\n${bytes}`;
}

function mixed(server, key, from, count, readsOnly = false) {
  const ref = (n) => server.ref(1 + ((n * 7919) % server.incidents));
  const open = (n) => server.ref(server.incidents - (n % 4));
  const reads = [
    (n) => get(server, `/incidents/${ref(n)}`), (n) => get(server, `/incidents/${open(n)}/live`), (n) => get(server, '/', 'Accept-Encoding: gzip\r\n'),
    (n) => get(server, `/incidents?n=${n}`), (n) => get(server, `/incidents?q=${encodeURIComponent('결제')}&n=${n}`), (n) => get(server, `/api/v1/incidents/${ref(n)}`),
    (n) => get(server, `/incidents/${open(n)}`, 'Accept-Encoding: gzip\r\n'),
  ];
  const writes = [
    (n) => post(server, `/api/v1/incidents/${open(n)}/updates`, { text: `원인을 좁히는 중입니다. ${n}번째 소식.` }),
    (n) => post(server, `/api/v1/incidents/${open(n)}/timeline`, { text: `관찰 ${n}`, kind: 'note' }), (n) => alert(server, key, n),
  ];
  const kinds = readsOnly ? reads : [...reads, ...writes];
  return requests(Array.from({ length: count }, (_, i) => kinds[(from + i) % kinds.length](from + i)));
}

async function main() {
  const server = await prepare('soak', 1000, 10000, 1);
  const key = await source(server);
  const idle = memory(server, 'RssAnon') / 1024;
  await load(server, mixed(server, key, 0, 5000, true), { connections: 64, seconds: WARM_UP_S });
  const samples = [];
  let wal = 0, errors = 0, served = 0, slowest = 0;
  const until = performance.now() + MINUTES * 60_000;
  for (let n = 5000; performance.now() < until; n += WINDOW_S * PER_SECOND) {
    const one = await load(server, mixed(server, key, n, WINDOW_S * PER_SECOND), { connections: Math.min(500, PER_SECOND * 4), seconds: WINDOW_S, rate: PER_SECOND });
    errors += one.errors;
    served += one.served;
    slowest = Math.max(slowest, one.p99_ms);
    wal = Math.max(wal, statSync(join(server.data, 'bongsu.db-wal')).size);
    samples.push(memory(server, 'RssAnon') / 1024);
    if (samples.length % 6 === 0) {
      const { text } = await request(server.port, 'GET', '/metrics');
      const kept = Number(text.match(/page_cache_bytes (\d+)/)?.[1] ?? 0) / 1048576;
      console.log(JSON.stringify({ minute: samples.length / 6, anon_mib: round(samples.at(-1)), pages_kept_mib: round(kept), wal_mib: round(wal / 1048576), served, errors }));
    }
  }
  const sixth = Math.max(1, Math.floor(samples.length / 6));
  const early = median(samples.slice(sixth, 2 * sixth)), late = median(samples.slice(-sixth));
  figure('growth', `anonymous memory at the end / after ${round(MINUTES / 4)} minutes: ${round(early)} MiB`, late / early, { better: 'less', floor: 1.02, percent: round((late / early - 1) * 100) });
  figure('memory', `anonymous memory at the end, MiB; ${round(idle)} when idle`, late, { better: 'less', floor: 60 });
  figure('log', 'write-ahead log at its largest, MiB', wal / 1048576, { better: 'less', floor: 64 });
  figure('errors', `of ${served} requests`, errors, { better: 'less', floor: 0, worst_p99_ms: round(slowest) });
  await server.stop();
}

try {
  await main();
  table();
} finally {
  stopAll();
}
const passed = figures.length > 0 && figures.every((one) => one.reached);
console.log(passed ? 'passed' : 'failed');
process.exit(passed ? 0 : 1);
