// Starts the portal. What it needs to know stands in the environment.

import { serve } from '@hono/node-server';
import { portal } from './app.js';

const env = process.env;
const app = portal({
  api: env.PORTAL_API ?? 'http://127.0.0.1:8080',
  site: env.PORTAL_SITE ?? 'qinghe',
  origin: env.PORTAL_ORIGIN ?? '', // scheme and host as readers see them, for canonical addresses
  secrets: (env.PORTAL_SECRETS ?? '').split(/[\s,]+/).filter(Boolean), // whsec_…, the new and the old one
});
const hostname = env.PORTAL_HOST ?? '127.0.0.1';
serve({ fetch: app.fetch, hostname, port: Number(env.PORTAL_PORT ?? 3000) }, ({ port }) => {
  console.log(`门户 Portal  http://${hostname}:${port}/`);
});
