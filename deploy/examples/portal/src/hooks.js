// Messages of Gongkai (Standard Webhooks): whatever is new, nothing old is shown
// any more.

import { Webhook } from 'standardwebhooks';

const largest = 64 << 10;

/**
 * Takes one message and says what to answer.
 * @param {Request} request
 * @param {string[]} secrets
 * @param {() => void} drop
 */
export async function takeMessage(request, secrets, drop) {
  const parts = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    if ((size += part.length) > largest) return 413;
    parts.push(part);
  }
  const body = Buffer.concat(parts).toString();
  const headers = Object.fromEntries(request.headers);
  const genuine = secrets.some((secret) => {
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  });
  if (!genuine) return 401;
  drop(); // a message that comes twice does no harm, nor one that comes late: pages are asked for anew
  return 204;
}
