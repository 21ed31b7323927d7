// Measures the performance goals P1–P17, P19 and P20 against the real server on loopback, each as a ratio to something
// measured in the same run, and compares them with their floors; rooms.mjs does the same for single rooms. See README.md.
//
//   node tests/load/run.mjs [--full] [--strict] [P1 P5 scale oncall …]
//
// One line of JSON a figure, then a table. --full: more rounds and 5,000 viewers. --strict: exit 1 below any floor;
// otherwise only below the gross ones, which no busy machine explains.
import { execFileSync, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { pause, request } from '../http/lib.mjs';
import { children, compare, cpu, failed, figure, folder, full, get, load, measure, median, memory, post, prepare, requests, round, ROUNDS, run, SLICE, start, stopAll, table, TOOLS, VIEWERS, wanted } from './lib.mjs';
import { rooms } from './rooms.mjs';

// --- what is measured ---

async function pages(small) {
  const page = `/incidents/${small.newest}`;
  const gzip = 'Accept-Encoding: gzip\r\n';
  const always = (file) => () => file;
  const hello = requests(get(small, '/healthz'));
  // each request has another address, so that none is answered from the cache
  const rendered = requests(Array.from({ length: 4000 }, (_, i) => get(small, `${page}?before=${1000000 + i}`)));
  const cached = requests(get(small, page, gzip));
  const json = requests(get(small, `/api/v1${page}`));
  const unchanged = async () => {
    const { headers } = await request(small.port, 'GET', page, { headers: { Cookie: small.cookies[0], 'Accept-Encoding': 'gzip' } });
    return requests(get(small, page, `${gzip}If-None-Match: ${headers.etag}\r\n`));
  };
  const result = await compare({ hello: [small, always(hello)], rendered: [small, always(rendered)], json: [small, always(json)], cached: [small, always(cached)], unchanged: [small, unchanged] });
  const say = (name, text, key, floor, gross) => figure(name, text, result.ratio(key, 'hello'), { floor, gross, of_cpu: round(result.work(key, 'hello')), cpu_us: round(result.at(key, 'cpu_us')), p99_ms: round(result.at(key, 'p99_ms')) });
  say('P1', 'incident page, put together from a timeline read and drawn anew / hello', 'rendered', 0.3, 0.008);
  say('P2', 'incident as JSON / hello', 'json', 0.35, 0.05);
  say('P3', 'incident page from the cache, gzipped / hello', 'cached', 0.7, 0.05);
  say('P4', 'unchanged page (304) / hello', 'unchanged', 0.85, 0.05);
  if (result.errors() > 0) throw new Error(`${result.errors()} errors`);
}

function updates(server, count) {
  return requests(Array.from({ length: count }, (_, i) => post(server, `/api/v1/incidents/${server.ref(server.incidents - 1 - (i % 4))}/updates`, { text: `원인을 좁히는 중입니다. ${i}번째 소식.` })));
}

async function duringWrites(small) {
  const page = requests(get(small, `/incidents/${small.newest}`, 'Accept-Encoding: gzip\r\n'));
  const rendered = requests(Array.from({ length: 4000 }, (_, i) => get(small, `/incidents/${small.newest}?before=${2000000 + i}`)));
  const writes = updates(small, 500);
  const ratios = { cached: [], rendered: [] };
  let failed = 0;
  for (let i = 0; i < ROUNDS; i++) {
    for (const [name, file] of Object.entries({ cached: page, rendered })) {
      const quiet = await load(small, file, { connections: 4 });
      const storm = load(small, writes, { connections: 500, seconds: SLICE + 0.3, rate: 190 });
      await pause(150);
      ratios[name].push((await load(small, file, { connections: 4 })).per_second / quiet.per_second);
      const { errors } = await storm;
      failed += errors;
    }
  }
  figure('P5', 'page during 190 updates a second / page alone', median(ratios.cached), { floor: 0.6, gross: 0.05, rendered: round(median(ratios.rendered)), failed });
}

async function commits(small) {
  const seconds = full ? '3' : '1';
  const bench = async (env) => {
    const { stdout } = await run(join(TOOLS, 'bench_store'), [seconds], { cwd: folder, env: { ...process.env, ...env } });
    const lines = stdout.trim().split('\n').map((line) => JSON.parse(line));
    return { group: lines[0], single: lines[1], naive: lines[2], P7: lines.at(-1).P7, P8: lines.at(-1).P8 };
  };
  const plain = await bench({});
  const writes = updates(small, 2000);
  let wal = 0;
  const timer = setInterval(() => { wal = Math.max(wal, statSync(join(small.data, 'bongsu.db-wal')).size); }, 50);
  const rates = [];
  for (let i = 0; i < ROUNDS; i++) rates.push(await load(small, writes, { connections: 32, seconds: SLICE * 2 }));
  clearInterval(timer);
  const rate = median(rates.map((one) => one.per_second));
  figure('P6', 'updates over HTTP, 32 clients / bare group commit, 32 callers', rate / plain.group.per_second, { floor: 0.75, gross: 0.005, per_second: round(rate), p99_ms: round(median(rates.map((one) => one.p99_ms))), errors: rates.reduce((sum, one) => sum + one.errors, 0) });
  figure('P7', 'group commit, 32 callers / a commit each', plain.P7, { floor: 2, gross: 0.7 });
  figure('P8', 'longest wait in group commit / with 8 competing writers', plain.P8, { better: 'less', floor: 0.05, gross: 2 });
  const slow = await bench({ LD_PRELOAD: join(TOOLS, 'libslow_fsync.so'), SLOW_FSYNC_US: '2000' });
  figure('P7 +2 ms', 'the same where a sync takes 2 ms longer', slow.P7, { floor: 8, gross: 2 });
  figure('P20', 'write-ahead log under a storm of updates, MiB', wal / 1048576, { better: 'less', floor: 64, gross: 512 });
}

async function bursts(small) {
  const page = requests(get(small, `/incidents/${small.newest}`, 'Accept-Encoding: gzip\r\n'));
  const hello = requests(get(small, '/healthz'));
  const spikes = [];
  for (let i = 0; i < (full ? 3 : 1); i++) {
    const base = await load(small, page, { connections: 200, seconds: 3, rate: 50 });
    const spike = await load(small, page, { connections: 2000, seconds: 3, rate: 2500 });
    const after = await load(small, page, { connections: 200, seconds: 2, rate: 50 });
    spikes.push({ ratio: spike.p99_ms / base.p99_ms, restored: after.p99_ms / base.p99_ms, errors: spike.errors, p99: spike.p99_ms });
  }
  const middle = spikes.sort((a, b) => a.ratio - b.ratio)[Math.floor(spikes.length / 2)];
  figure('P9', 'p99 of 2,500 new connections a second / of 50', middle.ratio, { better: 'less', floor: 2, gross: 200, errors: middle.errors, p99_ms: round(middle.p99), restored: round(middle.restored) });
  const knocks = [];
  for (let i = 0; i < ROUNDS; i++) knocks.push(await load(small, hello, { connections: 500, seconds: 0 }));
  figure('P10', '500 connections at the same moment, p99 in ms', median(knocks.map((one) => one.p99_ms)), { better: 'less', floor: 100, gross: 5000 });
  const crowd = await load(small, hello, { connections: 512, seconds: 1 });
  figure('P11', '512 keep-alive clients on 64 workers, fewest answers to one in a second', crowd.least, { floor: 1, most: crowd.most });
}

async function viewers(small) {
  const cookies = requests(small.cookies);
  const { json } = await request(small.port, 'GET', `/api/v1/incidents/${small.newest}`, { headers: { Cookie: small.cookies[0] } });
  const topic = `incident/${json.id}`;
  const rounds = full ? 20 : 10;
  const writes = requests(Array.from({ length: 40 }, (_, i) => post(small, `/api/v1/incidents/${small.newest}/timeline`, { text: `관찰 ${i}`, kind: 'note' })));
  const page = requests(get(small, `/incidents/${small.newest}`, 'Accept-Encoding: gzip\r\n'));
  const without = await load(small, page, { connections: 4, seconds: 1.5 });
  const before = memory(small, 'RssAnon');
  const child = spawn(join(TOOLS, 'live_load'), [small.livePort, VIEWERS, cookies, topic, rounds, small.port, writes].map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const line = () => new Promise((resolve, reject) => { child.stdout.once('data', (bytes) => resolve(String(bytes))); child.once('exit', () => reject(new Error('viewers ended'))); });
  await line();
  const grown = memory(small, 'RssAnon') - before;
  const began = cpu(small);
  let next = line();
  child.stdin.write('go\n');
  const told = JSON.parse(await next);
  const spent = (cpu(small) - began) / 1000;
  const withThem = await load(small, page, { connections: 4, seconds: 1.5 });
  child.stdin.end('end\n');
  figure('P12', `memory a viewer, KiB (${VIEWERS} of them)`, grown / VIEWERS, { better: 'less', floor: 1, gross: 20 });
  figure('P13', 'processor time an event told, µs, the write itself included', spent / told.told, { better: 'less', floor: 12, gross: 200, lost: told.lost });
  figure('P14', 'a change reaches all viewers, p99 in ms', told.p99_ms, { better: 'less', floor: 200, gross: 5000, page_p99_ratio: round(withThem.p99_ms / without.p99_ms) });
}

// Clients that send a byte now and then: half within a head, half within a body.
async function slowClients(data) {
  const deadline = 1500;
  const server = await start(data, { workers: 16, 'body-ms': deadline, 'request-ms': deadline });
  const sockets = Array.from({ length: 80 }, (_, i) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(i % 2 ? 'GET /healthz HTTP/1.1\r\nX-Slow: ' : `POST /login HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: http://127.0.0.1:${server.port}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n`));
    const timer = setInterval(() => socket.write('a'), 200);
    socket.on('error', () => {});
    socket.on('data', () => {});
    socket.on('close', () => clearInterval(timer));
    return socket;
  });
  await pause(300);
  const began = performance.now();
  await request(server.port, 'GET', '/healthz', { timeout: 60000 });
  const waited = performance.now() - began;
  for (const socket of sockets) socket.destroy();
  await server.stop();
  const bound = 2 * deadline * Math.ceil(80 / 16);
  figure('P15', 'a fresh client among 80 slow ones on 16 workers / what their deadlines allow', waited / bound, { better: 'less', floor: 1, gross: 2, waited_ms: round(waited) });
}

async function scale(small, large) {
  const q = encodeURIComponent('결제');
  const paths = { home: '/', list: '/incidents', search: `/incidents?q=${q}` };
  const files = {};
  // each request has another address, so that none is answered from the cache
  for (const server of [small, large]) {
    for (const [name, path] of Object.entries(paths)) files[`${name} ${server.incidents}`] = [server, requests(Array.from({ length: 2000 }, (_, i) => get(server, `${path}${path.includes('?') ? '&' : '?'}n=${i}`)))];
    const refs = Array.from({ length: 2000 }, (_, i) => server.ref(1 + ((i * 7919) % (server.incidents - 10))));
    // of a hundred incidents head and side are kept, however many there are
    files[`page ${server.incidents}`] = [server, requests(refs.map((_, i) => get(server, `/incidents/${refs[i % 100]}?before=${1000 + i}`)))];
    if (server === large) files.anew = [server, requests(refs.map((ref, i) => get(server, `/incidents/${ref}?before=${1000 + i}`)))];
    files[`timeline ${server.incidents}`] = [server, requests(refs.map((ref) => get(server, `/api/v1/incidents/${ref}/timeline`)))];
  }
  const result = await compare(Object.fromEntries(Object.entries(files).map(([name, [server, file]]) => [name, [server, () => file]])));
  for (const name of ['home', 'list', 'search', 'page']) {
    figure(`scale ${name}`, `${name}: processor time on 100,000 incidents and 1,000,000 events / on 100`, 1 / result.work(`${name} 100000`, `${name} 100`), { better: 'less', floor: 2, gross: 20, p50_ratio: round(result.p50(`${name} 100000`, `${name} 100`)), cpu_us: round(result.at(`${name} 100000`, 'cpu_us')) });
  }
  figure('anew', 'an incident page of which nothing is kept, µs of processor time', result.at('anew', 'cpu_us'));
  figure('P16', 'timelines read a second on 1,000,000 events / on 1,000, all different', result.ratio('timeline 100000', 'timeline 100'), { floor: 0.7, gross: 0.05, of_cpu: round(result.work('timeline 100000', 'timeline 100')) });
  const rare = requests(Array.from({ length: 500 }, (_, i) => get(large, `/api/v1/incidents?q=${encodeURIComponent('섬돌')}&limit=${1 + (i % 20)}`)));
  const found = await load(large, rare, { connections: 1 });
  const hello = await load(large, requests(get(large, '/healthz')), { connections: 1 });
  const scan = JSON.parse(execFileSync(join(TOOLS, 'bench_search'), [join(large.data, 'bongsu.db'), '섬돌'], { encoding: 'utf8' }));
  figure('P17', 'search for a rare word of two syllables / reading every text for it', (found.p50_ms - hello.p50_ms) / scan.scan_ms, { better: 'less', floor: 0.02, gross: 1, index_ratio: round(scan.index_ms / scan.scan_ms), scan_ms: round(scan.scan_ms) });
}

async function idle(large) {
  const starts = [];
  for (let i = 0; i < ROUNDS; i++) {
    const server = await start(large.data, { workers: 64 });
    await pause(300);
    starts.push({ ready: server.ready, anon: memory(server, 'RssAnon') / 1024 });
    await server.stop();
  }
  figure('P19', 'anonymous memory of an idle server with 64 workers, MiB', median(starts.map((one) => one.anon)), { better: 'less', floor: 30, gross: 200 });
  figure('start', 'start to ready on the large database, s', median(starts.map((one) => one.ready)) / 1000, { better: 'less', floor: 0.3, gross: 10 });
}

async function main() {
  const small = await prepare('small', 100, 1000, Math.ceil(VIEWERS / 6));
  await measure(['P1', 'P2', 'P3', 'P4'], pages, small);
  await measure(['P5'], duringWrites, small);
  await measure(['P6', 'P7', 'P8', 'P20'], commits, small);
  await measure(['P9', 'P10', 'P11'], bursts, small);
  await measure(['P12', 'P13', 'P14'], viewers, small);
  await small.stop();
  await measure(['P15'], slowClients, join(folder, 'small'));
  await rooms();
  if (!wanted('P16', 'P17', 'P19', 'scale')) return;
  const fresh = await prepare('fresh', 100, 1000, 1);
  const large = await prepare('large', 100000, 1000000, 1);
  await measure(['P16', 'P17', 'scale'], scale, fresh, large);
  await fresh.stop();
  await large.stop();
  await measure(['P19'], idle, large);
}

try {
  await main();
  table();
} finally {
  stopAll();
}
process.exit(failed() ? 1 : 0);
