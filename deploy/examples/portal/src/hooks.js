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
  if (Number(request.headers.get('Content-Length') ?? 0) > largest) return 413;
  const body = await request.text();
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
