// Runs every part of the tests and adds up what they report. Parts can be named: `tests/run lint unit`.
// A part is a list of commands; each must exit 0; counts are read from what cmocka and node print.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
process.env.CCACHE_BASEDIR ??= root;
mkdirSync('build', { recursive: true });
const jobs = String(Math.max(2, cpus().length));
const began = Date.now();
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

// What is worth reading of a step that failed. ctest runs two programs at a time: only lines of those that failed.
function telling(text) {
  const bad = new Set([...text.matchAll(/^\s*(\d+) - \S+ \(/gm)].map((m) => m[1]));
  return text.split('\n').filter((line) => {
    const program = line.match(/^(\d+): /)?.[1];
    return program === undefined ? !/Passed|^ok |^\[\d+\/\d+\]|^test \d|^\s+Start |^$/.test(line) : bad.has(program) && !/\[ +(OK|RUN) +\]/.test(line);
  });
}

function step(name, command, args, env) {
  const { ok, text, seconds } = run(name, command, args, env);
  const found = count(text);
  if (found.pass + found.fail === 0) found.pass = ok ? 1 : 0; // a check without counts is one test
  if (!ok && found.fail === 0) found.fail = 1;
  passed += found.pass;
  failed += found.fail;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}: ${found.pass} passed, ${found.fail} failed, ${seconds} s`);
  if (!ok) console.log(telling(text).slice(-120).join('\n'));
  return ok;
}

const built = new Map(); // a flavour is built once a run, however many parts need it

// targets: what this flavour is for; linking the rest would only take time.
function build(name, targets, options) {
  const key = `${name} ${targets}`;
  if (!built.has(key)) built.set(key, compile(name, targets, options));
  return built.get(key);
}

function compile(name, targets, options) {
  const folder = `build/${name}`;
  const configured = run(`configure-${name}`, 'cmake', ['-S', '.', '-B', folder, '-G', 'Ninja', '-DCMAKE_C_COMPILER_LAUNCHER=ccache', '-DBONGSU_TESTS=ON', ...options]);
  if (!configured.ok) { console.log(configured.text); failed++; return false; }
  return step(`build ${name}`, 'cmake', ['--build', folder, '-j', jobs, '--target', ...targets]);
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
const TESTS = ['unit_tests', 'store_tests', 'domain_tests', 'fault_tests', 'fuzz_tests'];
const release = (targets = ['bongsu']) => build('release', targets, ['-DCMAKE_BUILD_TYPE=Release']);
const BONGSU_BIN = join(root, 'build/release/bongsu');

// Most files wait as much as they compute, so two run at once. These measure how long something takes, or load the
// machine on purpose: each has it to itself.
const ALONE = /\/(capacity|chaos|kill|kill_paging|live|nginx|storm)\.test/;
const node = (name, files, atOnce, env) => step(name, 'node', ['--test', `--test-concurrency=${atOnce}`, '--test-reporter=tap', ...files], env);

const install = (folder) => step(`npm ci of ${folder}`, 'npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts']);

function nodeTests(name, folder, env) {
  const files = testFiles(folder);
  const alone = files.filter((file) => ALONE.test(file));
  node(name, files.filter((file) => !ALONE.test(file)), 2, env);
  if (alone.length > 0) node(`${name}, one at a time`, alone, 1, env);
}

const PARTS = {
  lint() {
    step('lint layers', 'node', ['tests/lint/layers.mjs']);
    step('lint shape', 'node', ['tests/lint/shape.mjs']);
    step('lint functions', 'tests/lint/functions.sh', []);
    step('lint format', 'tests/lint/format.sh', []);
    step('lint torture', 'node', ['tests/lint/torture.mjs']);
  },
  unit() {
    if (!build('test', ['all'], ['-DCMAKE_BUILD_TYPE=Release', '-DBONGSU_FAULTS=ON'])) return;
    step('unit, store, domain, fault', 'ctest', ctest('build/test'), { BONGSU_TEST_PG: postgres.url() });
  },
  asan() {
    if (!build('asan', TESTS, ['-DCMAKE_BUILD_TYPE=Debug', '-DBONGSU_SANITIZE=address', '-DBONGSU_FAULTS=ON'])) return;
    step('the same under ASan and UBSan', 'ctest', ctest('build/asan'), { ASAN_OPTIONS: 'detect_leaks=1' });
    step('the PostgreSQL driver under them', 'ctest', ctest('build/asan', '-L', 'store'), { BONGSU_TEST_PG: postgres.url(), ASAN_OPTIONS: 'detect_leaks=1' });
  },
  tsan() {
    if (!build('tsan', ['store_tests'], ['-DCMAKE_BUILD_TYPE=Debug', '-DBONGSU_SANITIZE=thread', '-DBONGSU_FAULTS=ON'])) return;
    step('threaded parts under TSan', 'ctest', ctest('build/tsan', '-L', 'store'));
  },
  http() {
    if (release()) nodeTests('HTTP', 'tests/http', { BONGSU_BIN });
  },
  clients() { // real servers and readers of others' formats
    if (release() && install('tests/clients')) nodeTests('clients', 'tests/clients', { BONGSU_BIN });
  },
  coverage() { // of server/, by everything that runs it; the line below which it fails is the goal
    if (!build('coverage', [...TESTS, 'bongsu'], ['-DCMAKE_BUILD_TYPE=Debug', '-DBONGSU_COVERAGE=ON', '-DBONGSU_FAULTS=ON'])) return;
    run('forget', 'find', ['build/coverage', '-name', '*.gcda', '-delete']);
    step('unit, store, domain, fault, counted', 'ctest', ctest('build/coverage', '-LE', 'fuzz'), { BONGSU_TEST_PG: postgres.url() });
    nodeTests('HTTP, counted', 'tests/http', { BONGSU_BIN: join(root, 'build/coverage/bongsu') });
    const options = ['--root', '.', '--filter', 'server/', '--exclude-unreachable-branches', '--gcov-ignore-parse-errors', '--fail-under-line', '85', '--json-summary', 'build/coverage.json', '--txt', 'build/coverage.txt', '--print-summary'];
    step('lines of server/ that tests run: at least 85 %', 'gcovr', [...options, 'build/coverage']);
    if (existsSync('build/coverage.json')) console.log(`     ${JSON.parse(readFileSync('build/coverage.json', 'utf8')).line_percent} %, file by file in build/coverage.txt`);
  },
  load() { // reports figures; fails only where no busy machine explains them (load/README.md)
    if (release(['all'])) step('load', 'node', ['tests/load/run.mjs'], { BONGSU_BIN });
  },
  browser() {
    if (release() && install('tests/browser')) nodeTests('browser', 'tests/browser', { BONGSU_BIN });
  },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS).filter((part) => part !== 'load' && part !== 'coverage'); // by name only: benchmarks want a quiet machine, counting a patient one
for (const part of wanted) PARTS[part]();
postgres.stop();
const seconds = Math.round((Date.now() - began) / 1000);
console.log(`${Math.floor(seconds / 60)} min ${seconds % 60} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
