// What no form takes: in every form an administrator is shown, for every field that is typed, too long a text, control
// characters, a NUL and bytes that are no UTF-8; and for every version it was handed out with, what is none. Nothing of
// it is done, nothing is answered with a server error, and a refused form says at the page what is wrong. A form is
// tested by being shown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fields, post, startShown, typedIn, walk } from './wander.mjs';

const WRONG = [['too long', '가'.repeat(30_000)], ['control characters', 'a\u0007b']];
const UNREADABLE = [['a NUL', 'a\u0000b'], ['no UTF-8', null]]; // of the form as a whole: one field will do
const STALE = ['not the one there is', '987654'];
// Fields of a form that are not read, or take that much.
const EXCEPT = [
  [/ (methods\[[45]\]\.\S*|quiet\[2\]\.\S*|wizard\.steps\[5\]\.\S*): /, 'one more row, left out while it has no kind'],
  [/\.window\.zone: /, 'of a window without hours, which is none'],
  [/\/paths\/\S+ at: /, 'the moment that is looked at beside the form'],
  [/^\/(services|teams)\/\S+\/edit key: /, 'shown, never changed'],
  [/\/sections\/\S+ body: too long/, 'a section holds that much'],
  [/ screen: /, 'which window it is, for who types beside whom'],
  [/[ .](base|number): |\/paths\/\S+ version: /, 'what is no number is what nobody wrote yet: version 0'],
];
let server, browser;

before(async () => { ({ server, browser } = await startShown()); });
after(() => server.stop());

async function send(action, form, name, bad, lang) {
  const body = fields(form, true);
  body.set('csrf', browser.csrf);
  body.set(name, bad ?? '\u{1F9EA}');
  const bytes = bad === null ? Buffer.from(body.toString().replace('%F0%9F%A7%AA', '%ff%fe')) : body.toString();
  return post(server, browser, action, bytes, lang);
}

test('no form takes what no field takes', { timeout: 120_000 }, async (t) => {
  const { forms } = await walk(server, browser, 'ko');
  const wrong = [];
  let right = 0;
  for (const [action, form] of forms) {
    for (const [i, name] of typedIn(form).entries()) {
      for (const [what, bad] of [...WRONG, ...(i === 0 ? UNREADABLE : []), ...(name === 'version' ? [STALE] : [])]) {
        const line = `${action} ${name}: ${what}`;
        if (EXCEPT.some(([pattern]) => pattern.test(line))) continue;
        const answer = await send(action, form, name, bad, right % 2 === 0 ? 'ko' : 'en');
        const told = answer.status === 422 ? /field-error|role="alert"|<code>/.test(answer.text) : [400, 404, 409, 413].includes(answer.status);
        if (told) right += 1;
        else wrong.push(`${line}: ${answer.status} ${answer.headers.location ?? ''}`);
      }
    }
  }
  t.diagnostic(`${forms.length} forms, ${right} refusals`);
  assert.deepEqual(wrong, []);
  assert.ok(right > 1800, `${right}`);
});
