// Starts the bases, runs every test against them with node's own runner, and ends what it started.
//
//     node run.mjs [FILES]      CARREFOUR, CHROMIUM: the command and the browser, where they are not in their usual places
//     node run.mjs --stay       only starts the bases, tells where they are, and ends them at Ctrl-C

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { openBases } from './support/bases.mjs';

/** The whole of it, come what may. */
const DEADLINE_MS = 20 * 60_000;

const here = fileURLToPath(new URL('.', import.meta.url));
const told = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(130));
});
const bases = openBases();
let code = 1;
try {
  code = await Promise.race([run(process.argv.slice(2)), told]);
} catch (error) {
  console.error(error.message);
} finally {
  await bases.end();
}
process.exit(code);

async function run(words) {
  const addresses = await bases.started;
  const env = { CARREFOUR_FAIR: addresses.fair, CARREFOUR_HOSTILE: addresses.hostile };
  if (words[0] !== '--stay') return test(words, env);
  console.log(`export ${Object.entries(env).map((pair) => pair.join('=')).join(' ')}`);
  return told;
}

async function test(files, addresses) {
  const all = (await readdir(here)).filter((name) => name.endsWith('.test.mjs')).sort();
  // One file after the other: what is measured is not to be disturbed.
  const args = ['--test', '--test-concurrency=1', '--test-reporter=spec', ...(files.length ? files : all)];
  const env = { ...process.env, ...addresses };
  const leash = fileURLToPath(new URL('support/leash.mjs', import.meta.url));
  const runner = spawn(process.execPath, [leash, process.execPath, ...args], {
    cwd: here,
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const deadline = setTimeout(() => {
    console.error(`the tests have not ended within ${DEADLINE_MS / 60_000} minutes`);
    runner.stdin.end();
  }, DEADLINE_MS);
  const [status] = await once(runner, 'close');
  clearTimeout(deadline);
  return status ?? 1;
}
