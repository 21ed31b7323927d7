// Every page, in both languages and themes: accessible (axe-core), valid (html-validate), no complaint in the console,
// nothing wider than a phone.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { begin, end, openWindow, Person, startServer } from './lib.mjs';

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

let server, admin, places, browser;

before(async () => {
  ({ server, admin, places, browser } = await begin());
  Object.assign(places, await alarms(admin), await destinations(admin));
});
after(() => end(server, browser));

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

function pages() {
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

const in_language = (path, lang) => `${path}${path.includes('?') ? '&' : '?'}lang=${lang}`;

async function check(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return violations.map((v) => `${where}: ${v.id} ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.html.slice(0, 120)}`).join('\n      ')}`);
}

for (const theme of ['light', 'dark']) {
  for (const lang of ['ko', 'en']) {
    test(`axe-core finds nothing, ${lang}, ${theme}`, async () => {
      const faults = [];
      const { context, page, errors } = await openWindow(browser, admin, { colorScheme: theme });
      for (const path of pages()) {
        const answer = await page.goto(server.base + in_language(path, lang));
        if (path !== '/no-such-page') {
          assert.equal(answer.status(), 200, path);
          faults.push(...errors.splice(0).map((text) => `${path}: console: ${text}`));
        }
        errors.length = 0;
        assert.equal(await page.getAttribute('html', 'lang'), lang, path);
        faults.push(...(await check(page, path)));
      }
      await context.close();
      const stranger = await openWindow(browser, new Person(server.base), { colorScheme: theme });
      await stranger.page.goto(server.base + in_language('/login', lang));
      faults.push(...(await check(stranger.page, '/login')));
      await stranger.context.close();
      assert.deepEqual(faults, []);
    });
  }
}

test('every page is valid HTML', async () => {
  const faults = [];
  for (const lang of ['ko', 'en']) {
    for (const path of [...pages(), '/login']) {
      const who = path === '/login' ? new Person(server.base) : admin;
      const { text } = await who.get(in_language(path, lang));
      const bare = text.replace(/<[^>]*>/g, ' ').match(KEY);
      if (bare) faults.push(`${path}: the key of a message: ${bare[0]}`);
      const report = await VALIDATE.validateString(text);
      for (const { messages } of report.results) {
        faults.push(...messages.map((m) => `${path}:${m.line}: ${m.ruleId} ${m.message} | ${text.split('\n')[m.line - 1]?.slice(Math.max(0, m.column - 40), m.column + 60)}`));
      }
    }
  }
  assert.deepEqual([...new Set(faults)].slice(0, 30), []);
});

test('set-up page is accessible and valid', async () => {
  const fresh = await startServer();
  try {
    const { context, page } = await openWindow(browser, new Person(fresh.base));
    for (const lang of ['ko', 'en']) {
      await page.goto(`${fresh.base}/setup?lang=${lang}`);
      assert.deepEqual(await check(page, '/setup'), []);
    }
    await context.close();
    const report = await VALIDATE.validateString((await new Person(fresh.base).get('/setup')).text);
    assert.deepEqual(report.results.flatMap((r) => r.messages.map((m) => `${m.line}: ${m.message}`)), []);
  } finally {
    await fresh.stop();
  }
});

test('no page is wider than a phone, and what is pressed is big enough for a thumb', async () => {
  const faults = [];
  const { context, page } = await openWindow(browser, admin, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  for (const path of pages()) {
    await page.goto(server.base + path);
    const found = await page.evaluate(() => {
      const wide = document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} px wide`] : [];
      const small = [...document.querySelectorAll('main .button, main .input, main .choice, main .tick')]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.5)
        .map((e) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 20)} ${Math.round(e.getBoundingClientRect().height)} px high`);
      return [...wide, ...small];
    });
    faults.push(...found.map((text) => `${path}: ${text}`));
  }
  await context.close();
  assert.deepEqual([...new Set(faults)], []);
});
