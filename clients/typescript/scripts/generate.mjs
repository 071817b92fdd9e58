// Writes src/schema.ts and src/calls.ts from the description of the content API.
import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const head = '// Generated from the description of the content API by npm run generate. Not to be edited.\n\n';
const description = JSON.parse(readFileSync('openapi.content.json', 'utf8'));
writeFileSync('src/schema.ts', head + astToString(await openapiTS(description)));

const name = (id) => id.replace(/^content-/, '').replace(/-(.)/g, (_, c) => c.toUpperCase());
/** How the body of an answer is read. */
function form(op) {
  const [type] = Object.keys(op.responses['200'].content);
  if (type === 'application/octet-stream') return 'bytes';
  if (type === 'text/event-stream') return 'events';
  return type === 'application/json' ? 'json' : 'text';
}

const rows = Object.entries(description.paths)
  .filter(([path]) => path.startsWith('/content/'))
  .flatMap(([path, ops]) => Object.entries(ops).map(([method, op]) => ({ path, method, op })))
  .sort((a, b) => (a.op.operationId < b.op.operationId ? -1 : 1))
  .map(({ path, method, op }) => {
    if (method !== 'get') throw new Error(`${method} ${path}: the client knows GET alone`);
    return `  /** ${op.summary} */\n  ${name(op.operationId)}: { id: '${op.operationId}', path: '${path}', form: '${form(op)}' },\n`;
  });
writeFileSync('src/calls.ts', `${head}/** Every operation of the content API, by the name of its call. */\nexport const calls = {\n${rows.join('')}} as const;\n`);
