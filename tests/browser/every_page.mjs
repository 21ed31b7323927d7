// Every page there is, and what is held against it: accessible (axe-core) in the light and in the dark, valid
// (html-validate), no complaint in the console, no key of a message. pages.test.mjs walks them, a language at a time.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { begin, end, openWindow, Person } from './lib.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const VALIDATE = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-trailing-whitespace': 'off', // what the template's conditions leave behind
    'attribute-boolean-style': 'off',
    'doctype-style': ['error', { style: 'lowercase' }],
    'void-style': ['error', { style: 'omit' }],
    'no-implicit-button-type': 'off', // a button in a form sends it
    'long-title': 'off', // an incident's title is as long as people make it
    'require-sri': 'off',
    'tel-non-breaking': 'off', // numbers are copied as people typed them; the style keeps them on one line
    'valid-id': ['error', { relaxed: true }],
  },
});

/** What a message that is missing shows as; not the codes that the audit log and the connections are about. */
const KEY = new RegExp(`(?<![\\w./-])(${readdirSync(new URL('../../templates/messages/ko', import.meta.url)).map((name) => name.replace('.ini', ''))
  .filter((name) => /_page$|^(label|form|field_error|ui|nav|when|flash|home|declare)$/.test(name)).join('|')})\\.[a-z_]+(\\.[a-z_]+)*\\b`);

/** A sender with a rule, a heartbeat, and an alert. */
async function alarms(person) {
  const csrf = await person.csrf();
  const api = async (path, body) => JSON.parse((await person.request(path, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify(body) })).text);
  const rules = [{ match: [{ label: 'severity', op: '=', value: 'info' }], do: 'record' }];
  const { id, key } = await api('/api/v1/integrations', { kind: 'generic', name: '배치 서버', rules });
  const beat = await api('/api/v1/integrations', { kind: 'heartbeat', name: '정산', beat_seconds: 3600 });
  await api(`/hooks/generic/${key}`, { title: '정산 지연', severity: 'info', dedup_key: 'a', labels: { host: 'batch-1' } });
  const { items } = JSON.parse((await person.get('/api/v1/alerts')).text);
  return { sender: `/integrations/${id}`, beat: `/integrations/${beat.id}`, alert: `/alerts/${items[0].id}` };
}

/** A signed webhook, and a message to it that could not be sent. */
async function destinations(person) {
  const csrf = await person.csrf();
  const api = async (path, body) => JSON.parse((await person.request(path, { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify(body) })).text);
  const { id } = await api('/api/v1/destinations', { name: '결제팀 웹훅', connector: 'webhook', topics: ['incident.*', 'custom.thing'], config: { url: 'https://hooks.example.com/hook' }, secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}` });
  const { delivery } = await api(`/api/v1/destinations/${id}/test`, {});
  return { hook: `/destinations/${id}`, delivery: `/deliveries/${delivery}` };
}

/** Their addresses on a server that prepare() filled. */
export function pages(places) {
  const { team, service, open, over, fresh, sender, beat, alert, hook, delivery } = places;
  const forms = ['severity', 'roles', 'help', 'recover', 'reopen', 'close', 'merge', 'false_alarm', 'mitigating', 'reminder', 'times', 'edit', 'relate', 'note', 'rollback'];
  return ['/', '/declare', '/drills', '/intake', '/incidents', '/incidents?state=active&q=결제', '/incidents?q=없는말', open, over, fresh,
    `${open}/watch`, `${open}/messages`, `${open}/timeline/1`, `${open}/rollback?after_deploy=yes&schema_changed=no&fix_over_30_minutes=yes&deployable_now=no`,
    ...forms.map((name) => `${open}/${name}`), '/people', '/people/new', team, `${team}/edit`, '/teams/new', '/services', '/services/new',
    service, `${service}/edit`, `${service}/dependencies`, '/policy', '/policy/edit', '/settings', '/settings/slack', '/settings/sms', '/organisation', '/audit', '/profile', '/profile/tokens',
    ...['report', 'retro'].flatMap((name) => [`${over}/${name}`, `${over}/${name}/history`, `${over}/${name}/print`]),
    '/insights/quarters', '/incidents/import', '/deliveries', delivery, hook, '/destinations/new', '/destinations/new?kind=webhook', '/destinations/new?kind=gateway', '/settings/jira', '/settings/smtp',
    `${over}/retro?add=metrics`, '/runbooks', '/runbooks/new', '/runbooks/redis-outage', '/runbooks/redis-outage/edit', '/actions', '/actions?view=list', '/actions/new', '/insights?days=30', '/insights/quarter',
    '/integrations', '/integrations/new', sender, `${sender}/edit`, `${sender}/try`, `${sender}/rules/new`, `${sender}/rules/0`, beat, alert, '/heartbeats', '/heartbeats/new', '/alerts', '/alerts?state=all&class=none', '/alerts/review', '/thresholds?metric=cpu_usage_percent&value=93', '/thresholds/new', '/thresholds/cpu_usage_percent', '/verify', '/verify?hash=abc', '/oncall', '/oncall/oncall/overrides', '/oncall/oncall/edit', '/oncall/oncall/handover', '/oncall/paths', '/oncall/paths/P1/edit', '/oncall/fairness', '/oncall/digest', '/holidays?year=2026', '/readiness', '/oncall/mine', '/contacts', '/profile/contacts', '/vendors/new', '/settings/voice', '/keys', '/no-such-page'];
}

/** What axe-core finds: all of it in the light, and which colours are too close in the dark. */
export async function check(page, where) {
  await page.evaluate(AXE);
  const run = async (runOnly) => (await page.evaluate((rules) => globalThis.axe.run(document, { runOnly: rules, resultTypes: ['violations'] }), runOnly)).violations;
  const found = await run(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  await page.emulateMedia({ colorScheme: 'dark' });
  found.push(...(await run({ type: 'rule', values: ['color-contrast'] })));
  await page.emulateMedia({ colorScheme: 'light' });
  return found.map((v) => `${where}: ${v.id} ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.html.slice(0, 120)}`).join('\n      ')}`);
}

export async function invalid(text, where) {
  const { results } = await VALIDATE.validateString(text);
  const lines = text.split('\n');
  return results.flatMap(({ messages }) => messages.map((m) => `${where}:${m.line}: ${m.ruleId} ${m.message} | ${lines[m.line - 1]?.slice(Math.max(0, m.column - 40), m.column + 60)}`));
}

/** No colour on its way from one theme to the other: what is looked at is what will stay. */
export const still = (browser, person) => openWindow(browser, person, { colorScheme: 'light', reducedMotion: 'reduce' });

export async function prepare() {
  const all = await begin();
  Object.assign(all.places, await alarms(all.admin), await destinations(all.admin));
  return all;
}

async function look(page, errors, url, path) {
  const answer = await page.goto(url);
  const text = await answer.text();
  const faults = path === '/no-such-page' ? [] : errors.map((error) => `${path}: console: ${error}`);
  errors.length = 0;
  if (path !== '/no-such-page') assert.equal(answer.status(), 200, path);
  const key = text.replace(/<[^>]*>/g, ' ').match(KEY);
  if (key) faults.push(`${path}: the key of a message: ${key[0]}`);
  return [...faults, ...(await invalid(text, path)), ...(await check(page, path))];
}

export function everyPage(lang) {
  let server, admin, places, browser;
  before(async () => { ({ server, admin, places, browser } = await prepare()); });
  after(() => end(server, browser));

  test(`every page in ${lang} is accessible, light and dark, valid, and complains of nothing`, async () => {
    const faults = [];
    for (const [person, paths] of [[admin, pages(places)], [new Person(server.base), ['/login']]]) {
      const { context, page, errors } = await still(browser, person);
      for (const path of paths) {
        const in_language = `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;
        faults.push(...(await look(page, errors, server.base + in_language, path)));
        assert.equal(await page.getAttribute('html', 'lang'), lang, path);
      }
      await context.close();
    }
    assert.deepEqual([...new Set(faults)].slice(0, 30), []);
  });
}
