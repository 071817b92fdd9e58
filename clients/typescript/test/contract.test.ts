// Every operation of the content API, called from the client against a real
// server; answers are held against the description that the server gives.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { calls, createClient, GongkaiError, Moved, newer, type Client, type Entry, type Name, type Result } from '../src/index.js';

type Demo = { url: string; stop: () => Promise<void> };
const scripts = new URL('../../scripts/gongkai.mjs', import.meta.url).href;
const { startDemo } = (await import(scripts)) as { startDemo: () => Promise<Demo> };

/** What the calls are made with. */
interface Known {
  item: Result<'item'>;
  withFile: Result<'item'>;
  volume: number;
}

type Operation = { operationId: string; tags?: string[]; responses: Record<string, { content?: Record<string, unknown> }> };
type Description = { paths: Record<string, Record<string, Operation>> };

const site = 'qinghe';
let demo: Demo;
let client: Client;
let known: Known;
let description: Description;
const called = new Set<string>();

/** A fetch that compares what it brings with the description. */
let comparing: typeof fetch;

before(async () => {
  demo = await startDemo();
  description = (await (await fetch(`${demo.url}/openapi.json`)).json()) as Description;
  comparing = compareWith(description);
  client = createClient({ baseUrl: demo.url, fetch: comparing });
  known = await learn();
});
after(() => demo?.stop());

async function learn(): Promise<Known> {
  const find = (q: string) =>
    eventually(async () => {
      for await (const hit of client.each('search', { q, site })) return client.item({ id: hit.id });
      return undefined;
    });
  await eventually(async () => (await client.columnData({ id: 'zcwj' })).title && (await client.columns({ site })).columns.length > 8 && (await client.units()).units.length > 3);
  const index = await eventually(() => client.sitemaps({ id: site }));
  return { item: await find('城乡公交一体化的实施意见'), withFile: await find('公交 政策解读'), volume: Number(/sitemaps\/(\d+)</.exec(index)?.[1]) };
}

/** Waits until something is there: the demo tells its items while it serves. */
async function eventually<T>(look: () => Promise<T | undefined | false | ''>): Promise<T> {
  for (const late = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const got = await look().catch((error: unknown) => {
      if (!(error instanceof GongkaiError && error.status === 404) || Date.now() > late) throw error;
      return undefined;
    });
    if (got) return got;
    if (Date.now() > late) throw new Error('it never came');
  }
}

/** One call of each operation: a new one without a row is a type error. */
const rows: { [N in Name]: () => Promise<Result<N>> } = {
  changes: () => client.changes({ limit: 500 }),
  column: () => client.column({ id: 'zcwj' }),
  columnData: () => client.columnData({ id: 'zcwj' }),
  columnDataCsv: () => client.columnDataCsv({ id: 'zcwj', head: 'zh' }),
  columnDataJsonl: () => client.columnDataJsonl({ id: 'zcwj' }),
  columnFeedAtom: () => client.columnFeedAtom({ id: 'zcwj' }),
  columnFeedJson: () => client.columnFeedJson({ id: 'zcwj' }),
  columnFeedRss: () => client.columnFeedRss({ id: 'zcwj' }),
  columns: () => client.columns({ site }),
  edition: () => client.edition({ id: known.item.id, number: known.item.edition }),
  editions: () => client.editions({ id: known.item.id }),
  events: () => client.events({ site, after: '0-0-0' }),
  file: () => client.file({ id: known.withFile.id, digest: known.withFile.files[0]!.href.split('/').at(-1)! }),
  item: () => client.item({ id: known.item.id, site, as_of: `${known.item.epoch}.${known.item.seq}` }),
  itemByIndexNo: () => client.itemByIndexNo({ index_no: known.item.index_no }),
  items: () => client.items({ site, column: 'zwgk', kind: 'policy' }),
  itemsByDocNo: () => client.itemsByDocNo({ doc_no: known.item.doc_no, site }),
  page: () => client.page({ site, path: known.item.path }),
  search: () => client.search({ q: '公交', site }),
  site: () => client.site({ id: site }),
  siteFeedAtom: () => client.siteFeedAtom({ id: site, limit: 2 }),
  siteFeedJson: () => client.siteFeedJson({ id: site }),
  siteFeedRss: () => client.siteFeedRss({ id: site }),
  sitemap: () => client.sitemap({ id: site, volume: known.volume }),
  sitemaps: () => client.sitemaps({ id: site }),
  sites: () => client.sites(),
  units: () => client.units(),
  verify: () => client.verify({ id: known.item.id, digest: known.item.digest }),
};

for (const name of Object.keys(rows) as Name[]) {
  test(`${calls[name].id} answers as it is described`, async () => {
    const got = await rows[name]();
    assert.ok(got);
    if (!(got instanceof Response)) return;
    const reader = got.body!.getReader(); // a stream of events has no end
    assert.ok((await reader.read()).value!.byteLength > 0);
    await reader.cancel();
  });
}

test('every operation that the server describes was called', () => {
  const content = Object.values(description.paths).flatMap((ops) => Object.values(ops)).filter((op) => op.tags?.includes('content'));
  assert.ok(content.length >= 26);
  assert.deepEqual(content.map((op) => op.operationId).filter((id) => !called.has(id)), []);
});

test('a list is walked to its end, page after page', async () => {
  const all: Entry<'items'>[] = [];
  for await (const entry of client.each('items', { site, limit: 3 })) all.push(entry);
  assert.ok(all.length > 6);
  assert.equal(new Set(all.map((entry) => entry.id)).size, all.length);
  const found: string[] = [];
  for await (const hit of client.each('search', { q: '青禾县', site, limit: 2 })) found.push(hit.title_html);
  assert.ok(found.length > 2 && found.every((title) => title.length > 0));
});

test('filters go together, several of a kind too, and what items name is expanded', async () => {
  const { items, prev } = await client.items({ site, kind: 'policy', validity: 'in_force', expand: ['interpretations.files', 'column'], topic: undefined });
  assert.deepEqual(items.map((entry) => entry.id), [known.item.id]);
  assert.ok(items[0]?.expanded && prev === '');
  const some = await client.items({ ids: [known.item.id, known.withFile.id] });
  assert.deepEqual(some.items.map((entry) => entry.id), [known.item.id, known.withFile.id]);
});

test('an answer at hand is not sent again', async () => {
  const first = await client.answer('item', { id: known.item.id });
  assert.ok(first.changed && first.etag && first.lastModified && /max-age/.test(first.cacheControl ?? ''));
  const second = await client.answer('item', { id: known.item.id }, { ifNoneMatch: first.etag });
  assert.equal(second.changed, false);
  assert.equal(second.etag, first.etag);
  await assert.rejects(client.item({ id: known.item.id }, { ifNoneMatch: first.etag }), { code: 'not_modified' });
});

test('a part of a file is fetched', async () => {
  const file = known.withFile.files[0]!;
  const part = await client.file({ id: known.withFile.id, digest: file.href.split('/').at(-1)! }, { headers: { Range: 'bytes=0-5' } });
  assert.equal(part.status, 206);
  assert.equal(await part.text(), '线路');
  assert.equal(client.address(file.href), demo.url + file.href);
});

test('a refusal says what, where, and in both languages', async () => {
  const missing = await refusal(client.item({ id: 'nobody' }));
  assert.deepEqual([missing.status, missing.code, missing.passing], [404, 'missing', false]);
  assert.ok(/[一-龥]/.test(missing.zh) && /such/.test(missing.en) && missing.requestId);
  const unknown = await refusal(client.column({ id: 'nobody' }));
  assert.deepEqual(unknown.details.map((d) => d.where), ['id']);
  const withdrawn = await refusal(client.item({ id: await idOf('removed', 'withdrawn') }));
  assert.equal(withdrawn.status, 410);
  assert.equal(withdrawn.details[0]?.zh, '施工提前结束，通告已失去作用。');
  await assert.rejects(async () => client.item({ id: '' }), TypeError);
});

test('an answer that is none of ours is an error all the same', async () => {
  const proxy = createClient({ baseUrl: demo.url, fetch: async () => new Response('<h1>Bad gateway', { status: 502, headers: { 'Retry-After': '7' } }) });
  const error = await refusal(proxy.sites());
  assert.deepEqual([error.status, error.code, error.passing, error.retryAfter], [502, 'http_502', true, 7000]);
});

test('who wants to know where something went is told', async () => {
  const id = await idOf('removed', 'moved');
  const moved = await client.item({ id }, { redirect: 'manual' }).catch((error: unknown) => error);
  assert.ok(moved instanceof Moved);
  assert.match(moved.location, /zwgk/);
});

test('changes are followed over faults and restores, and none is missed', async () => {
  const end = new AbortController();
  let calls = 0;
  const faulty = createClient({
    baseUrl: demo.url,
    fetch: async (input, init) => {
      calls += 1;
      if (calls === 2) throw new TypeError('fetch failed');
      if (calls === 3) return new Response('{}', { status: 503, headers: { 'Retry-After': '0' } });
      if (calls === 4) return Response.json({ code: 'cursor_ahead' }, { status: 410 });
      return comparing(input, init);
    },
  });
  const told: number[] = [];
  const met = new Set<string>();
  for await (const { changes, next, restarted } of faulty.follow({ site, every: 1, signal: end.signal })) {
    for (const change of changes) met.add(`${change.kind} ${change.id}`);
    assert.ok(next);
    if (restarted) {
      told.push(changes.length);
      end.abort();
    }
  }
  assert.ok(told[0]! > 5 && met.has(`item ${known.item.id}`) && met.has('column zcwj') && met.has('site qinghe'));
  assert.ok(newer({ epoch: 2, seq: 1 }, { epoch: 1, seq: 9 }) && !newer({ epoch: 1, seq: 1 }, { epoch: 1, seq: 1 }));
});

/** An item of the changes in this state whose refusal has this code. */
function idOf(state: string, code: string): Promise<string> {
  return eventually(async () => {
    for (const change of (await client.changes({ site, limit: 500 })).changes) {
      if (change.kind !== 'item' || change.state !== state) continue;
      const error = await client.item({ id: change.id }, { redirect: 'manual' }).catch((error: unknown) => error);
      if (error instanceof GongkaiError && error.code === code) return change.id;
    }
    return undefined;
  });
}

async function refusal(call: Promise<unknown>): Promise<GongkaiError> {
  const error = await call.then(() => assert.fail('it was not refused'), (error: unknown) => error);
  assert.ok(error instanceof GongkaiError, String(error));
  return error;
}

function compareWith(description: Description): typeof fetch {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(description, 'description');
  const operations = Object.entries(description.paths)
    .sort(([a], [b]) => a.split('{').length - b.split('{').length) // fixed paths first
    .map(([path, ops]) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`), op: ops['get'] }));
  return async (input, init) => {
    const response = await fetch(input, init);
    const match = operations.find(({ pattern, op }) => op && pattern.test(new URL(String(input)).pathname));
    assert.ok(match?.op, `${String(input)} is not described`);
    called.add(match.op.operationId);
    const described = match.op.responses[response.redirected ? '200' : String(response.status)];
    assert.ok(described, `${match.op.operationId}: ${response.status} is not described`);
    if (!described.content) return response;
    const type = (response.headers.get('Content-Type') ?? '').split(';')[0]!.trim();
    const media = described.content[type] ? type : 'application/octet-stream'; // of files, any
    assert.ok(described.content[media], `${match.op.operationId}: ${type} is not described`);
    if (!['application/json', 'application/problem+json'].includes(media)) return response;
    const schema = ['#', 'paths', match.path, 'get', 'responses', String(response.status), 'content', media, 'schema'].map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
    const fits = ajv.getSchema(`description#/${schema.slice(1).join('/')}`);
    assert.ok(fits, `${match.op.operationId}: no schema`);
    assert.ok(fits(await response.clone().json()), `${match.op.operationId}: ${ajv.errorsText(fits.errors)}`);
    return response;
  };
}
