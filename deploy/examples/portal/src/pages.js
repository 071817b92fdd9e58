// The pages. html`` of hono escapes what is put into it; raw() is for what the
// content API has sanitised or escaped itself.

import { html, raw } from 'hono/html';

/**
 * @typedef {import('@gongkai/client').Column} Column
 * @typedef {import('@gongkai/client').ListEntry} ListEntry
 * @typedef {import('@gongkai/client').Item} Item
 * @typedef {{site?: any, columns?: Column[], unit?: string, origin?: string, path?: string}} Frame
 */

/** A day of a time as the content API states it, in Beijing. @param {string} time */
const day = (time) => time.slice(0, 10);

/** @param {unknown} when @param {() => any} part */
const only = (when, part) => (when ? part() : '');

/** 效力状态 */
const validities = /** @type {Record<string, string>} */ ({ in_force: '有效', not_yet: '尚未生效', amended: '已修改', lapsed: '失效', abolished: '废止', declared_lapsed: '宣布失效' });

/**
 * A page with what is around it.
 * @param {Frame & {title?: string, tags?: any, column?: {id: string, name: string}, current?: string, body: any}} page
 */
function layout({ site, columns = [], unit, origin, path, title, tags, column, current, body }) {
  const name = site?.name ?? '政务公开';
  const metas = Object.entries(tags ?? { SiteName: site?.name, SiteDomain: site?.domain, SiteIDCode: site?.id_code }).filter(([, text]) => text);
  const feed = column ? `?column=${encodeURIComponent(column.id)}` : '';
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title ? `${title} - ${name}` : name}</title>
${metas.map(([tag, text]) => html`<meta name="${tag}" content="${text}">\n`)}
${only(origin && path, () => html`<link rel="canonical" href="${origin}${path}">`)}
<link rel="alternate" type="application/rss+xml" title="RSS" href="/feeds/rss${feed}">
<link rel="alternate" type="application/atom+xml" title="Atom" href="/feeds/atom${feed}">
<link rel="alternate" type="application/feed+json" title="JSON Feed" href="/feeds/json${feed}">
<link rel="stylesheet" href="/style.css">
<script src="/display.js"></script>
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header class="site">
  <div class="wide top">
    <a class="name" href="/">${name}</a>
    <form action="/search" role="search">
      <label class="hidden" for="site-search">站内搜索</label>
      <input id="site-search" name="q" type="search" maxlength="100" placeholder="搜索文件、公告、办事">
      <button>搜索</button>
    </form>
    <div class="display" role="group" aria-label="适老化与无障碍" hidden>
      <button type="button" data-display="large" aria-pressed="false">大字版</button>
      <button type="button" data-display="contrast" aria-pressed="false">高对比度</button>
    </div>
  </div>
  <nav aria-label="栏目"><ul class="wide">
    <li><a href="/"${raw(path === '/' ? ' aria-current="page"' : '')}>首页</a></li>
    ${columns.filter((each) => each.depth === 0).map((each) => html`<li><a href="${each.path}"${raw(within(path, each) ? ' aria-current="true"' : '')}>${each.name}</a></li>`)}
  </ul></nav>
</header>
<main id="main" class="wide" tabindex="-1">${body}</main>
<footer class="site"><div class="wide">
  ${only(unit, () => html`<p>主办单位：${unit}</p>`)}
  ${only(site, () => html`<p>网站标识码：${site.id_code}　域名：${site.domain}</p>`)}
  <p>订阅：<a href="/feeds/rss${feed}">RSS</a>　<a href="/feeds/atom${feed}">Atom</a>　<a href="/feeds/json${feed}">JSON Feed</a>　<a href="/sitemap.xml">站点地图</a></p>
</div></footer>
</body>
</html>`;
}

/** @param {string | undefined} path @param {{path: string}} column */
const within = (path, column) => path === column.path || path?.startsWith(`${column.path}/`);

/** @param {{breadcrumb: {name: string, path: string}[]}} of @param {string} [last] */
function breadcrumb({ breadcrumb: crumbs }, last) {
  const steps = [{ name: '首页', path: '/' }, ...crumbs];
  return html`<nav class="crumbs" aria-label="当前位置"><ol>
  ${steps.map((step, i) => html`<li><a href="${step.path}"${raw(!last && i === steps.length - 1 ? ' aria-current="page"' : '')}>${step.name}</a></li>`)}
  ${only(last, () => html`<li aria-current="page">${last}</li>`)}
</ol></nav>`;
}

/** @param {ListEntry[]} items */
function list(items) {
  if (items.length === 0) return html`<p class="none">暂无内容。</p>`;
  return html`<ul class="list">${items.map((item) => html`<li lang="${langOf(item)}"><a href="${item.path}">${item.title}</a>${mark(item)}<time datetime="${item.published}">${day(item.published)}</time></li>`)}</ul>`;
}

/** What no longer holds is said wherever the title stands. @param {{validity: string, publicity_ended?: string}} item */
function mark(item) {
  if (item.publicity_ended) return html` <span class="mark">公示已结束</span>`;
  return item.validity && item.validity !== 'in_force' ? html` <span class="mark">${validities[item.validity] ?? item.validity}</span>` : '';
}

/** @param {{lang: string}} item */
const langOf = (item) => (item.lang === 'zh' || !item.lang ? 'zh-CN' : item.lang);

/** @param {Frame & {newest: ListEntry[], blocks: {column: Column, items: ListEntry[]}[]}} page */
export function homePage({ newest, blocks, ...frame }) {
  return layout({
    ...frame,
    body: html`<h1 class="hidden">${frame.site.name}</h1>
<section class="block lead"><h2>最新公开</h2>${list(newest)}</section>
<div class="blocks">${blocks.map(({ column, items }) => html`<section class="block"><h2><a href="${column.path}">${column.name}</a></h2>${list(items)}</section>`)}</div>`,
  });
}

/** @param {Frame & {column: import('@gongkai/client').ColumnPage, list: any, after?: string, before?: string}} page */
export function columnPage({ column, list: { items, next, prev }, after, before, ...frame }) {
  const below = (frame.columns ?? []).filter((each) => each.parent === column.id);
  return layout({
    ...frame,
    title: column.name,
    tags: column.page_tags,
    column,
    body: html`${breadcrumb(column)}
<h1>${column.name}</h1>
${only(column.description, () => html`<p>${column.description}</p>`)}
${only(below.length > 0, () => html`<nav aria-label="下级栏目"><ul class="chips">${below.map((each) => html`<li><a href="${each.path}">${each.name}</a></li>`)}</ul></nav>`)}
<section class="block" aria-label="信息列表">${list(items)}</section>
<nav class="pages" aria-label="翻页">
  ${only(after || before, () => html`<a href="${column.path}">第一页</a>`)}
  ${only(prev && (after || before), () => html`<a rel="prev" href="${column.path}?before=${encodeURIComponent(prev)}">上一页</a>`)}
  ${only(next, () => html`<a rel="next" href="${column.path}?after=${encodeURIComponent(next)}">下一页</a>`)}
</nav>`,
  });
}

/** Fields that stand elsewhere on the page, or that readers need not see. */
const apart = ['title', 'body', 'attachments', 'related', 'interprets', 'summary', 'openness', 'openness_basis', 'validity', 'index_no', 'doc_no'];

/**
 * @typedef {Map<string, {name: string, choices: Map<string, string>}>} Labels
 * @param {Frame & {item: Item, editions: any[], labels: Labels}} page
 */
export function itemPage({ item, editions, labels, ...frame }) {
  const fields = Object.entries(item.fields).filter(([name]) => !apart.includes(name));
  const tables = fields.filter(([, value]) => isTable(value));
  const facts = [['索引号', item.index_no], ['文号', item.doc_no], ...fields.filter(([, value]) => !isTable(value)).map(([name, value]) => [labels.get(name)?.name ?? name, textOf(value, labels.get(name))]), ['效力', validities[item.validity]], ['发布日期', day(item.published)]].filter(([, text]) => text);
  const files = item.files.filter((file) => file.field.startsWith('attachments'));
  const related = item.related.filter((each) => !item.interpretations.some((other) => other.id === each.id));
  // Of which public change the page is; the edition's digest is among the page tags.
  const shown = { 'gongkai:item': item.id, 'gongkai:epoch': item.epoch, 'gongkai:seq': item.seq, 'gongkai:edition': item.edition };
  return layout({
    ...frame,
    path: item.path,
    title: item.title,
    tags: { ...item.page_tags, ...(frame.origin ? { Url: frame.origin + item.path } : {}), ...shown },
    column: item.column,
    body: html`${breadcrumb(item.column, '正文')}
<article lang="${langOf(item)}">
<h1>${item.title}</h1>
<p class="by"><span>发布日期：<time datetime="${item.published}">${item.page_tags.PubDate}</time></span> <span>来源：${item.page_tags.ContentSource ?? item.unit.name}</span> <button type="button" data-display="print" hidden>打印</button></p>
${banner(item)}
<dl class="facts">${facts.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>
<div class="text">${raw(bodyOf(item))}</div>
${tables.map(([name, value]) => table(/** @type {any} */ (value), labels.get(name)?.name ?? name))}
${only(files.length > 0, () => html`<section><h2>附件</h2><ul>${files.map((file) => html`<li><a href="${fileHref(item, file.href)}" download>${file.alt || file.name}</a>（${sizeOf(file.size)}）</li>`)}</ul></section>`)}
</article>
${only(item.change_note, () => html`<aside class="note"><h2>更正说明</h2><p>${item.change_note}</p></aside>`)}
${links('相关解读', item.interpretations)}
${links('相关信息', related)}
${only(item.relations.length > 0, () => html`<section class="block"><h2>效力关系</h2><ul class="list">${item.relations.map((link) => html`<li><span>${link.zh}：<a href="${link.item.path}">${link.item.title}</a></span><time datetime="${link.since}">${link.since}</time></li>`)}</ul></section>`)}
${links('其他语种', item.translations)}
<details class="history"${raw(editions.length > 1 ? ' open' : '')}><summary>版本历史（${editions.length}）</summary><ol reversed>
${editions.map((edition) => html`<li>第 ${edition.number} 版，<time datetime="${edition.released}">${edition.released.slice(0, 16).replace('T', ' ')}</time>${only(edition.current, () => '（当前）')}${only(edition.struck, () => '（已撤除）')}${only(edition.change_note, () => `：${edition.change_note}`)}</li>`)}
</ol></details>
<p class="print-only">本页打印自 ${frame.site.name}（${frame.site.domain}${item.path}），第 ${item.edition} 版，签批摘要 ${item.digest.slice(0, 16)}。</p>`,
  });
}

/** What a reader has to know before the text. @param {Item} item */
function banner(item) {
  const by = item.relations.find((link) => /_by$/.test(link.relation));
  if (item.publicity_ended) return html`<p class="banner" role="note">本公示已于 ${item.publicity_ended} 结束。</p>`;
  if (!item.validity || item.validity === 'in_force') return '';
  return html`<p class="banner" role="note">本文件<strong>${validities[item.validity] ?? item.validity}</strong>${only(item.validity_since, () => `，自 ${item.validity_since} 起`)}。${only(by, () => html`${by?.zh}：<a href="${by?.item.path}">${by?.item.title}</a>`)}</p>`;
}

/** @param {string} title @param {ListEntry[]} items */
const links = (title, items) => only(items.length > 0, () => html`<section class="block"><h2>${title}</h2>${list(items)}</section>`);

/** The body, its pictures at the addresses of this portal. @param {Item} item */
function bodyOf(item) {
  return String(item.fields.body ?? '').replace(/ src="([^"]*)"/g, (_, src) => {
    const file = item.files.find((each) => src.endsWith(each.href) || src.split('/').at(-1) === encodeURIComponent(each.name) || each.href.endsWith(`/${src.split('/').at(-1)}`));
    return file ? ` src="${fileHref(item, file.href)}"` : '';
  });
}

/** @param {Item} item @param {string} href */
const fileHref = (item, href) => `/files/${item.id}/${href.split('/').at(-1)}`;

/** @param {number} bytes */
const sizeOf = (bytes) => (bytes < 1024 ? `${bytes} 字节` : bytes < 1 << 20 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);

/** @param {any} value */
const isTable = (value) => Array.isArray(value?.head) && Array.isArray(value?.rows);

/** @param {any} value @param {{choices: Map<string, string>} | undefined} label @returns {string} */
function textOf(value, label) {
  if (Array.isArray(value)) return value.map((each) => textOf(each, label)).filter(Boolean).join('，');
  return typeof value === 'object' ? '' : (label?.choices.get(String(value)) ?? String(value));
}

/** @param {{head: string[], rows: string[][]}} value @param {string} caption */
function table({ head, rows }, caption) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** @param {Frame & {asked: Record<string, string>, found: any, refusal?: import('@gongkai/client').GongkaiError}} page */
export function searchPage({ asked, found, refusal, ...frame }) {
  const { q = '', column = '', year = '', sort = '' } = asked;
  const thisYear = new Date().getFullYear();
  const years = Array.from({ length: 10 }, (_, i) => String(thisYear - i));
  const more = new URLSearchParams(Object.entries(asked).filter(([name, value]) => value && name !== 'after'));
  return layout({
    ...frame,
    title: q ? `搜索：${q}` : '搜索',
    body: html`<h1>搜索</h1>
<form class="filters" action="/search">
  <p class="field words"><label for="q">关键词、文号、索引号</label><input id="q" name="q" type="search" maxlength="100" value="${q}"></p>
  <p class="field"><label for="column">栏目</label><select id="column" name="column"><option value="">全部</option>${(frame.columns ?? []).map((each) => option(each.id, '　'.repeat(each.depth) + each.name, column))}</select></p>
  <p class="field"><label for="year">年份</label><select id="year" name="year"><option value="">全部</option>${years.map((each) => option(each, each, year))}</select></p>
  <p class="field"><label for="sort">排序</label><select id="sort" name="sort">${option('', '相关度', sort)}${option('newest', '时间', sort)}</select></p>
  <button>搜索</button>
</form>
<div role="status">${found ? html`<p>共找到 ${found.more ? '超过 ' : ''}${found.total} 条。</p>` : html`<p class="banner">${refusal?.details[0]?.zh ?? refusal?.zh}</p>`}</div>
${only(found?.items.length > 0, () => html`<ol class="hits">${found.items.map((/** @type {any} */ hit) => html`<li lang="${langOf(hit)}"><h2><a href="${hit.path}">${raw(hit.title_html)}</a>${mark(hit)}</h2><p>${raw(hit.snippet)}</p><p class="by">${hit.column.name}　${hit.doc_no ? `${hit.doc_no}　` : ''}<time datetime="${hit.published}">${day(hit.published)}</time></p></li>`)}</ol>`)}
${only(found?.next, () => html`<nav class="pages" aria-label="翻页">${only(asked.after, () => html`<a href="/search?${more}">第一页</a>`)}<a rel="next" href="/search?${more}&after=${encodeURIComponent(found.next)}">下一页</a></nav>`)}`,
  });
}

/** @param {string} value @param {string} text @param {string} chosen */
const option = (value, text, chosen) => html`<option value="${value}"${raw(value === chosen ? ' selected' : '')}>${text}</option>`;

/** What there is to say where no page is. @param {Frame & {status: number, error?: import('@gongkai/client').GongkaiError}} page */
export function wrongPage({ status, error, ...frame }) {
  const reason = error?.code === 'withdrawn' ? error.details[0]?.zh : '';
  const [title, text] =
    error?.code === 'suspended' ? ['该信息已临时下线', '正在核实，请稍后再来。']
    : status === 410 ? ['该信息已撤下', reason ? `说明：${reason}` : '它不再公开。']
    : status === 404 ? ['没有找到这个页面', '地址可能有误，或者内容已移走。']
    : status === 503 ? ['暂时无法访问', '请稍后再试。']
    : ['请求有误', error?.details[0]?.zh ?? error?.zh ?? ''];
  return layout({ ...frame, title, body: html`<div class="wrong"><p class="status" aria-hidden="true">${status}</p><h1>${title}</h1><p>${text}</p><p><a href="/">返回首页</a>　<a href="/search">搜索</a></p></div>` });
}
