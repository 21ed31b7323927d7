// What we send to Slack and Jira, against the types of their own makers' libraries: a compiler reads every message as a
// literal of the type it should have, so that a wrong, missing or surplus member is an error.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { addToken, addUser, pause, startServer } from '../http/lib.mjs';
import { startJira } from '../http/jira_fake.mjs';
import { slackClient, startSlack } from '../http/slack_fake.mjs';

const SECRET = 'a-signing-secret';
let server, admin, fake, jira, slack;
const answers = [];
const api = (method, path, body) => server.request(method, `/api/v1${path}`, { headers: { Authorization: `Bearer ${admin}` }, body });
async function until(check, what) {
  for (let i = 0; i < 200; i += 1) {
    const value = await check();
    if (value) return value;
    await pause(50);
  }
  return assert.fail(what);
}

// The complaints of the compiler about a program that stands in no file.
function compile(source) {
  const name = fileURLToPath(new URL('./shapes.ts', import.meta.url));
  const options = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, types: [] };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => file === name || fileExists.call(host, file);
  host.getSourceFile = (file, ...rest) => (file === name ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022) : getSourceFile.call(host, file, ...rest));
  const program = ts.createProgram([name], options, host);
  return ts.getPreEmitDiagnostics(program).map((one) => `${ts.flattenDiagnosticMessageText(one.messageText, '\n')} (${one.file?.text.slice(one.start, one.start + 200)})`);
}
const literals = (type, list) => list.map((one, i) => `export const ${type.replace(/\W/g, '')}${i}: ${type} = ${JSON.stringify(one)};`).join('\n');

before(async () => {
  fake = await startSlack();
  jira = await startJira();
  server = await startServer({ 'allow-private-targets': true, 'rate-limit': 'off' });
  addUser(server, 'admin', 'admin');
  admin = addToken(server, 'admin');
  slack = slackClient(server, SECRET, fake.responses);
  const services = await api('POST', '/services', { key: 'pay', name: '결제' });
  assert.ok(services.status < 300, services.text);
  for (const [name, body] of [['slack', { signing_secret: SECRET, bot_token: fake.token, base_url: fake.base, channel: '#incident' }], ['jira', { base_url: jira.base, flavour: 'cloud', email: 'a@b.example', token: 'tok', project: 'OPS' }]]) {
    const saved = await api('PUT', `/settings/${name}`, body);
    assert.equal(saved.status, 200, saved.text);
  }
  for (const lang of ['ko', 'en']) {
    const { ref } = (await api('POST', '/incidents', { title: `A <title> & more ${'가'.repeat(150)}`, severity: 'P1', lang, service: 'pay', symptom: 'x\n- y', impact: '모두' })).json;
    await api('POST', `/incidents/${ref}/acknowledge`);
    await api('POST', `/incidents/${ref}/updates`, { text: '공유 <@U1> & `code`' });
    await api('POST', `/incidents/${ref}/help`, { needed: 'DB' });
    await api('POST', `/incidents/${ref}/severity`, { to: 'P2', reason: 'x' });
    answers.push((await slack.command('선언 결제')).text, (await slack.press('inc_update', ref)).text);
    answers.push((await slack.submit('update', ref, { text: '', next_minutes: null })).text, (await slack.submit('update', ref, { text: 'fine', next_minutes: { value: '30' } })).text);
    const item = (await api('POST', '/actions', { title: '커넥션 풀 경보', incident: ref, due: '2027-01-20', owner: 'kim' })).json;
    await until(async () => (await api('GET', `/actions/${item.id}`)).json.jira, 'linked');
    await api('PATCH', `/actions/${item.id}`, { state: 'doing' });
    await api('POST', `/incidents/${ref}/recover`, { action: 'ok', cause: 'x' });
    await until(() => fake.messages.some((one) => one.reply_broadcast && /✅/.test(one.blocks[0].text.text)), 'recovered');
  }
  await until(() => jira.moves.length === 2, 'moved');
});
after(async () => { await server?.stop(); fake?.close(); jira?.close(); });

test('messages and forms fit the types of @slack/types', () => {
  const messages = fake.calls.filter((one) => one.method.startsWith('chat.') && one.body.blocks);
  const views = fake.calls.filter((one) => one.method === 'views.open').map((one) => one.body.view);
  const replies = answers.filter((one) => one !== '').map((one) => JSON.parse(one));
  assert.ok(messages.length > 12 && views.length >= 4 && replies.length === 4, `${messages.length} ${views.length} ${replies.length}`);
  const source = `import type { KnownBlock, MessageMetadata, ModalView } from '@slack/types';
type Posted = { channel: string; text: string; blocks: KnownBlock[]; unfurl_links: boolean; metadata?: MessageMetadata; thread_ts?: string; reply_broadcast?: boolean; ts?: string };
type Reply = { response_action: 'update'; view: ModalView } | { response_action: 'errors'; errors: Record<string, string> };
${literals('Posted', messages.map((one) => one.body))}
${literals('ModalView', views)}
${literals('Reply', replies)}`;
  assert.deepEqual(compile(source), []);
  const broken = structuredClone(messages[0].body);
  broken.blocks.find((one) => one.type === 'actions').elements[0].style = 'default';
  assert.notDeepEqual(compile(`${source}\n${literals('Posted', [broken]).replace('Posted0', 'broken')}`), []);
  assert.deepEqual(fake.faults, []);
});

test('issues and transitions fit the types of jira.js', () => {
  const posted = (path) => jira.requests.filter((one) => one.method === 'POST' && path.test(one.path)).map((one) => one.body);
  const issues = posted(/\/issue$/), moves = posted(/\/transitions$/).map((body) => ({ issueIdOrKey: 'OPS-7', ...body }));
  assert.ok(issues.length === 2 && moves.length === 2);
  const source = `import type { Version3Models, Version3Parameters } from 'jira.js';
type Create = Version3Parameters.CreateIssue;
type Move = Version3Parameters.DoTransition;
type Text = Version3Models.Document;
${literals('Create', issues)}
${literals('Move', moves)}
${literals('Text', issues.map((one) => one.fields.description))}`;
  assert.deepEqual(compile(source), []);
  assert.notDeepEqual(compile(`${source}\nexport const broken: Create = ${JSON.stringify({ fields: { ...issues[0].fields, labels: 'x' } })};`), []);
});
