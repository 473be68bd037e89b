// Nothing for axe-core to object to, on any kind of page, in either colour scheme, at any width; and nothing to scroll
// sideways for.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { SCHEMES, WIDTHS, closeBrowser, loadAxe, none, openBrowser, overflow, violations, withPage } from './support/browser.mjs';
import { exploreMap } from './support/portal.mjs';
import { inEnglish, templates } from './support/templates.mjs';

const all = await templates();
before(openBrowser);
after(closeBrowser);

describe('every page is accessible in both schemes at every width', { concurrency: 2 }, () => {
  for (const template of all) test(`${template.name} is`, () => check(template, SCHEMES, WIDTHS));
});

test('so is the search page with its moving map', () =>
  check({ base: all[0].base, path: '/recherche' }, SCHEMES, WIDTHS, exploreMap));

describe('so is its English twin', { concurrency: 2 }, () => {
  for (const template of all) test(`${template.name} is`, () => check(inEnglish(template), ['light'], [320]));
});

describe('a page can be read with wider spacing, and at twice the size', { concurrency: 2 }, () => {
  for (const { name, base, path } of all)
    test(`${name} can`, () =>
      withPage({ base, width: 640 }, async (page) => {
        await page.goto(path);
        await page.evaluate(space);
        none([...(await overflow(page)), ...(await page.evaluate(clipped))], path);
      }));
});

async function check({ base, path, status = 200 }, schemes, widths, act) {
  await withPage({ base }, async (page) => {
    const answer = await page.goto(path);
    assert.equal(answer.status(), status, path);
    await act?.(page);
    await loadAxe(page);
    const found = [];
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        const told = [...(await overflow(page)), ...(await violations(page))];
        found.push(...told.map((what) => `${path} ${scheme} ${width} px: ${what}`));
      }
    }
    none(found);
  });
}

/** Runs in the page: text as somebody sets it who reads with difficulty (WCAG 1.4.12), at 200 % (1.4.4). */
function space() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :root { font-size: 200% !important }
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Runs in the page: text that its own box cuts off, where that is not said by an ellipsis. */
function clipped() {
  return [...document.body.querySelectorAll('*')].flatMap((element) => {
    const { overflowX, overflowY, webkitLineClamp, textOverflow, clipPath } = getComputedStyle(element);
    const holdsText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const isMeant = webkitLineClamp !== 'none' || textOverflow === 'ellipsis' || clipPath !== 'none' || element.closest('svg, .visually-hidden');
    if (!holdsText || isMeant || !element.checkVisibility()) return [];
    const cutsX = ['hidden', 'clip'].includes(overflowX) && element.scrollWidth > element.clientWidth + 1;
    const cutsY = ['hidden', 'clip'].includes(overflowY) && element.scrollHeight > element.clientHeight + 1;
    return cutsX || cutsY ? [`cut off: ${element.outerHTML.slice(0, 120)}`] : [];
  });
}
