// What the content API answered, kept for a few seconds and then asked for anew by
// its ETag. A webhook drops everything at once.

import { createClient } from '@gongkai/client';

const most = 2_000; // answers kept

/** @typedef {ReturnType<typeof createStore>} Store */

/**
 * @param {string} baseUrl of the content API
 * @param {number} [fresh] milliseconds that an answer is shown without asking
 */
export function createStore(baseUrl, fresh = 5_000) {
  const client = createClient({ baseUrl, headers: { 'User-Agent': 'gongkai-example-portal' } });
  /** @type {Map<string, {data: any, etag: string | undefined, asked: number}>} */
  let kept = new Map();

  /**
   * One answer.
   * @template {import('@gongkai/client').Name} N
   * @param {N} name
   * @param {import('@gongkai/client').Params<N>} params
   * @param {boolean} [anew] ask in any case
   * @returns {Promise<import('@gongkai/client').Result<N>>}
   */
  async function get(name, params, anew = false) {
    const key = name + JSON.stringify(params);
    const into = kept; // what is dropped meanwhile does not come back
    const had = into.get(key);
    if (had && !anew && Date.now() - had.asked < fresh) return had.data;
    let answer;
    try {
      answer = await client.answer(name, params, { ifNoneMatch: had?.etag, redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    } catch (error) {
      into.delete(key);
      throw error;
    }
    const data = answer.changed ? answer.data : had?.data;
    into.delete(key);
    into.set(key, { data, etag: answer.etag, asked: Date.now() });
    if (into.size > most) into.delete(into.keys().next().value ?? '');
    return data;
  }

  return {
    client,
    get,
    drop() {
      kept = new Map();
    },
  };
}
