// Torture: every operation of the domain that writes is failed at each of its steps by some case of tests/fault. An
// operation is a function that a header of server/ declares with a `struct op *` and that reaches store_write; a case
// is a call of it in tests/fault outside OK(…), which sets the scene. What falls due needs no list: test_due_faults.c
// fails for a kind that never came up. `node tests/lint/torture.mjs`
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Operations without a case of their own, and why.
const EXCEPT = {
  alert_try: 'takes back all it did',
  api_token_resolve: 'its one write is the time of last use; it may fail unseen',
  session_resolve: 'its one write is the time it was last seen; it may fail unseen',
  slack_submit: 'a step of slack_work',
  slack_press: 'a step of slack_work',
  slack_verb: 'a step of slack_work',
  slack_mark: 'a step of slack_work, which asks Slack for the message; it writes by incident_note',
  delivery_start: 'run by the worker: test_deliveries',
  delivery_claim: 'run by the worker: test_deliveries',
  delivery_run: 'run by the worker: test_deliveries',
  scheduler_pass: 'run by the worker: test_a_due_row_fires_once_whatever_fails',
};

function files(folder) {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? files(path) : [path];
  });
}

const code = (file) => readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|"(\\.|[^"\\\n])*"/g, ' ');

// Functions as clang-format leaves them: the head begins in the first column, the body ends with a brace there.
const functions = (text) => [...text.matchAll(/^([a-z][^\n;{}=]*?\b(\w+)\([^;{}]*\)) \{\n([\s\S]*?)^\}/gm)]
  .map(([, head, name, body]) => ({ name, own: /^static\b/.test(head), body }));

const rooms = files('server').filter((file) => !file.startsWith('server/store/'));
const graph = new Map(); // a function, one of a file's own as "file:name" → the names it speaks of
for (const file of rooms.filter((one) => one.endsWith('.c'))) {
  for (const { name, own, body } of functions(code(file))) {
    graph.set(own ? `${file}:${name}` : name, { file, names: new Set(body.match(/\b[a-z]\w+\b/g)) });
  }
}
const writes = new Set(['store_write', 'store_write_each']);
for (let before = 0; before < writes.size;) {
  before = writes.size;
  for (const [key, { file, names }] of graph) {
    if ([...names].some((name) => writes.has(graph.has(`${file}:${name}`) ? `${file}:${name}` : name))) writes.add(key);
  }
}

const operations = new Map(); // name → header
for (const file of rooms.filter((one) => one.endsWith('.h') && !one.endsWith('_internal.h'))) {
  for (const [, name] of code(file).matchAll(/\b(\w+)\(\s*struct op \*/g)) if (writes.has(name)) operations.set(name, file);
}

// Without what stands in OK(…), brackets within and all.
function withoutScenery(text) {
  let out = '';
  for (let at = 0; ;) {
    const start = text.slice(at).search(/\bOK\(/);
    if (start < 0) return out + text.slice(at);
    out += text.slice(at, at + start);
    let depth = 0;
    at += start;
    do {
      if (text[at] === '(') depth += 1;
      if (text[at] === ')') depth -= 1;
      at += 1;
    } while (at < text.length && (depth > 0 || text[at - 1] !== ')'));
  }
}

const cases = new Set(files('tests/fault').flatMap((file) => [...withoutScenery(code(file)).matchAll(/\b(\w+)\(/g)].map((m) => m[1])));
const faults = [];
for (const [name, file] of operations) {
  if (!cases.has(name) && !EXCEPT[name]) faults.push(`${file}: ${name} writes and no case of tests/fault makes it fail`);
}
for (const name of Object.keys(EXCEPT)) if (!operations.has(name) || cases.has(name)) faults.push(`${name} needs no exception`);
if (operations.size < 150) faults.push(`only ${operations.size} operations found`);

for (const text of faults) console.error(text);
console.log(`torture: ${operations.size} operations that write, ${faults.length} fault(s)`);
process.exit(faults.length > 0 ? 1 : 0);
