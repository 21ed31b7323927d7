// Runs every part of the tests and adds up what they report. Parts can be named: `tests/run lint unit`.
// A part is a list of commands; each must exit 0; counts are read from what cmocka and node print.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env.CCACHE_BASEDIR ??= root;
mkdirSync('build', { recursive: true });
const jobs = '2';
let passed = 0;
let failed = 0;

function run(name, command, args, env = {}) {
  const began = Date.now();
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...env }, maxBuffer: 1 << 28, timeout: 900_000 });
  const text = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  writeFileSync(join('build', `${name.replace(/[^a-z0-9]+/gi, '-')}.log`), text);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  return { ok: result.status === 0, text, seconds };
}

// cmocka: "[  PASSED  ] 8 test(s)."; node: "# pass 8"
function count(text) {
  const add = (pattern) => [...text.matchAll(pattern)].reduce((sum, m) => sum + Number(m[1]), 0);
  return {
    pass: add(/\[  PASSED  \] (\d+) test/g) + add(/^# pass (\d+)/gm),
    fail: add(/\[  FAILED  \] (\d+) test/g) + add(/^# fail (\d+)/gm),
  };
}

function step(name, command, args, env) {
  const { ok, text, seconds } = run(name, command, args, env);
  const found = count(text);
  if (found.pass + found.fail === 0) found.pass = ok ? 1 : 0; // a check without counts is one test
  if (!ok && found.fail === 0) found.fail = 1;
  passed += found.pass;
  failed += found.fail;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${found.pass} passed, ${found.fail} failed, ${seconds} s`);
  if (!ok) console.log(text.split('\n').filter((line) => !/Passed|^ok |^\[\d+\/\d+\]/.test(line)).slice(-120).join('\n'));
  return ok;
}

function build(name, options, env) {
  const folder = `build/${name}`;
  const configured = run(`configure-${name}`, 'cmake', ['-S', '.', '-B', folder, '-G', 'Ninja', '-DCMAKE_C_COMPILER_LAUNCHER=ccache', '-DBONGSU_TESTS=ON', ...options], env);
  if (!configured.ok) { console.log(configured.text); failed++; return false; }
  return step(`build ${name}`, 'cmake', ['--build', folder, '-j', jobs], env);
}

const postgres = (() => { // one cluster for the whole run; the script prints its URL
  let url;
  return {
    url: () => (url ??= existsSync('tests/support/postgres.sh') ? spawnSync('tests/support/postgres.sh', ['start'], { encoding: 'utf8' }).stdout.trim() : ''),
    stop: () => { if (url) spawnSync('tests/support/postgres.sh', ['stop']); },
  };
})();

const ctest = (folder, ...args) => ['--test-dir', folder, '-V', '-j', jobs, ...args];
const testFiles = (folder) => existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.test.mjs')).sort().map((f) => join(folder, f)) : [];
const nodeTest = (files) => ['--test', '--test-concurrency=1', '--test-reporter=tap', ...files];

const PARTS = {
  lint() {
    step('lint layers', 'node', ['tests/lint/layers.mjs']);
    step('lint shape', 'node', ['tests/lint/shape.mjs']);
    step('lint functions', 'tests/lint/functions.sh', []);
    step('lint torture', 'node', ['tests/lint/torture.mjs']);
  },
  unit() {
    if (!build('test', ['-DCMAKE_BUILD_TYPE=Release', '-DBONGSU_FAULTS=ON'])) return;
    step('unit, store, domain, fault', 'ctest', ctest('build/test'), { BONGSU_TEST_PG: postgres.url() });
  },
  asan() {
    if (!build('asan', ['-DCMAKE_BUILD_TYPE=Debug', '-DBONGSU_SANITIZE=address', '-DBONGSU_FAULTS=ON'])) return;
    step('the same under ASan and UBSan', 'ctest', ctest('build/asan'), { ASAN_OPTIONS: 'detect_leaks=1' });
    step('the PostgreSQL driver under them', 'ctest', ctest('build/asan', '-L', 'store'), { BONGSU_TEST_PG: postgres.url(), ASAN_OPTIONS: 'detect_leaks=1' });
  },
  tsan() {
    if (!build('tsan', ['-DCMAKE_BUILD_TYPE=Debug', '-DBONGSU_SANITIZE=thread', '-DBONGSU_FAULTS=ON'])) return;
    step('threaded parts under TSan', 'ctest', ctest('build/tsan', '-L', 'store'));
  },
  http() {
    if (!build('release', ['-DCMAKE_BUILD_TYPE=Release'])) return;
    const files = testFiles('tests/http');
    if (files.length > 0) step('HTTP', 'node', nodeTest(files), { BONGSU_BIN: join(root, 'build/release/bongsu') });
  },
  clients() { // real servers and readers of others' formats
    const files = testFiles('tests/clients');
    if (!build('release', ['-DCMAKE_BUILD_TYPE=Release'])) return;
    if (!step('npm ci of clients', 'npm', ['ci', '--prefix', 'tests/clients', '--no-audit', '--no-fund', '--ignore-scripts'])) return;
    step('clients', 'node', nodeTest(files), { BONGSU_BIN: join(root, 'build/release/bongsu') });
  },
  coverage() { // of server/, by everything that runs it; the line below which it fails is the goal
    if (!build('coverage', ['-DCMAKE_BUILD_TYPE=Debug', '-DBONGSU_COVERAGE=ON', '-DBONGSU_FAULTS=ON'])) return;
    run('forget', 'find', ['build/coverage', '-name', '*.gcda', '-delete']);
    step('unit, store, domain, fault, counted', 'ctest', ctest('build/coverage', '-LE', 'fuzz'), { BONGSU_TEST_PG: postgres.url() });
    step('HTTP, counted', 'node', nodeTest(testFiles('tests/http')), { BONGSU_BIN: join(root, 'build/coverage/bongsu') });
    const options = ['--root', '.', '--filter', 'server/', '--exclude-unreachable-branches', '--gcov-ignore-parse-errors', '--fail-under-line', '85', '--json-summary', 'build/coverage.json', '--txt', 'build/coverage.txt', '--print-summary'];
    step('lines of server/ that tests run: at least 85 %', 'gcovr', [...options, 'build/coverage']);
    if (existsSync('build/coverage.json')) console.log(`     ${JSON.parse(readFileSync('build/coverage.json', 'utf8')).line_percent} %, file by file in build/coverage.txt`);
  },
  load() { // reports figures; fails only where no busy machine explains them (load/README.md)
    if (!build('release', ['-DCMAKE_BUILD_TYPE=Release'])) return;
    step('load', 'node', ['tests/load/run.mjs'], { BONGSU_BIN: join(root, 'build/release/bongsu') });
  },
  browser() {
    const files = testFiles('tests/browser');
    if (files.length === 0 || !build('release', ['-DCMAKE_BUILD_TYPE=Release'])) return;
    if (!step('npm ci', 'npm', ['ci', '--prefix', 'tests/browser', '--no-audit', '--no-fund', '--ignore-scripts'])) return;
    step('browser', 'node', nodeTest(files), { BONGSU_BIN: join(root, 'build/release/bongsu') });
  },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS).filter((part) => part !== 'load' && part !== 'coverage'); // by name only: benchmarks want a quiet machine, counting a patient one
for (const part of wanted) PARTS[part]();
postgres.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
