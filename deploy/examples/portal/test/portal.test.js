// The portal before a real demo, in a real browser. SCREENSHOTS names a folder for
// pictures of what was seen; CHROMIUM the browser.

import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from '@hono/node-server';
import { chromium } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { startDemo } from '../../../../clients/typescript/scripts/gongkai.mjs';
import { portal } from '../src/app.js';

const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const desktop = { width: 1280, height: 900 };
const phone = { width: 390, height: 844 };
/** @type {any} */ let demo;
/** @type {any} */ let server;
/** @type {import('playwright-core').Browser} */ let browser;
/** @type {string} */ let at;
/** @type {Record<string, any>} */ let items;
/** @type {string[]} */
const secrets = [];
/** Messages that were taken. */
let taken = 0;

before(async () => {
  demo = await startDemo();
  const app = portal({ api: demo.url, site: 'qinghe', origin: 'https://www.qinghe.example', secrets, fresh: 3_600_000 }); // whatever changes comes by webhooks
  server = await new Promise((resolve) => {
    const s = serve({ fetch: async (request) => count(request, await app.fetch(request)), hostname: '127.0.0.1', port: 0 }, () => resolve(s));
  });
  const { port } = server.address();
  at = `http://127.0.0.1:${port}`;
  items = await eventually(async () => {
    const { items } = await (await fetch(`${demo.url}/content/v1/items?site=qinghe&limit=100`)).json();
    const old = items.find((/** @type {any} */ each) => each.validity === 'abolished');
    const columns = await fetch(`${demo.url}/content/v1/columns?site=qinghe`).then((r) => r.json());
    const found = { policy: titled(items, '青禾县关于'), reading: titled(items, '《青禾县关于'), old, news: titled(items, '县政府召开') };
    return Object.values(found).every(Boolean) && columns.columns?.length > 8 && (await hits('公交')) > 1 && found;
  });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await demo?.stop();
});

/** @param {any[]} items @param {string} words */
const titled = (items, words) => items.find((each) => each.title.startsWith(words));

/** @param {string} q */
const hits = async (q) => (await (await fetch(`${demo.url}/content/v1/search?site=qinghe&q=${encodeURIComponent(q)}`)).json()).total;

/** @param {Request} request @param {Response} response */
function count(request, response) {
  if (request.url.endsWith('/hooks') && response.status === 204) taken += 1;
  return response;
}

/** @param {() => Promise<any>} look */
async function eventually(look) {
  for (const late = Date.now() + 60_000; Date.now() < late; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const got = await look().catch(() => undefined);
    if (got) return got;
  }
  throw new Error('it never came');
}

/** @param {string} path @param {RequestInit} [init] */
const get = (path, init) => fetch(at + path, { redirect: 'manual', ...init });

/** @param {string} page @param {string} name */
const tag = (page, name) => new RegExp(`<meta name="${name}" content="([^"]*)">`).exec(page)?.[1];

/** A page of the browser that refuses to see anything foreign or broken. @param {import('playwright-core').BrowserContextOptions} options */
async function opened(options) {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  const page = await context.newPage();
  /** @type {string[]} */
  const faults = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('request', (request) => request.url().startsWith(at) || faults.push(request.url()));
  return { page, faults };
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** No serious violation, and nothing beyond the edge. @param {import('playwright-core').Page} page @param {string} name */
async function sound(page, name) {
  const { violations } = await page.evaluate(`${axe}; axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })`).then((result) => /** @type {any} */ (result));
  const grave = violations.filter((/** @type {any} */ v) => ['serious', 'critical'].includes(v.impact));
  assert.deepEqual(grave.map((/** @type {any} */ v) => [v.id, v.nodes.map((/** @type {any} */ n) => n.html)]), [], name);
  const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  assert.ok(/** @type {number} */ (beyond) <= 0, `${name} is ${beyond} px too wide`);
  await picture(page, name);
}

test('every page is accessible, loads nothing foreign, and fits, wide and narrow, in every mode', async () => {
  const paths = { home: '/', column: '/zwgk', item: items.policy.path, reading: items.reading.path, abolished: items.old.path, search: '/search?q=公交', nothing: '/search?q=查无此词', missing: '/nowhere' };
  for (const [size, viewport] of Object.entries({ desktop, phone })) {
    const { page, faults } = await opened({ viewport });
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(at + path);
      await sound(page, `${name}-${size}`);
    }
    for (const mode of ['large', 'contrast']) {
      await page.click(`[data-display=${mode}]`);
      assert.equal(await page.getAttribute(`[data-display=${mode}]`, 'aria-pressed'), 'true');
    }
    for (const name of /** @type {const} */ (['home', 'item', 'search'])) {
      await page.goto(at + paths[name]); // remembered
      assert.match((await page.getAttribute('html', 'class')) ?? '', /large contrast/);
      await sound(page, `${name}-large-contrast-${size}`);
    }
    assert.deepEqual(await page.context().cookies(), []);
    assert.deepEqual(faults.filter((fault) => !fault.includes('404')), []);
    await page.context().close();
  }
});

test('the keyboard skips to the text, and searching finds and highlights', async () => {
  const { page } = await opened({ viewport: desktop });
  await page.goto(`${at}/`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), '跳到正文');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  await page.fill('#site-search', '公交 一体化');
  await page.press('#site-search', 'Enter');
  await page.waitForSelector('.hits mark');
  await page.selectOption('#column', 'zcjd');
  await page.click('.filters button');
  await page.waitForURL(/column=zcjd/);
  assert.equal(await page.locator('.hits li').count(), 1);
  await page.click('.hits a');
  assert.match(await page.innerText('h1'), /政策解读/);
  await page.click(`section a[href="${items.policy.path}"]`); // the document, and back
  await page.click(`section a[href="${items.reading.path}"]`);
  await page.context().close();
});

test('printed, a page is its text and says where it is from', async () => {
  const { page } = await opened({ viewport: desktop });
  await page.goto(at + items.old.path);
  await page.emulateMedia({ media: 'print' });
  for (const hidden of ['header.site', 'footer.site', 'button', '.crumbs']) assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
  for (const shown of ['article h1', '.facts', '.text', '.banner', '.print-only']) assert.equal(await page.locator(shown).first().isVisible(), true, shown);
  await picture(page, 'print');
  await page.context().close();
});

test('an item has all tags of its page, and says which edition it is', async () => {
  const { page_tags: tags, ...item } = await (await fetch(`${demo.url}/content/v1/items/${items.reading.id}`)).json();
  const page = await (await get(items.reading.path)).text();
  for (const name of ['SiteName', 'SiteDomain', 'SiteIDCode', 'ColumnName', 'ColumnType', 'ArticleTitle', 'PubDate', 'ContentSource', 'Description']) {
    assert.ok(tags[name], name);
    assert.equal(tag(page, name), tags[name], name);
  }
  assert.match(tag(page, 'PubDate') ?? '', /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
  assert.deepEqual(['epoch', 'seq', 'digest'].map((name) => tag(page, `gongkai:${name}`)), [String(item.epoch), String(item.seq), item.digest]);
  const column = await (await get('/zwgk/zcjd')).text();
  assert.deepEqual(['SiteIDCode', 'ColumnName', 'ColumnType'].map((name) => tag(column, name)), ['9901000001', '政策解读', '政务公开']);
  assert.equal(tag(await (await get('/')).text(), 'SiteName'), '青禾县人民政府门户网站');
});

test('a file is fetched through the portal, in parts too', async () => {
  const page = await (await get(items.reading.path)).text();
  const path = /href="(\/files\/[^"]+)"/.exec(page)?.[1] ?? '';
  const whole = await get(path);
  const bytes = Buffer.from(await whole.arrayBuffer());
  assert.equal(createHash('sha256').update(bytes).digest('hex'), path.split('/').at(-1));
  assert.match(whole.headers.get('Content-Disposition') ?? '', /attachment/);
  const part = await get(path, { headers: { Range: 'bytes=0-5' } });
  assert.deepEqual([part.status, await part.text()], [206, '线路']);
});

test('what is gone says so, and what moved leads on', async () => {
  const { changes } = await (await fetch(`${demo.url}/content/v1/changes?site=qinghe&limit=500`)).json();
  /** @type {Record<string, string>} */
  const pages = {};
  for (const change of changes.filter((/** @type {any} */ each) => each.kind === 'item' && each.state !== 'shown')) {
    const response = await get(`/items/${change.id}`);
    pages[response.status] = (pages[response.status] ?? '') + (response.headers.get('Location') ?? (await response.text()));
  }
  assert.match(pages[410] ?? '', /已临时下线/);
  assert.match(pages[410] ?? '', /施工提前结束，通告已失去作用。/);
  assert.match(pages[404] ?? '', /没有找到这个页面/);
  assert.equal(pages[308], '/zwgk/zcwj');
});

test('a long column is turned over, both ways', async () => {
  const path = '/zwgk';
  const { items: all } = await (await fetch(`${demo.url}/content/v1/items?site=qinghe&column=zwgk&limit=100`)).json();
  const [first] = await columnOf(path);
  assert.deepEqual(first, all.map((/** @type {any} */ each) => each.path)); // one page holds them
  const { next } = await (await fetch(`${demo.url}/content/v1/items?site=qinghe&column=zwgk&limit=2`)).json();
  const [rest, links] = await columnOf(`${path}?after=${encodeURIComponent(next)}`);
  assert.deepEqual(rest, all.slice(2).map((/** @type {any} */ each) => each.path));
  assert.deepEqual((await columnOf(links.prev ?? ''))[0], all.slice(0, 2).map((/** @type {any} */ each) => each.path));
  assert.equal((await get(`${path}?after=odd`)).status, 400);
});

/** Items and links of a column page. @param {string} path @returns {Promise<[string[], Record<string, string>]>} */
async function columnOf(path) {
  const page = await (await get(path)).text();
  const list = /<ul class="list">.*?<\/ul>/s.exec(page)?.[0] ?? '';
  return [[...list.matchAll(/href="([^"]+)"/g)].map(([, href]) => href ?? ''), Object.fromEntries([...page.matchAll(/<a rel="(prev|next)" href="([^"]+)"/g)].map(([, rel, href]) => [rel, (href ?? '').replaceAll('&amp;', '&')]))];
}

test('feeds, sitemap and robots lead here', async () => {
  for (const format of ['rss', 'atom', 'json']) {
    for (const query of ['', '?column=zcwj']) {
      const feed = await get(`/feeds/${format}${query}`);
      assert.ok(feed.status === 200 && (await feed.text()).includes(items.policy.title), format + query);
    }
  }
  const index = await (await get('/sitemap.xml')).text();
  const [, volume] = /https:\/\/www\.qinghe\.example(\/sitemaps\/\d+)</.exec(index) ?? [];
  assert.match(await (await get(volume ?? '')).text(), new RegExp(`${items.policy.path}<|items/${items.policy.id}<`));
  assert.match(await (await get('/robots.txt')).text(), /Sitemap: https:\/\/www\.qinghe\.example\/sitemap\.xml/);
});

test('answers are not sent twice, and their policy lets nothing foreign in', async () => {
  const first = await get(items.policy.path);
  assert.match(first.headers.get('Content-Security-Policy') ?? '', /default-src 'none'.*script-src 'self'/);
  assert.doesNotMatch(first.headers.get('Content-Security-Policy') ?? '', /unsafe|\*/);
  assert.match(first.headers.get('Cache-Control') ?? '', /max-age=10/);
  const again = await get(items.policy.path, { headers: { 'If-None-Match': first.headers.get('ETag') ?? '' } });
  assert.equal(again.status, 304);
  const hostile = await (await get(`/search?q=${encodeURIComponent('<script>alert(1)</script>"\'公交')}`)).text();
  assert.ok(!hostile.includes('<script>alert'));
  assert.equal((await get('/search?q=%00')).status, 400);
  assert.equal((await get('/search?column=nobody&q=a')).status, 404);
  assert.equal((await get('/%E0%A4%A')).status, 404);
});

test('a message of Gongkai empties the cache at once; a forged one does nothing', async () => {
  const signed = async (/** @type {string} */ login) => (await call('POST', '/session', '', { login, password: 'qinghe-demo-2026', token: true })).token;
  const { secret } = await call('PUT', '/subscribers/portal', await signed('guanli'), { name: '示例门户', url: `${at}/hooks` });
  secrets.push(secret);
  await eventually(async () => taken > 0);
  assert.equal((await get(items.news.path)).status, 200); // kept for an hour
  const before = taken;
  await call('POST', `/items/${items.news.id}/steps`, await signed('baomi'), { id: randomUUID(), act: 'suspend', edition: items.news.edition ?? 1, reason: '核实期间临时下线。' });
  const gone = await eventually(async () => taken > before && (await get(items.news.path)).status === 410 && get(items.news.path));
  assert.match(await gone.text(), /该信息已临时下线/);

  const body = '{"type":"item.suspended"}';
  const now = new Date();
  const headers = (/** @type {string} */ key) => ({ 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(now.getTime() / 1000)), 'webhook-signature': new Webhook(key).sign('msg_1', now, body) });
  const post = async (/** @type {any} */ headers, text = body) => (await get('/hooks', { method: 'POST', headers, body: text })).status;
  assert.equal(await post(headers(secret)), 204);
  assert.equal(await post(headers(`whsec_${Buffer.alloc(24, 1).toString('base64')}`)), 401);
  assert.equal(await post(headers(secret), body.replace('suspended', 'released')), 401);
  assert.equal(await post({}), 401);
  assert.equal(await post(headers(secret), 'x'.repeat(70_000)), 413);
  const unmeasured = { method: 'POST', headers: headers(secret), body: new Blob(['x'.repeat(70_000)]).stream(), duplex: 'half' };
  assert.equal((await get('/hooks', unmeasured)).status, 413);
});

test('while the content API is away, that is what is said', async () => {
  const alone = portal({ api: 'http://127.0.0.1:9', site: 'qinghe' });
  const response = await alone.request('/');
  assert.equal(response.status, 503);
  assert.match(await response.text(), /暂时无法访问/);
});

/** @param {string} method @param {string} path @param {string} token @param {any} body */
async function call(method, path, token, body) {
  const response = await fetch(`${demo.url}/api/v1${path}`, { method, headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify(body) });
  const answer = await response.json();
  assert.ok(response.ok, `${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
