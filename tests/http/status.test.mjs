// The public status page over HTTP: shapes that widgets know, cacheable, without a cookie, and nothing internal in it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addToken, pause, startServer } from './lib.mjs';

let server, token;
const ANSWERS = ['summary', 'status', 'components', 'incidents', 'incidents/unresolved', 'scheduled-maintenances',
  'scheduled-maintenances/upcoming', 'scheduled-maintenances/active'];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/;

before(async () => {
  server = await startServer();
  assert.equal(server.command(['demo']).status, 0);
  const api = async (path, body) => {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await server.request('POST', `/api/v1${path}`, { headers, body });
    assert.ok(answer.status < 300, `${path}: ${answer.text}`);
    return answer.json;
  };
  token = addToken(server, 'admin');
  const incident = await api('/incidents', { title: '대외비 제목', severity: 'P1', service: 'payment' });
  const notice = await api(`/incidents/${incident.ref}/notices`, { stage: 'detected', next_notice_minutes: 30,
    text: { ko: '결제가 <원활하지> 않습니다.', en: 'Payments are <slow>.' }, title: { ko: '결제 지연', en: 'Slow payments' } });
  await api(`/notices/${notice.id}/publish`, { emergency: true, reason: '승인자와 연락이 닿지 않음' });
});
after(() => server.stop());

const get = (path, headers = {}) => server.request('GET', path, { headers });

test('every answer is public, cacheable, without a cookie, and the same at both addresses', async () => {
  for (const name of ANSWERS) {
    const answer = await get(`/status/api/v2/${name}.json`, { Cookie: 'lang=ko' });
    assert.equal(answer.status, 200, name);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'public, max-age=15');
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.deepEqual((await get(`/api/v2/${name}.json`)).json, answer.json);
    assert.equal((await get(`/api/v2/${name}.json`, { 'If-None-Match': answer.headers.etag })).status, 304);
    assert.doesNotMatch(answer.text, /INC-|"P1"|대외비/);
  }
  assert.equal((await server.request('HEAD', '/api/v2/summary.json')).status, 200);
  assert.equal((await get('/api/v1/incidents')).headers['access-control-allow-origin'], undefined);
});

test('the summary has the shape that Statuspage clients read', async () => {
  const { page, status, components, incidents, scheduled_maintenances: planned } = (await get('/api/v2/summary.json?lang=en')).json;
  assert.deepEqual(Object.keys(page).sort(), ['id', 'name', 'page_description', 'support_url', 'time_zone', 'updated_at', 'url']);
  assert.match(page.updated_at, TIME);
  assert.deepEqual(status, { indicator: 'critical', description: 'Major Service Outage' });
  assert.deepEqual(planned.map((one) => one.status), ['scheduled']); // the demo's
  const payments = components.find((one) => one.name === 'Payments');
  assert.equal(payments.status, 'major_outage');
  assert.equal('components' in payments, false);
  for (const component of components) {
    assert.match(component.id, /^[A-Za-z0-9_-]+$/);
    for (const key of ['created_at', 'updated_at']) assert.match(component[key], TIME);
  }
  const [incident] = incidents;
  assert.equal(incident.name, 'Slow payments');
  assert.equal(incident.status, 'investigating');
  assert.equal(incident.impact, 'critical');
  assert.equal(incident.resolved_at, null);
  assert.equal(incident.incident_updates[0].body, 'Payments are <slow>.');
  assert.deepEqual(incident.incident_updates[0].affected_components[0],
    { code: payments.id, name: 'Payments', old_status: 'operational', new_status: 'major_outage' });
});

test('pages speak the language of the reader, set no cookie and escape what people wrote', async () => {
  for (const path of ['/status', '/status/history']) {
    const english = await get(path, { 'Accept-Language': 'en-GB,en' });
    assert.equal(english.status, 200);
    assert.match(english.text, /<html lang="en">/);
    assert.match(english.text, /Payments are &lt;slow&gt;\./);
    const korean = await get(`${path}?lang=ko`, { 'Accept-Language': 'en' });
    assert.match(korean.text, /<html lang="ko">[^]*결제가 &lt;원활하지&gt; 않습니다\./);
    assert.equal(korean.headers['set-cookie'], undefined);
    assert.equal(korean.headers['cache-control'], 'public, max-age=15');
    assert.equal(korean.headers['access-control-allow-origin'], undefined);
    assert.doesNotMatch(korean.text, /INC-|대외비|<script/);
  }
});

test('feeds: one entry an incident, escaped once, dated in English', async () => {
  const atom = await get('/status/feed.atom?lang=en');
  assert.equal(atom.headers['content-type'], 'application/atom+xml; charset=utf-8');
  assert.equal(atom.text.match(/<title>Slow payments<\/title>/g).length, 1);
  assert.match(atom.text, /<content type="html">&lt;p&gt;[^]*&amp;lt;slow&amp;gt;/);
  const rss = await get('/status/feed.rss?lang=ko');
  assert.equal(rss.headers['content-type'], 'application/rss+xml; charset=utf-8');
  assert.match(rss.text, /<pubDate>(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0900<\/pubDate>/);
  assert.match(rss.text, /<guid isPermaLink="true">http[^<]*\/status\/history#/);
});

test("the page's own words: title, introduction, contact and zone, in the page, its JSON, its feeds and the files", async () => {
  const body = { title: '봉수몰 현황', title_en: 'Bongsu Mall status', about: '고객센터 <1588-0000>', contact_url: 'https://help.example.com/', time_zone: 'UTC' };
  const saved = await server.request('PUT', '/api/v1/settings/status', { headers: { Authorization: `Bearer ${token}` }, body });
  assert.equal(saved.status, 200, saved.text);
  const korean = (await get('/status?lang=ko')).text;
  assert.match(korean, /<title>봉수몰 현황<\/title>/);
  assert.match(korean, /고객센터 &lt;1588-0000&gt;/);
  assert.match(korean, /<a href="https:\/\/help\.example\.com\/">문의<\/a>/);
  assert.match((await get('/status?lang=en')).text, /<title>Bongsu Mall status<\/title>/);
  assert.match((await get('/status/feed.rss?lang=ko')).text, /<description>고객센터 &lt;1588-0000&gt;<\/description>[^]*\+0000<\/pubDate>/);
  const { page } = (await get('/api/v2/status.json?lang=ko')).json;
  assert.deepEqual([page.name, page.time_zone, page.support_url], ['봉수몰 현황', 'UTC', 'https://help.example.com/']);
  const file = join(server.folder, 'status/index.html');
  for (let i = 0; i < 100 && !readFileSync(file, 'utf8').includes('봉수몰 현황'); i++) await pause(20);
  assert.match(readFileSync(file, 'utf8'), /봉수몰 현황/);
});

test('the language is the address and Accept-Language alone: no cookie, nobody logged in, and caches are told', async () => {
  for (const path of ['/status', '/status/history', '/status/feed.atom', '/api/v2/summary.json']) {
    const english = await get(path, { 'Accept-Language': 'en' });
    const cookie = await get(path, { 'Accept-Language': 'en', Cookie: 'lang=ko' });
    assert.equal(cookie.text, english.text, path);
    assert.match(english.headers.vary, /Accept-Language/);
    const korean = await get(`${path}?lang=ko`, { 'Accept-Language': 'en' });
    assert.doesNotMatch(korean.headers.vary ?? '', /Accept-Language/);
    assert.notEqual(korean.headers.etag, english.headers.etag);
    assert.equal((await get(path, { 'Accept-Language': 'en', 'If-None-Match': english.headers.etag })).status, 304);
    assert.equal((await get(path, { 'Accept-Language': 'ko', 'If-None-Match': english.headers.etag })).status, 200);
  }
});
