// A picture of every kind of page, at three widths, in both colour schemes.
//
//     node screenshots.mjs FOLDER [--window] [NAME...]
//
// Whole pages, or with `--window` what a window shows first. Starts bases of its own, unless CARREFOUR_FAIR and
// CARREFOUR_HOSTILE name some.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { openBases } from './support/bases.mjs';

/** Width and height of the window: a telephone, a tablet, a desk. */
const WINDOWS = [
  [320, 640],
  [768, 1024],
  [1280, 800],
];

const [folder, ...words] = process.argv.slice(2);
if (!folder) throw new Error('usage: node screenshots.mjs FOLDER [--window] [NAME...]');
const fullPage = !words.includes('--window');
const wanted = words.filter((word) => word !== '--window');
await mkdir(folder, { recursive: true });
const bases = process.env.CARREFOUR_FAIR ? null : openBases();
const started = await bases?.started;
if (started) Object.assign(process.env, { CARREFOUR_FAIR: started.fair, CARREFOUR_HOSTILE: started.hostile });
// Only now: they read where the bases are.
const { SCHEMES, closeBrowser, openBrowser } = await import('./support/browser.mjs');
const { exploreMap } = await import('./support/portal.mjs');
const { templates } = await import('./support/templates.mjs');

const browser = await openBrowser();
try {
  const all = await templates();
  // A page that shows more once somebody asks for it.
  const { base: fair } = all[0];
  all.push({ name: 'recherche-carte', base: fair, path: '/recherche', act: exploreMap });
  for (const { name, base, path, act } of all) {
    if (wanted.length && !wanted.includes(name)) continue;
    for (const scheme of SCHEMES) {
      const context = await browser.newContext({ baseURL: base, colorScheme: scheme, locale: 'fr-FR', reducedMotion: 'reduce' });
      const page = await context.newPage();
      await page.goto(path, { waitUntil: 'networkidle' });
      await act?.(page);
      for (const [width, height] of WINDOWS) {
        await page.setViewportSize({ width, height });
        await page.evaluate(() => document.fonts.ready.then(() => window.scrollTo(0, 0)));
        const file = join(folder, `${name}-${width}-${scheme}.png`);
        await page.screenshot({ path: file, fullPage, animations: 'disabled' });
        console.log(file);
      }
      await context.close();
    }
  }
} finally {
  await closeBrowser();
  await bases?.end();
}
