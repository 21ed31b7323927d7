// Jira as strict as the real one, in both dialects: {issues, searches, moves, requests, base}. `fail` answers 500 after creating,
// so many times; `refuse` is a list of [method and path, status, json] to answer first.
import http from 'node:http';

export const STATUSES = { todo: { id: '1', name: '할 일', statusCategory: { key: 'new' } }, doing: { id: '2', name: '진행 중', statusCategory: { key: 'indeterminate' } }, done: { id: '3', name: '완료', statusCategory: { key: 'done' } }, dropped: { id: '4', name: '안 함', statusCategory: { key: 'done' } } };
const jiraTime = (ms) => new Date(ms + 9 * 3600_000).toISOString().replace('Z', '+0900');

function problem(issue, cloud) {
  const { fields } = issue;
  const adf = fields.description?.type === 'doc' && fields.description.version === 1 && fields.description.content.every((node) => node.type === 'paragraph' && node.content.every((one) => one.text));
  if (cloud ? !adf : typeof fields.description !== 'string') return { description: 'Operation value must be an Atlassian Document' };
  if (!fields.summary || fields.summary.length > 255 || /\n/.test(fields.summary)) return { summary: 'You must specify a summary of the issue.' };
  if (fields.labels.some((one) => /\s/.test(one) || one.length > 255)) return { labels: 'blank' };
  return null;
}

function search(fake, url, body, cloud) {
  fake.searches.push(body.jql);
  if (cloud !== url.endsWith('/search/jql')) return [410, { errorMessages: ['gone'] }];
  if (cloud && 'startAt' in body) return [400, { errorMessages: ['startAt'] }];
  if (!/labels = "|updated >= "/.test(body.jql)) return [400, { errorMessages: ['Unbounded JQL'] }];
  const label = body.jql.match(/labels = "([^"]+)"/)[1];
  const found = fake.issues.filter((one) => one.fields.labels.includes(label));
  const size = Math.min(body.maxResults, fake.page);
  const from = cloud ? Number(body.nextPageToken ?? 0) : body.startAt;
  const issues = found.slice(from, from + size).map(({ id, key, fields }) => ({ id, key, fields: { status: fields.status, updated: jiraTime(fields.changed), statuscategorychangedate: cloud ? jiraTime(fields.changed) : undefined } }));
  const last = from + size >= found.length;
  return cloud ? [200, { issues, isLast: last, ...(last ? {} : { nextPageToken: String(from + size) }) }] : [200, { issues, startAt: from, maxResults: size, total: found.length }];
}

function answer(fake, request, text) {
  const cloud = request.url.startsWith('/rest/api/3/');
  const wanted = cloud ? `Basic ${Buffer.from('a@b.example:tok').toString('base64')}` : 'Bearer pat';
  if (request.headers.authorization !== wanted) return [401, { message: 'no' }];
  if (request.headers['x-atlassian-token'] !== 'no-check' || /Mozilla/.test(request.headers['user-agent'])) return [403, {}];
  const path = request.url.replace(/^\/rest\/api\/[23]/, '');
  const at = fake.refuse.findIndex(([what]) => what === `${request.method} ${path}`);
  if (at >= 0) return fake.refuse.splice(at, 1)[0].slice(1);
  const body = text === '' ? null : JSON.parse(text);
  if (path === '/myself') return [200, { accountId: 'ours', displayName: 'Bongsu' }];
  if (path.startsWith('/search')) return search(fake, request.url, body, cloud);
  if (path === '/issue') {
    const errors = problem(body, cloud);
    if (errors) return [400, { errorMessages: [], errors }];
    const issue = { id: String(10042 + fake.issues.length), key: `OPS-${7 + fake.issues.length}`, fields: { ...body.fields, status: STATUSES.todo, changed: Date.now() } };
    fake.issues.push(issue);
    if (fake.fail > 0) { fake.fail -= 1; return [500, {}]; }
    return [201, { id: issue.id, key: issue.key, self: 'x' }];
  }
  const [, name, rest] = path.match(/^\/issue\/([^/?]+)(.*)$/) ?? [];
  const issue = fake.issues.find((one) => one.id === name || one.key === name);
  if (!issue) return [404, { errorMessages: ['이슈가 없습니다.'], errors: {} }];
  if (rest === '?fields=status') return [200, { id: issue.id, key: issue.key, fields: { status: issue.fields.status } }];
  if (rest !== '/transitions') return [404, {}];
  const transitions = Object.values(STATUSES).filter((to) => to !== issue.fields.status && !fake.missing.includes(to.name)).map((to) => ({ id: `${to.id}1`, name: `${to.name} 처리`, to, hasScreen: false }));
  if (request.method === 'GET') return [200, { expand: 'transitions', transitions }];
  const chosen = transitions.find((one) => one.id === body.transition.id);
  if (!chosen) return [400, { errorMessages: ['It seems that you have tried to perform a workflow operation that is not valid.'], errors: {} }];
  issue.fields.status = chosen.to;
  issue.fields.changed = fake.now();
  fake.moves.push([issue.key, chosen.to.name]);
  return [204];
}

export async function startJira() {
  const fake = { issues: [], searches: [], moves: [], fail: 0, refuse: [], missing: [], page: 100, now: Date.now, requests: [] };
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      fake.requests.push({ method: request.method, path: request.url, body: text === '' ? null : JSON.parse(text) });
      const [status, json] = answer(fake, request, text);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(json === undefined ? '' : JSON.stringify(json));
    });
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  fake.base = `http://127.0.0.1:${server.address().port}`;
  fake.close = () => server.close();
  return fake;
}
