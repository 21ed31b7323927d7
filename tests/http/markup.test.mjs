// Markup that is typed stays text: into all fields of every form an administrator is shown, and each alone; then every
// page of the portal, in both languages, holds it escaped or not at all. So do the answers to what was refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fields, post, startShown, typedIn, walk } from './wander.mjs';

const PROBE = `"><img src=x onerror=alert(1)>'{{csrf}}`;
const LIVE = /<img src=x|onerror=alert\(1\)>/; // as it was typed, not as &lt;img…
const ENDS = /delete|remove|cancel|withdraw|retire|merge|close|\/end|revoke/;
let server, browser;

before(async () => { ({ server, browser } = await startShown()); });
after(() => server.stop());

test('markup that is typed is text on every page', { timeout: 180_000 }, async (t) => {
  const { forms } = await walk(server, browser, 'ko');
  let kept = 0;
  for (const [action, form] of forms.filter(([one]) => !ENDS.test(one))) {
    const typed = typedIn(form, ['text', 'search', 'email', 'url', 'tel', 'hidden']);
    for (const names of [typed.filter((name) => name !== 'version'), ...typed.map((name) => [name])]) {
      const body = fields(form, true);
      body.set('csrf', browser.csrf);
      for (const name of names) body.set(name, PROBE);
      const answer = await post(server, browser, action, body.toString());
      assert.ok(answer.status < 500, `${action} ${names}: ${answer.status}`);
      assert.doesNotMatch(answer.text, LIVE, `${action} ${names}: the answer`);
      if (answer.status === 303) kept += 1;
    }
  }
  let shown = 0;
  for (const lang of ['ko', 'en']) {
    await walk(server, browser, lang, (path, html) => {
      assert.doesNotMatch(html, LIVE, `${path} in ${lang}`);
      if (/&lt;img src=x/.test(html)) shown += 1;
    });
  }
  t.diagnostic(`${kept} texts kept, shown on ${shown} pages`);
  assert.ok(kept >= 70 && shown >= 100, `${kept} kept, ${shown} pages`);
});
