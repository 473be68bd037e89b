// Debian's Chromium, kept on loopback, and pages that tell what went wrong while they were open.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const FRENCH = JSON.parse(readFileSync(require.resolve('axe-core/locales/fr.json'), 'utf8'));
const TAGS = ['RGAAv4', 'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Addresses of the two bases that `run.mjs` has started, without a final slash. */
export const FAIR = process.env.CARREFOUR_FAIR;
export const HOSTILE = process.env.CARREFOUR_HOSTILE;

/** Widths at which every page is looked at: a small telephone, a tablet, a desk. */
export const WIDTHS = [320, 768, 1280];
export const SCHEMES = ['light', 'dark'];

let browser;

/** One browser a test file; `closeBrowser` belongs into its `after`. */
export async function openBrowser() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      // No name resolves and no address but ours is dialled, whatever a page asks for.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      // Maps are drawn by WebGL, here without a graphics card.
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
    ],
  });
  return browser;
}

export async function closeBrowser() {
  await browser?.close();
}

/**
 * Gives `visit` a page of its own, then demands that nothing went wrong in it: no request off the base's own origin, no
 * message of an error, no breach of the content security policy, no dialog, nothing run by a stranger.
 * @param {object} [how] `base`, `width`, `height`, `scheme`, `script` (false: JavaScript off), and whatever else
 *   Playwright's `newContext` takes
 */
export async function withPage(how, visit) {
  const { base = FAIR, width = 1280, height = 900, scheme = 'light', script = true, ...more } = how;
  const context = await browser.newContext({
    baseURL: base,
    viewport: { width, height },
    colorScheme: scheme,
    javaScriptEnabled: script,
    locale: 'fr-FR',
    reducedMotion: 'reduce',
    ...more,
  });
  context.setDefaultTimeout(30_000);
  try {
    const page = await context.newPage();
    const wrong = watch(page, base);
    const given = await visit(page);
    if (script && (await page.evaluate(() => '__pwned' in window))) wrong.push('a stranger’s script ran');
    none(wrong, `on ${page.url()}`);
    return given;
  } finally {
    await context.close();
  }
}

/** Fails with a line for each of what was found, where nothing should have been. */
export function none(found, where = '') {
  const lines = [...new Set(found)];
  if (lines.length) assert.fail([`${lines.length} found ${where}`, ...lines].join('\n  '));
}

/** The list that what goes wrong in a page is written to. */
function watch(page, base) {
  const wrong = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    const ours = url.origin === base || ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!ours) wrong.push(`asked ${request.url().slice(0, 200)}`);
  });
  page.on('console', (message) => {
    // That an address answers 404 is what the page is for, and is told as an error of the page itself.
    const expected = message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !expected) wrong.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`threw ${error.stack ?? error}`));
  page.on('dialog', async (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on('popup', (popup) => wrong.push(`opened ${popup.url()}`));
  return wrong;
}

/** Loads axe-core into the page, past its content security policy, speaking French. */
export async function loadAxe(page) {
  const session = await page.context().newCDPSession(page);
  const { exceptionDetails } = await session.send('Runtime.evaluate', { expression: AXE });
  assert.equal(exceptionDetails, undefined);
  // Where the groups of a moving map stand is what they say (WCAG 2.2, 2.5.8, "essential"); their list is beside it.
  const rules = [{ id: 'target-size', selector: '*:not(.map-cluster)' }];
  await page.evaluate((spec) => window.axe.configure(spec), { locale: FRENCH, rules });
  await session.detach();
}

/** What axe-core objects to, a line each: the rule, where, why. */
export async function violations(page) {
  const found = await page.evaluate(async (values) => {
    const report = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return report.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ target, any, all, none }) => [target.join(' '), [...any, ...all, ...none][0]?.message ?? '']),
    }));
  }, TAGS);
  return found.flatMap(({ id, help, nodes }) => nodes.map(([target, why]) => `${id}: ${target} (${help}: ${why})`));
}

/** By how many pixels the page is wider than the window, and the innermost elements that stick out. */
export async function overflow(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    const excess = document.scrollingElement.scrollWidth - room;
    if (excess <= 0) return [];
    const sticksOut = (element) => element.getBoundingClientRect().right > room + 0.5;
    // What lies within a drawing is cut at its edge.
    const innermost = [...document.body.querySelectorAll('*:not(svg *)')].filter(
      (element) => sticksOut(element) && ![...element.children].some(sticksOut),
    );
    const named = innermost.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${[...element.classList].join('.')}`);
    return [`${excess} px too wide: ${named.join(', ')}`];
  });
}
