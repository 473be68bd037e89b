// Two bases, each with a portal of its own on a free port of loopback: the demo's, fair and full, and one whose
// only sourceur is out to harm.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { openHostileSourceur } from './hostile.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LEASH = fileURLToPath(new URL('leash.mjs', import.meta.url));
/** From an empty folder to a page; a debug build on a busy machine. */
const READY_WITHIN_MS = 180_000;

/**
 * Starts both bases.
 * @returns {{started: Promise<{fair: string, hostile: string}>, end: () => Promise<void>}} `started` once their pages
 *   answer: addresses without a final slash; `end` at any time
 */
export function openBases() {
  const endings = [];
  const end = async () => {
    while (endings.length) await endings.pop()();
  };
  return { started: start(endings), end };
}

async function start(endings) {
  const folder = await mkdtemp(join(tmpdir(), 'carrefour-pages-'));
  endings.push(() => removeWhenLeft(folder));
  // A database server that root starts runs as somebody else, who has to pass through.
  await chmod(folder, 0o755);
  const [fair, hostile] = await Promise.all([startFair(folder, endings), startHostile(folder, endings)]);
  return { fair, hostile };
}

async function startFair(folder, endings) {
  const address = `127.0.0.1:${await freePort()}`;
  const demo = run(['demo', '--listen', address, '--data-dir', join(folder, 'fair')], endings);
  await answers(`http://${address}`, demo);
  return `http://${address}`;
}

async function startHostile(folder, endings) {
  const sourceur = await openHostileSourceur();
  endings.push(sourceur.end);
  const config = join(folder, 'config');
  await mkdir(join(config, 'sourceurs'), { recursive: true });
  await writeFile(join(config, 'carrefour.toml'), '[client]\npause = "0 ms"\n');
  for (const [id, text] of sourceur.configs()) await writeFile(join(config, 'sourceurs', `${id}.toml`), text);
  const base = ['--config', config, '--data-dir', join(folder, 'hostile'), '--allow', sourceur.host];

  await lines(['harvest', '--all', ...base], 0, endings);
  // Half of the list goes; that is held until somebody says that it is meant, and then answers 410.
  sourceur.leave();
  const runs = await lines(['harvest', '--all', ...base], 3, endings);
  const held = runs.find(({ state }) => state === 'held');
  await lines(['runs', 'release', held.run, '--json', ...base], 0, endings);

  const address = `127.0.0.1:${await freePort()}`;
  const serve = run(['serve', '--no-schedule', '--listen', address, ...base], endings);
  await answers(`http://${address}`, serve);
  return `http://${address}`;
}

/** The command under test, on a leash; what it says is kept for when it fails. */
function run(args, endings) {
  const command = process.env.CARREFOUR ?? join(ROOT, 'target/debug/carrefour');
  // What the environment says of bases and clocks is not meant for ours.
  const { DATABASE_URL: _url, CARREFOUR_NOW: _now, ...env } = process.env;
  const child = spawn(process.execPath, [LEASH, command, ...args], { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  }
  child.stdin.on('error', () => {});
  const ended = once(child, 'close').then(([code]) => code);
  const end = async () => {
    child.stdin.end();
    await ended;
  };
  endings.push(end);
  return { args, said, ended, alive: () => child.exitCode === null };
}

/** What a command printed, line by line, if it ended as it should. */
async function lines(args, wanted, endings) {
  const command = run(args, endings);
  const code = await command.ended;
  if (code !== wanted) throw new Error(`carrefour ${args[0]} ended with ${code}, not ${wanted}:\n${command.said.stderr}`);
  return command.said.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** Waits until the home page and a search answer. */
async function answers(base, command) {
  const until = Date.now() + READY_WITHIN_MS;
  for (const path of ['/health/ready', '/', '/recherche']) {
    for (;;) {
      const answer = await fetch(base + path).catch(() => null);
      if (answer?.ok) break;
      if (!command.alive() || Date.now() > until) {
        const state = answer ? `answers ${answer.status}` : 'does not answer';
        throw new Error(`${base}${path} ${state}; carrefour ${command.args[0]} said:\n${command.said.stderr}`);
      }
      await pause(200);
    }
  }
}

/** The database server of a base ends a moment after its last command. */
async function removeWhenLeft(folder) {
  for (let tries = 0; tries < 75; tries += 1) {
    const left = await Promise.all(['fair', 'hostile'].map((name) => isServed(join(folder, name))));
    if (!left.includes(true)) break;
    await pause(200);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function isServed(dataDir) {
  return stat(join(dataDir, 'postgres/data/postmaster.pid')).then(() => true, () => false);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
