// The program under test: GONGKAI names its file; without it, it is built by Go.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The program: GONGKAI, or what Go builds into folder. */
function program(folder) {
  if (process.env.GONGKAI) return process.env.GONGKAI;
  const built = join(folder, 'gongkai');
  const { status, stderr } = spawnSync('go', ['build', '-o', built, './cmd/gongkai'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`go build: ${stderr}`);
  return built;
}

/** What a command of the program prints. */
export function printed(...args) {
  const folder = mkdtempSync(join(tmpdir(), 'gongkai-'));
  try {
    const { status, stdout, stderr } = spawnSync(program(folder), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
    if (status !== 0) throw new Error(`gongkai ${args.join(' ')}: ${stderr}`);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Starts a demo with data of its own.
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startDemo() {
  const folder = mkdtempSync(join(tmpdir(), 'gongkai-'));
  const child = spawn(program(folder), ['demo', '--addr', '127.0.0.1:0', '--data', join(folder, 'data')], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  const url = await new Promise((resolve, reject) => {
    const hear = (part) => {
      said += part;
      const found = /Content API\s+(http:\/\/[^/\s]+)[^]*Ctrl-C/.exec(said);
      if (found) resolve(found[1]);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    ended.then((code) => reject(new Error(`the demo ended with ${code}:\n${said}`)));
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
