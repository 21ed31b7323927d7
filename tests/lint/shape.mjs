// Shape: sizes, banned words, SQL and HTML in their rooms, catalogues complete in both languages.
// `node tests/lint/shape.mjs`
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n').filter((f) => f && existsSync(join(root, f)));
const read = (file) => readFileSync(join(root, file), 'utf8');
const faults = [];
const fault = (text) => faults.push(text);

const LIMIT = { c: 420, h: 200, line: 120 };
const BANNED = /\b(strcpy|strcat|sprintf|strtok|strncpy|gmtime|localtime|atoi|popen|alloca|mg_handle_form_request|mg_store_body)\s*\(/;
const PARAMETERS = 7; // five, and the op or tx and the error that most begin and end with
// Rooms of the domain get the time, memory, threads and connections from others.
const DOMAIN = /^server\/(ledger|policy|people|service|incident|wording|review|notice|oncall|escalation|alert|runbook|drill|insight)\//;
const NOT_DOMAIN = /\b(time|gettimeofday|clock_gettime|clock_now_ms|clock_new_real|nanosleep|socket|connect|pthread_create|getenv|malloc|calloc|realloc|strdup)\s*\(/;
const SQL_WORD = /"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s/;
const NOT_PORTABLE = /\b(AUTOINCREMENT|IDENTITY|ILIKE|group_concat|string_agg|strftime|now\(\)|INSERT OR|datetime\(|CURRENT_TIMESTAMP|GLOB|greatest\(|least\(|(max|min)\([a-z_.]+, |FOR UPDATE|SKIP LOCKED|json_extract)|->>/i;

// Heads of functions, declared or defined, with their parameters; a comma in a parameter's own brackets does not count.
function* heads(code) {
  for (const [, name, list] of code.matchAll(/^(?!return|else)\w[\w *]*?\b(\w+)\(([^;{}]*?)\)\s*(?:NODISCARD|_Noreturn|PRINTF\([^)]*\))?\s*[;{]/gm)) {
    yield { name, count: list.replace(/\([^()]*\)/g, '').split(',').length };
  }
}

// An object of a file that changes while the program runs says what it is for.
function* secrets(code, lines) {
  for (const [i, line] of code.split('\n').entries()) {
    if (!/^static (?!const |_Thread_local const )[^()]*?(=|;|\{)/.test(line) || /\*const \w/.test(line)) continue;
    let first = i; // its comment stands on the line, or just before it or the ones it belongs with
    while (first > 0 && /^static [^()]*;/.test(lines[first - 1])) first -= 1;
    if (!/\/\*|\*\/\s*$/.test(lines[i] + lines[first - 1])) yield i + 1;
  }
}

for (const file of tracked.filter((f) => /^(server|web)\/.*\.[ch]$/.test(f))) {
  const text = read(file);
  const lines = text.split('\n');
  const limit = file.endsWith('.h') ? LIMIT.h : LIMIT.c;
  if (lines.length - 1 > limit) fault(`${file}: ${lines.length - 1} lines, at most ${limit}`);
  if (!text.startsWith('/*')) fault(`${file}: no header comment`);
  const code = text.replace(/\/\*[\s\S]*?\*\//g, (c) => c.replace(/[^\n]/g, ' '));
  for (const { name, count } of heads(code)) {
    if (count > PARAMETERS) fault(`${file}: ${name} has ${count} parameters`);
  }
  if (DOMAIN.test(file) || /^web\/(pages|api|hooks)\//.test(file)) for (const line of secrets(code, lines)) fault(`${file}:${line}: what may change is described`);
  if (/^extern (?!const )/m.test(code)) fault(`${file}: a variable that others may write`);
  if (/^typedef struct/m.test(code)) fault(`${file}: a typedef for a struct`);
  code.split('\n').forEach((line, i) => {
    if (lines[i].length > LIMIT.line + 2) fault(`${file}:${i + 1}: ${lines[i].length} columns`);
    if (file !== 'server/base/banned.h' && BANNED.test(line)) fault(`${file}:${i + 1}: banned function`);
    if (SQL_WORD.test(line) && !/_sql\.c$/.test(file) && !/^server\/store\//.test(file)) fault(`${file}:${i + 1}: SQL outside *_sql.c`);
    if (/_sql\.c$/.test(file) && NOT_PORTABLE.test(line)) fault(`${file}:${i + 1}: SQL outside the portable subset`);
    if (DOMAIN.test(file) && NOT_DOMAIN.test(line.replace(/"(\\.|[^"\\])*"/g, ''))) fault(`${file}:${i + 1}: not for a room of the domain`);
    // a feed's entries are data for other programs, made where the feed is made
    if (/"[^"]*<(div|span|p|a|li|td|button|form)[ >]/.test(line) && !/^server\/(text|view)\/|_feed\.c$/.test(file)) fault(`${file}:${i + 1}: HTML outside templates`);
    if (/\b(TODO|FIXME|XXX)\b/.test(lines[i])) fault(`${file}:${i + 1}: unfinished`);
  });
}

// The catalogue: what is in no list is prepared by no test, on neither engine.
const catalogue = read('server/work/statements.c') + tracked.filter((f) => f.endsWith('/statements.c')).map(read).join('');
for (const file of tracked.filter((f) => /_sql\.c$/.test(f))) {
  const text = read(file);
  const listed = [...text.matchAll(/const struct sql \*const \w+\[\] = \{([\s\S]*?)\};/g)].map((m) => m[1]).join(' ');
  for (const [, name] of text.matchAll(/^SQL\((\w+)/gm)) {
    if (!new RegExp(`&${name}\\b`).test(listed)) fault(`${file}: ${name} is in no list`);
  }
  for (const [, name] of text.matchAll(/const struct sql_list (\w+)/g)) {
    if (!new RegExp(`&${name}\\b`).test(catalogue)) fault(`${file}: ${name} is not in the catalogue`);
  }
}

for (const file of tracked.filter((f) => /^migrations\//.test(f))) {
  const name = file.split('/')[1];
  if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) fault(`${file}: name is NNNN_name.sql`);
  read(file).split('\n').forEach((line, i) => {
    const sql = line.replace(/--.*/, '');
    if (/-- @(sqlite|postgres)/.test(line)) return;
    if (/\b(INTEGER|SERIAL|BLOB|BYTEA|REAL|BOOLEAN|TIMESTAMP)\b/i.test(sql)) fault(`${file}:${i + 1}: only BIGINT and TEXT columns`);
    if (NOT_PORTABLE.test(sql)) fault(`${file}:${i + 1}: outside the portable subset`);
  });
}

const keysOf = (lang, name) => new Map(read(`templates/messages/${lang}/${name}`).split('\n')
  .map((line) => line.match(/^([A-Za-z0-9_.-]+)\s*=\s*(.*)$/)).filter(Boolean).map(([, key, text]) => [key, text]));
const placeholders = (text) => [...text.matchAll(/\{([a-z_]+)(?::[^}]*)?\}/g)].map((m) => m[1]).sort().filter((v, i, a) => v !== a[i - 1]).join(',');
if (existsSync(join(root, 'templates/messages/ko'))) {
  const names = new Set(['ko', 'en'].flatMap((lang) => readdirSync(join(root, 'templates/messages', lang))));
  for (const name of names) {
    if (!['ko', 'en'].every((lang) => existsSync(join(root, 'templates/messages', lang, name)))) { fault(`messages: ${name} in one language only`); continue; }
    const [ko, en] = [keysOf('ko', name), keysOf('en', name)];
    for (const key of new Set([...ko.keys(), ...en.keys()])) {
      if (!ko.has(key) || !en.has(key)) fault(`messages/${name}: ${key} in one language only`);
      else if (placeholders(ko.get(key)) !== placeholders(en.get(key))) fault(`messages/${name}: ${key} has other placeholders`);
    }
  }
}

// Every file says nothing of the machine it was made on.
for (const file of tracked.filter((f) => !/^(LICENSE|tests\/lint\/)|\.(png|woff2)$/.test(f))) {
  if (/(^|[^a-z])\/work\/|\/tmp\/(wt|land)|registry\.npmjs\.org/m.test(read(file))) fault(`${file}: machine path or registry host`);
}

for (const text of faults) console.error(text);
console.log(`shape: ${faults.length} fault(s)`);
process.exit(faults.length > 0 ? 1 : 0);
