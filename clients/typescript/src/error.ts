// What goes wrong, as a class.

import type { components } from './schema.js';

/** What of a request a refusal is about, in both languages. */
export type Detail = components['schemas']['Detail'];

/** An answer of the server that is an error (RFC 9457). */
export class GongkaiError extends Error {
  override name = 'GongkaiError';
  /** HTTP status: 404 never was or must leave no trace, 410 was taken down, 503 try again. */
  readonly status: number;
  /** Reason, for programs: missing, suspended, withdrawn, gone, cursor_ahead, … */
  readonly code: string;
  /** Reason in Chinese. */
  readonly zh: string;
  /** Reason in English. */
  readonly en: string;
  /** Parameters or places that the refusal is about; of a withdrawal, its public reason. */
  readonly details: readonly Detail[];
  /** To be told when asking for help. */
  readonly requestId: string | undefined;
  /** Milliseconds after which to try again, where the server says it. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Partial<components['schemas']['Problem']>, retryAfter?: number) {
    super(problem.detail_en ?? `the server answered ${status}`);
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.zh = problem.detail ?? `服务器返回 ${status}`;
    this.en = this.message;
    this.details = problem.errors ?? [];
    this.requestId = problem.request_id;
    this.retryAfter = retryAfter;
  }

  /** It may go well the next time. */
  get passing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** What was asked for stands elsewhere now. Thrown with `redirect: 'manual'` alone. */
export class Moved extends GongkaiError {
  override name = 'Moved';
  /** Address in the content API, or on the web. */
  readonly location: string;

  constructor(status: number, location: string) {
    super(status, { code: 'moved', detail: '该信息已移至新地址', detail_en: 'it stands elsewhere now' });
    this.location = location;
  }
}

/** The error that a response is. A body that is none of ours (a proxy's) leaves only the status. */
export async function errorOf(response: Response): Promise<GongkaiError> {
  const problem: unknown = await response.json().catch(() => ({}));
  return new GongkaiError(response.status, typeof problem === 'object' && problem !== null ? problem : {}, waitOf(response));
}

function waitOf(response: Response): number | undefined {
  const said = response.headers.get('Retry-After');
  if (said === null) return undefined;
  const wait = /^\d+$/.test(said) ? Number(said) * 1000 : Date.parse(said) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}
