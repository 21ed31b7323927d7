// Layers: every #include of the project is checked against the matrix below. Downward only; inside the domain only
// where the matrix says so; some system headers belong to one place. `node tests/lint/layers.mjs`
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

// room → rooms it may include besides its own and those of lower layers
const DOMAIN = {
  ledger: [],
  people: ['ledger'],
  policy: ['ledger', 'people'],
  service: ['ledger', 'people', 'policy'],
  wording: ['ledger', 'people', 'policy'],
  incident: ['ledger', 'people', 'policy', 'service'],
  oncall: ['ledger', 'people', 'policy'],
  runbook: ['ledger', 'people', 'policy', 'service', 'incident', 'alert'],
  drill: ['ledger', 'people', 'policy', 'incident'],
  notice: ['ledger', 'people', 'policy', 'service', 'incident', 'wording'],
  review: ['ledger', 'people', 'policy', 'service', 'incident', 'wording', 'runbook'],
  escalation: ['ledger', 'people', 'policy', 'service', 'oncall', 'incident'],
  alert: ['ledger', 'people', 'policy', 'service', 'incident'],
  insight: ['ledger', 'people', 'policy', 'service', 'incident', 'review', 'oncall', 'escalation', 'alert'],
};
const LAYER = { base: 0, store: 1, text: 1, view: 1, net: 1, work: 3, connect: 3, http: 4, form: 4, pages: 5, api: 5, hooks: 5, commands: 6 };
for (const room of Object.keys(DOMAIN)) LAYER[room] = 2;
const SIDEWAYS = { store: ['text'], view: ['text'], net: [], text: [], work: ['connect'], connect: ['work'] };
const PLACES = [
  [/^sqlite3\.h$/, /^server\/store\/sqlite/],
  [/^libpq-fe\.h$/, /^server\/store\/postgres/],
  [/^curl\//, /^server\/net\//],
  [/^unicode\//, /^server\/text\//],
  [/^cmark-gfm/, /^server\/text\//],
  [/^pcre2\.h$/, /^server\/(wording\/|alert\/rule)/],
  [/^civetweb\.h$/, /^web\/http\/server\.c$/],
];

function files(folder) {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    return statSync(join(root, path)).isDirectory() ? files(path) : /\.[ch]$/.test(name) ? [path] : [];
  });
}

const faults = [];
for (const file of [...files('server'), ...files('web')]) {
  const parts = relative('.', file).split('/');
  const room = parts.length > 2 ? parts[1] : parts[0] === 'web' ? 'commands' : 'base';
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, quote, header] of text.matchAll(/^\s*#\s*include\s+(["<])([^">]+)[">]/gm)) {
    for (const [which, place] of PLACES) {
      if (which.test(header) && !place.test(file)) faults.push(`${file}: ${header} belongs to ${place}`);
    }
    if (quote === '<') continue;
    if (/_internal\.h$/.test(header) && room !== header.split('/')[0] && header !== 'http/http_internal.h') faults.push(`${file}: ${header} is for its own room`);
    const target = header.includes('/') ? header.split('/')[0] : 'commands';
    if (target === room || room === 'commands') continue;
    if (header === 'people/permission.h' && LAYER[room] >= 1) continue;
    if (LAYER[target] === undefined) { if (!(header === 'app.h' || header === 'routes.h')) faults.push(`${file}: ${header} is in no known room`); continue; }
    if (header === 'app.h' && LAYER[room] >= 4) continue;
    if (LAYER[target] < LAYER[room]) continue;
    if (LAYER[room] === 2 && LAYER[target] === 2 && DOMAIN[room].includes(target)) continue;
    if (LAYER[room] === LAYER[target] && (SIDEWAYS[room] || (LAYER[room] >= 4 ? [target] : [])).includes(target)) continue;
    if (LAYER[room] >= 4 && LAYER[target] === 4) continue;
    if (header === 'app.h') continue;
    faults.push(`${file}: ${header} points upward or sideways`);
  }
}
for (const fault of faults) console.error(fault);
console.log(`layers: ${faults.length} fault(s)`);
process.exit(faults.length > 0 ? 1 : 0);
