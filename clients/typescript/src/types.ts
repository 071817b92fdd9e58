// Parameters and results of the calls, read off the generated types.

import type { calls } from './calls.js';
import type { operations } from './schema.js';

/** Name of a call. */
export type Name = keyof typeof calls;

type Operation<N extends Name> = operations[(typeof calls)[N]['id']];
type Part<O, P extends 'path' | 'query'> = O extends { parameters: infer Q } ? (P extends keyof Q ? NonNullable<Q[P]> : unknown) : unknown;
type Body<O> = O extends { responses: { 200: { content: infer C } } } ? C[keyof C] : never;

/** Parameters of a call: those of the path and those of the query, together. */
export type Params<N extends Name> = { [K in keyof (Part<Operation<N>, 'path'> & Part<Operation<N>, 'query'>)]: (Part<Operation<N>, 'path'> & Part<Operation<N>, 'query'>)[K] };

/** Result of a call: a value, a text (feeds, sitemaps, tables), or for files and events the response, its body still to be read. */
export type Result<N extends Name> = (typeof calls)[N]['form'] extends 'json' ? Body<Operation<N>> : (typeof calls)[N]['form'] extends 'text' ? string : Response;

/** How to call. */
export interface Options {
  /** ETag of the answer at hand: with it, `answer` may say that nothing has changed. */
  ifNoneMatch?: string | undefined;
  /** Ends the call. */
  signal?: AbortSignal | undefined;
  /** Further headers, such as Range of a file. */
  headers?: Record<string, string> | undefined;
  /** `manual`: what stands elsewhere is thrown as Moved. Not for browsers, which hide where. */
  redirect?: 'follow' | 'manual' | undefined;
}

/** An answer with its validators. */
export type Answer<T> =
  | { changed: true; data: T; etag: string | undefined; lastModified: string | undefined; cacheControl: string | undefined; status: number }
  | { changed: false; data: undefined; etag: string | undefined; lastModified: string | undefined; cacheControl: string | undefined; status: 304 };

/** Parameters may be left out where none is required. */
export type Args<N extends Name> = object extends Params<N> ? [params?: Params<N>, options?: Options] : [params: Params<N>, options?: Options];

/** Calls that answer page by page. */
export type Paged = { [N in Name]: Result<N> extends { items: readonly unknown[]; next: string } ? N : never }[Name];

/** One of what a paged call lists. */
export type Entry<N extends Paged> = Result<N> extends { items: readonly (infer T)[] } ? T : never;
