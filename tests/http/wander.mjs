// A walk through the portal: every page that is linked, every form that is shown.
import assert from 'node:assert/strict';
import { addUser, logIn, startServer } from './lib.mjs';

const OF_A_KIND = 2; // addresses that differ in names and numbers only
const NOT = /^\/(logout|static|status\/|ical|login|set-up|setup|verify|api)|\/sessions\/|\/disable/; // would end the walk, or lead out of the portal

export const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]);
export const attributes = (tag) => Object.fromEntries([...tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].slice(1).map(([, name, value]) => [name, decode(value ?? '')]));
const kindOf = (path) => path.replace(/\?.*/, '').replace(/INC-[\w-]+|\d+|(?<=\/(runbooks|oncall|services|people|teams|integrations|notice-templates|words|paths)\/)[^/]+/g, ':');

export async function get(server, browser, path, lang = 'ko') {
  return server.request('GET', path, { headers: { Cookie: `${browser.cookie}; lang=${lang}`, Accept: 'text/html' } }).catch((error) => ({ status: 0, text: error.message, headers: {} }));
}

export function fields(form, filled) {
  const out = new URLSearchParams();
  for (const [tag, inner] of [...form.matchAll(/<textarea[^>]*>([^<]*)<\/textarea>/g)].map(([whole, text]) => [whole.slice(0, whole.indexOf('>')), text])) {
    const { name, required } = attributes(tag);
    if (name) out.append(name, decode(inner).trim() || (filled && required !== undefined ? '확인했습니다.' : ''));
  }
  for (const [whole, tag, options] of form.matchAll(/(<select[^>]*>)(.*?)<\/select>/gs)) {
    const { name } = attributes(tag);
    const chosen = options.match(/<option[^>]*\sselected[^>]*>/)?.[0] ?? (filled ? options.match(/<option[^>]*value="[^"]+"[^>]*>/)?.[0] : undefined) ?? options.match(/<option[^>]*>/)?.[0];
    if (name && chosen && whole) out.append(name, attributes(chosen).value ?? '');
  }
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const { name, type = 'text', value = '', required, checked } = attributes(tag);
    if (!name || type === 'file' || type === 'submit') continue;
    if (type === 'checkbox' || type === 'radio') {
      if (checked !== undefined || (filled && required !== undefined && !out.has(name))) out.append(name, value || 'on');
    } else out.append(name, value || (filled && required !== undefined ? ({ date: '2026-12-01', 'datetime-local': '2026-12-01T10:00', number: '5', email: 'a@example.com', url: 'https://example.com/' }[type] ?? '값') : ''));
  }
  return out;
}

export async function send(server, browser, path, form, filled) {
  const body = fields(form, filled);
  const button = form.match(/<button[^>]*name="([^"]+)"[^>]*value="([^"]*)"/);
  if (button) body.append(button[1], decode(button[2]));
  if (body.has('csrf')) body.set('csrf', browser.csrf);
  const answer = await server.request('POST', path, { headers: { Cookie: browser.cookie, Origin: server.url, Accept: 'text/html', 'Content-Type': 'application/x-www-form-urlencoded' }, body: body.toString() }).catch((error) => ({ status: 0, text: error.message, headers: {} }));
  assert.ok(answer.status > 0 && answer.status < 500, `POST ${path} ${body}: ${answer.status} ${answer.text.slice(0, 300)}`);
  return answer;
}

// Pages by address, forms by what they hold. look(path, html) sees every page.
export async function walk(server, browser, lang, look = () => {}) {
  const seen = new Map(); // kind → how many
  const waiting = [['/', 'the beginning']];
  const known = new Set(['/']);
  const forms = new Map();
  const dead = [];
  let pages = 0;
  const add = (path, from) => {
    const link = path.replace(/#.*/, '');
    if (!link.startsWith('/') || link.startsWith('//') || NOT.test(link) || known.has(link)) return;
    known.add(link);
    waiting.push([link, from]);
  };
  while (waiting.length > 0) {
    const [path, from] = waiting.shift();
    const kind = kindOf(path);
    if ((seen.get(kind) ?? 0) >= OF_A_KIND) continue;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    const answer = await get(server, browser, path, lang);
    if (![200, 302, 303].includes(answer.status)) {
      dead.push(`${path}, linked on ${from}: ${answer.status}`);
      continue;
    }
    if (answer.headers.location) add(answer.headers.location, path);
    if (!/text\/html/.test(answer.headers['content-type'] ?? '')) continue;
    pages += 1;
    look(path, answer.text);
    for (const [, link] of answer.text.matchAll(/<a [^>]*href="([^"]+)"/g)) add(decode(link), path);
    for (const [whole, tag] of answer.text.matchAll(/<form([^>]*)>.*?<\/form>/gs)) {
      const { action = path, method = 'get', enctype } = attributes(`<form ${tag}>`);
      if (method.toLowerCase() !== 'post' || enctype || NOT.test(action)) continue;
      const names = [...whole.matchAll(/name="([^"]+)"/g)].map(([, name]) => name).join(' ');
      const key = `${kindOf(action)} ${names.replace(/\d+/g, '0')}`;
      if (!forms.has(key)) forms.set(key, [action.replace(/#.*/, ''), whole]);
    }
  }
  assert.deepEqual(dead, []);
  return { pages, forms: [...forms.values()] };
}

// A server with the demo organisation, and an administrator's browser.
export async function startShown() {
  const server = await startServer({ 'rate-limit': 'off' });
  const demo = server.command(['demo']);
  assert.equal(demo.status, 0, demo.stderr);
  addUser(server, 'prober', 'admin');
  return { server, browser: await logIn(server, { login: 'prober', password: 'correct horse battery' }) };
}

// Names of what is typed into a form, hidden fields among them; kinds: of input, all but boxes and files if left out.
const BOXES = ['file', 'submit', 'checkbox', 'radio'];
export const typedIn = (form, kinds) => [...new Set([...form.matchAll(/<(?:input|textarea)[^>]*>/g)].map(([tag]) => attributes(tag))
  .filter(({ name, type = 'text' }) => name && name !== 'csrf' && (kinds ? kinds.includes(type) : !BOXES.includes(type))).map(({ name }) => name))];

// One form as it was shown, with other bytes for a body than URLSearchParams makes if need be.
export const post = (server, browser, action, body, lang = 'ko') => server.request('POST', action, {
  headers: { Cookie: `${browser.cookie}; lang=${lang}`, Origin: server.url, Accept: 'text/html', 'Accept-Language': lang, 'Content-Type': 'application/x-www-form-urlencoded' }, body,
});
