// The changes feed, followed: none is missed, repeats are told again.

import { GongkaiError } from './error.js';
import type { components } from './schema.js';
import type { Name, Options, Params, Result } from './types.js';

/** How to follow. */
export interface Follow {
  /** `next` of what was read last; without it, from the very first change on. */
  after?: string | undefined;
  /** Only items of this site, and the trees. */
  site?: string | undefined;
  /** Milliseconds between two questions while nothing happens: 2000. */
  every?: number | undefined;
  /** Ends the following. */
  signal?: AbortSignal | undefined;
}

/** Some changes and where they end. Keep `next` once they are dealt with. */
export interface Following {
  changes: components['schemas']['PublicChange'][];
  next: string;
  /** The public store was restored from a backup: all is told again from the first change on. */
  restarted: boolean;
}

/** Whether a is a later public change than b. What was told may be told again: drop what is not newer. */
export function newer(a: { epoch?: number; seq?: number }, b: { epoch?: number; seq?: number }): boolean {
  const [ae, be] = [a.epoch ?? 0, b.epoch ?? 0];
  return ae > be || (ae === be && (a.seq ?? 0) > (b.seq ?? 0));
}

type Call = <N extends Name>(name: N, params: Params<N>, options?: Options) => Promise<Result<N>>;

const longest = 60_000; // between two questions
const patience = 30_000; // for one answer

export async function* follow(call: Call, { after, site, every = 2000, signal }: Follow = {}): AsyncGenerator<Following, void, undefined> {
  let restarted = false;
  let failures = 0;
  while (!signal?.aborted) {
    try {
      const page = await call('changes', { ...(site ? { site } : {}), ...(after ? { after } : {}) }, { signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(patience)]) : AbortSignal.timeout(patience) });
      failures = 0;
      if (page.changes.length > 0 || restarted) yield { changes: page.changes, next: page.next, restarted };
      restarted = false;
      after = page.next;
      if (!page.more) await pause(every, signal);
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof GongkaiError && error.code === 'cursor_ahead' && after) {
        after = undefined;
        restarted = true;
        continue;
      }
      if (!passing(error)) throw error;
      failures += 1;
      const told = error instanceof GongkaiError ? error.retryAfter : undefined;
      await pause(Math.min(told ?? every * 2 ** failures, longest), signal);
    }
  }
}

/** Nobody answered, or not in time, or the server says so itself. */
function passing(error: unknown): boolean {
  if (error instanceof GongkaiError) return error.passing;
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError');
}

/** Waits, or until the signal. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
