// The addresses of the portal: what is fetched for each, and what goes around it.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GongkaiError, Moved } from '@gongkai/client';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { takeMessage } from './hooks.js';
import { columnPage, homePage, itemPage, searchPage, wrongPage } from './pages.js';
import { createStore } from './store.js';

/** @param {string} name */
const own = (name) => readFileSync(new URL(`../public/${name}`, import.meta.url));
const assets = { '/style.css': ['text/css', own('style.css')], '/display.js': ['text/javascript', own('display.js')] };
const nothing = "'none'";
const feedTypes = { rss: 'application/rss+xml', atom: 'application/atom+xml', json: 'application/feed+json' };

/**
 * The portal of one site.
 * @param {{api: string, site: string, origin?: string, secrets?: string[], fresh?: number}} config
 */
export function portal({ api, site, origin = '', secrets = [], fresh }) {
  const store = createStore(api, fresh);
  const app = new Hono();

  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: [nothing], styleSrc: ["'self'"], scriptSrc: ["'self'"], imgSrc: ["'self'"], formAction: ["'self'"], baseUri: [nothing], frameAncestors: [nothing] },
      strictTransportSecurity: false, // that of the proxy before us
      xFrameOptions: 'DENY',
    }),
  );

  for (const [path, [type, body]] of Object.entries(assets)) {
    app.get(path, (c) => send(c, String(body), `${type}; charset=utf-8`, 'public, max-age=3600'));
  }
  app.get('/healthz', (c) => c.text('ok'));
  app.post('/hooks', async (c) => c.body(null, /** @type {any} */ (await takeMessage(c.req.raw, secrets, store.drop))));

  app.get('/robots.txt', (c) => send(c, `User-agent: *\nDisallow: /search\n${origin ? `Sitemap: ${origin}/sitemap.xml\n` : ''}`, 'text/plain; charset=utf-8'));
  app.get('/sitemap.xml', async (c) => {
    const index = await store.get('sitemaps', { id: site }); // it names the volumes at the content API: here they are ours
    return send(c, index.replace(/(<loc>)[^<]*\/sitemaps\/(\d+)(<\/loc>)/g, `$1${origin || new URL(c.req.url).origin}/sitemaps/$2$3`), 'application/xml; charset=utf-8');
  });
  app.get('/sitemaps/:volume{[0-9]+}', async (c) => send(c, await store.get('sitemap', { id: site, volume: Number(c.req.param('volume')) }), 'application/xml; charset=utf-8'));
  app.get('/feeds/:format{rss|atom|json}', async (c) => {
    const format = /** @type {'rss' | 'atom' | 'json'} */ (c.req.param('format'));
    const column = c.req.query('column');
    const call = { rss: 'Rss', atom: 'Atom', json: 'Json' }[format];
    const text = column ? await store.get(/** @type {any} */ (`columnFeed${call}`), { id: column }) : await store.get(/** @type {any} */ (`siteFeed${call}`), { id: site });
    return send(c, String(text), `${feedTypes[format]}; charset=utf-8`);
  });
  app.get('/files/:item/:digest', async (c) => {
    const passed = ['Range', 'If-Range', 'If-None-Match'].flatMap((name) => (c.req.header(name) ? [[name, c.req.header(name) ?? '']] : []));
    const answer = await store.client.answer('file', { id: c.req.param('item'), digest: c.req.param('digest') }, { headers: Object.fromEntries(passed) });
    if (!answer.changed) return c.body(null, 304);
    const headers = new Headers();
    for (const name of ['Content-Type', 'Content-Length', 'Content-Disposition', 'Content-Range', 'Accept-Ranges', 'ETag', 'Last-Modified', 'Cache-Control']) {
      const value = answer.data.headers.get(name);
      if (value) headers.set(name, value);
    }
    return new Response(answer.data.body, { status: answer.status, headers });
  });

  app.get('/', async (c) => {
    const frame = await surroundings(c);
    const newest = await store.get('items', { site, limit: 10 }, anew(c));
    const blocks = await Promise.all(frame.columns.filter((col) => !frame.columns.some((other) => other.parent === col.id)).map(async (column) => ({ column, items: (await store.get('items', { site, column: column.id, limit: 5 }, anew(c))).items })));
    return send(c, homePage({ ...frame, newest: newest.items, blocks: blocks.filter((block) => block.items.length > 0) }));
  });
  app.get('/search', async (c) => {
    const frame = await surroundings(c);
    const { q = '', column, kind, year, sort, after } = c.req.query();
    const asked = { site, q, ...(column ? { column } : {}), ...(kind ? { kind } : {}), ...(year ? { year: Number(year) } : {}), ...(sort === 'newest' ? { sort } : {}), ...(after ? { after } : {}) };
    let found;
    try {
      found = await store.get('search', /** @type {any} */ (asked));
    } catch (error) {
      if (!(error instanceof GongkaiError) || error.status !== 400) throw error;
      return send(c, searchPage({ ...frame, asked: c.req.query(), found: undefined, refusal: error }), html, 'no-store', 400);
    }
    return send(c, searchPage({ ...frame, asked: c.req.query(), found }), html, 'no-store');
  });
  app.get('/items/:id', async (c) => sendItem(c, await store.get('item', { id: c.req.param('id'), site }, anew(c))));
  app.get('*', async (c) => {
    const path = c.req.path.replace(/(.)\/$/, '$1'); // decoded, as far as it can be
    const { columns } = await store.get('columns', { site });
    const column = columns.find((each) => each.path === path);
    if (!column) return sendItem(c, await store.get('page', { site, path }, anew(c)));
    const { after, before } = c.req.query();
    const frame = await surroundings(c);
    const [page, list] = await Promise.all([store.get('column', { id: column.id }), store.get('items', { site, column: column.id, limit: 20, ...(after ? { after } : {}), ...(before ? { before } : {}) }, anew(c))]);
    return send(c, columnPage({ ...frame, column: page, list, after, before }));
  });
  app.notFound((c) => c.text('404', 404));

  app.onError(async (error, c) => {
    if (error instanceof Moved) return c.redirect(ours(error.location), 308);
    const known = error instanceof GongkaiError ? error : undefined;
    const status = known && known.status < 500 ? known.status : 503;
    if (!known) console.error('the content API cannot be reached:', error.message);
    const frame = await surroundings(c).catch(() => undefined);
    return send(c, wrongPage({ ...frame, status, error: known }), html, 'no-store', status);
  });

  /** @param {import('hono').Context} c @param {import('@gongkai/client').Item} item */
  async function sendItem(c, item) {
    const [frame, history, data] = await Promise.all([surroundings(c), store.get('editions', { id: item.id, site }, anew(c)), store.get('columnData', { id: item.column.id })]);
    return send(c, itemPage({ ...frame, item, editions: history.editions, labels: labelsOf(data) }));
  }

  /** What is around every page. @param {import('hono').Context} c */
  async function surroundings(c) {
    const [about, { columns }] = await Promise.all([store.get('site', { id: site }), store.get('columns', { site })]);
    const { units } = await store.get('units', {});
    return { site: about, columns, unit: units.find((unit) => unit.id === about.unit)?.name ?? '', origin, path: new URL(c.req.url).pathname };
  }

  return app;
}

const html = 'text/html; charset=utf-8';

/** Who says no-cache, as Gongkai does when it looks whether an edition is shown, gets what is there now. @param {import('hono').Context} c */
const anew = (c) => /no-cache/.test(c.req.header('Cache-Control') ?? '');

/**
 * Sends a text with its ETag, or 304.
 * @param {import('hono').Context} c
 * @param {unknown} body
 */
async function send(c, body, type = html, cache = 'public, max-age=10, must-revalidate', status = 200) {
  const text = String(await body);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  c.header('Cache-Control', cache);
  if (status === 200) {
    c.header('ETag', etag);
    if ((c.req.header('If-None-Match') ?? '').split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === etag)) return c.body(null, 304);
  }
  c.header('Content-Type', type);
  return c.body(text, /** @type {any} */ (status));
}

/** Where on this portal an address of the content API is shown. @param {string} location */
function ours(location) {
  const url = new URL(location, 'http://api.invalid');
  if (url.hostname !== 'api.invalid') return location;
  return url.searchParams.get('path') ?? '/';
}

/** What fields and their values are called, as the open data of the column says. @param {import('@gongkai/client').Result<'columnData'>} data */
function labelsOf(data) {
  return new Map(data.table_schema.columns.map((field) => [field.name.replace(/^field_/, ''), { name: field.zh, choices: new Map((field.choices ?? []).map((choice) => [choice.value, choice.zh])) }]));
}
