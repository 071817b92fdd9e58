// Lints the description of the whole API by the recommended rules of Redocly. The
// library is used without its command line, which calls home.
import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({ extends: ['recommended'] });
const found = await lintFromString({ source: readFileSync('openapi.json', 'utf8'), absoluteRef: 'openapi.json', config });
for (const { severity, ruleId, message, location } of found) {
  console.error(`${severity} ${ruleId}: ${message}\n  at ${location[0]?.pointer}`);
}
console.log(`openapi.json: ${found.length} problems`);
process.exitCode = found.length === 0 ? 0 : 1;
