// Writes the descriptions that lint and generate read: of everything, and of the
// content API alone.
import { writeFileSync } from 'node:fs';
import { printed } from './gongkai.mjs';

writeFileSync('openapi.json', printed('openapi', '--release', 'v1'));
writeFileSync('openapi.content.json', printed('openapi', '--only', 'content', '--release', 'v1'));
