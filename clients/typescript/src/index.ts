// The client: every operation of the content API as a typed call over fetch, and
// what goes over several answers: lists to their end, changes as they come.

import { calls } from './calls.js';
import { errorOf, GongkaiError, Moved } from './error.js';
import { follow, type Follow, type Following } from './follow.js';
import type { components } from './schema.js';
import type { Answer, Args, Entry, Name, Options, Paged, Params, Result } from './types.js';

export { calls } from './calls.js';
export { GongkaiError, Moved, type Detail } from './error.js';
export { newer, type Follow, type Following } from './follow.js';
export type { Answer, Args, Entry, Name, Options, Paged, Params, Result } from './types.js';
export type { components, operations, paths } from './schema.js';

type Schemas = components['schemas'];
/** An item as its page shows it (信息条目). */
export type Item = Schemas['PublicItem'];
/** An item as lists show it (列表条目). */
export type ListEntry = Schemas['PublicEntry'];
/** A found item, with highlighted title and snippet. */
export type Hit = Schemas['PublicHit'];
/** A column (栏目). */
export type Column = Schemas['PublicColumn'];
/** A column with what its page prints. */
export type ColumnPage = Schemas['PublicColumnPage'];
/** A site (站点). */
export type Site = Schemas['PublicSite'];
/** A unit (单位). */
export type Unit = Schemas['PublicUnit'];
/** A file (附件). */
export type Attachment = Schemas['PublicFile'];
/** The meta tags that government sites must print (页面标签). */
export type PageTags = Schemas['PageTags'];
/** A public change (公开变更). */
export type Change = Schemas['PublicChange'];

/** Where the content API is, and how it is reached. */
export interface Config {
  /** Of the server: `https://content.county.example`; paths begin below it. */
  baseUrl: string;
  /** Instead of the global one. */
  fetch?: typeof globalThis.fetch;
  /** With every call. */
  headers?: Record<string, string>;
}

/** Every operation of the content API by name, and what goes over several answers. */
export type Client = { [N in Name]: (...args: Args<N>) => Promise<Result<N>> } & {
  /** One call with its validators; `changed` is false where `ifNoneMatch` still holds. */
  answer<N extends Name>(name: N, params: Params<N>, options?: Options): Promise<Answer<Result<N>>>;
  /** Every entry of a list or search, page after page. */
  each<N extends Paged>(name: N, params: Params<N>, options?: Options): AsyncGenerator<Entry<N>, void, undefined>;
  /** Every page of a list or search. */
  pages<N extends Paged>(name: N, params: Params<N>, options?: Options): AsyncGenerator<Result<N>, void, undefined>;
  /** Public changes, from the first or from a cursor on, as they come. Ends with its signal. */
  follow(options?: Follow): AsyncGenerator<Following, void, undefined>;
  /** A path that an answer names (`href`), as an address. */
  address(href: string): string;
};

/** Makes a client. */
export function createClient(config: Config): Client {
  const base = config.baseUrl.replace(/\/+$/, '');

  async function answer<N extends Name>(name: N, params: Params<N>, options: Options = {}): Promise<Answer<Result<N>>> {
    const headers: Record<string, string> = { ...config.headers, ...options.headers };
    if (options.ifNoneMatch) headers['If-None-Match'] = options.ifNoneMatch;
    const send = config.fetch ?? globalThis.fetch;
    const response = await send(base + addressOf(name, params), { headers, redirect: options.redirect ?? 'follow', signal: options.signal ?? null });
    const head = validators(response);
    if (response.status === 304) return { changed: false, data: undefined, status: 304, ...head };
    const location = response.headers.get('Location');
    if (response.status >= 300 && response.status < 400 && location) throw new Moved(response.status, location);
    if (!response.ok) throw await errorOf(response);
    return { changed: true, data: (await read(response, calls[name].form)) as Result<N>, status: response.status, ...head };
  }

  /** The answer without its validators. */
  async function value<N extends Name>(name: N, params: Params<N>, options: Options = {}): Promise<Result<N>> {
    const got = await answer(name, params, options);
    if (got.changed) return got.data;
    throw new GongkaiError(304, { code: 'not_modified', detail: '内容没有变化', detail_en: 'nothing has changed: use answer with ifNoneMatch' });
  }

  async function* pages<N extends Paged>(name: N, params: Params<N>, options?: Options): AsyncGenerator<Result<N>, void, undefined> {
    for (let after: string | undefined; ; ) {
      const page = await value(name, after ? { ...params, after } : params, options);
      yield page;
      after = (page as unknown as { next: string }).next;
      if (!after) return;
    }
  }

  async function* each<N extends Paged>(name: N, params: Params<N>, options?: Options): AsyncGenerator<Entry<N>, void, undefined> {
    for await (const page of pages(name, params, options)) yield* (page as unknown as { items: Entry<N>[] }).items;
  }

  const named = Object.fromEntries((Object.keys(calls) as Name[]).map((name) => [name, (params = {}, options?: Options) => value(name, params as Params<Name>, options)]));
  return { ...named, answer, pages, each, follow: (options?: Follow) => follow(value, options), address: (href: string) => new URL(href, `${base}/`).href } as unknown as Client;
}

/** Path and query of a call. A parameter that is undefined is left out. */
function addressOf<N extends Name>(name: N, params: Params<N>): string {
  const query = new URLSearchParams();
  const rest: Record<string, unknown> = { ...params };
  const path = calls[name].path.replace(/\{(\w+)\}/g, (_, part: string) => {
    const given = rest[part];
    if (given === undefined || given === null || given === '' || given === '.' || given === '..') throw new TypeError(`${name}: ${part} is missing`);
    delete rest[part];
    return encodeURIComponent(String(given));
  });
  for (const [key, given] of Object.entries(rest)) {
    if (given === undefined || given === null) continue;
    if (typeof given === 'object' && !Array.isArray(given)) {
      for (const [name, value] of Object.entries(given)) query.append(name, String(value)); // field: { 'field.form': 'text' }
    } else query.append(key, String(given)); // several values are parted by commas
  }
  const asked = query.toString();
  return asked ? `${path}?${asked}` : path;
}

function validators(response: Response) {
  const head = (name: string) => response.headers.get(name) ?? undefined;
  return { etag: head('ETag'), lastModified: head('Last-Modified'), cacheControl: head('Cache-Control') };
}

async function read(response: Response, form: string): Promise<unknown> {
  if (form === 'json') return response.json();
  return form === 'text' ? response.text() : response;
}
