// With the keyboard alone: everything is reached, in order, seen, and left again.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { closeBrowser, none, openBrowser, withPage } from './support/browser.mjs';
import { choices, found, query } from './support/portal.mjs';
import { templates } from './support/templates.mjs';

/** More steps than any page has things to reach. */
const MOST_STEPS = 600;

const all = await templates();
before(openBrowser);
after(closeBrowser);

describe('Tab goes through a page', { concurrency: 2 }, () => {
  for (const { name, base, path } of all.filter(({ name: each }) => !each.startsWith('hostile')))
    for (const width of [320, 1280]) {
      test(`${name} at ${width} px: everything is reached, seen and left`, () =>
        withPage({ base, width }, async (page) => {
          await page.goto(path, { waitUntil: 'networkidle' });
          await page.evaluate(prepare);
          const wrong = [];
          const reached = new Set();
          let steps = 0;
          for (; steps < MOST_STEPS; steps += 1) {
            await page.keyboard.press('Tab');
            const here = await page.evaluate(whereFocusIs);
            if (here === null) break;
            reached.add(here.number);
            wrong.push(...here.wrong);
          }
          assert.ok(steps < MOST_STEPS, 'the end is never reached');
          const missed = await page.evaluate(missing, [...reached]);
          none([...wrong, ...missed], path);
        }));
    }
});

test('the first Tab offers to skip to the content', () =>
  withPage({}, async (page) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    const skip = page.locator(':focus');
    assert.equal(await skip.getAttribute('href'), '#contenu');
    assert.ok(await skip.evaluate((link) => link.getBoundingClientRect().top >= 0 && link.getBoundingClientRect().height > 20));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.locator('main :focus').count(), 'the next Tab is within the content');
  }));

test('Enter narrows, takes back, and turns the page; what was done is where the focus is, or is said', () =>
  withPage({}, async (page) => {
    await page.goto('/recherche');
    const all = await found(page);
    await enter(page, choices(page, 'theme').first());
    const some = await found(page);
    assert.ok(some < all);
    assert.match(await page.locator(':focus').innerText(), /choisi, retirer/);
    assert.match(await page.locator('#search-status').innerText(), new RegExp(`^${some}\\s`));
    await enter(page, page.locator('.pager a[rel~=next]'));
    assert.ok(query(page, 'cursor'));
    assert.equal(await page.locator(':focus').getAttribute('id'), 'results-title');
    await enter(page, page.getByRole('link', { name: /^Retirer/ }).first());
    assert.equal(await found(page), all);
  }));

async function enter(page, link) {
  const before = page.url();
  await link.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.href !== before);
}

/** Runs in the page: numbers what a keyboard should reach. */
function prepare() {
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
  window.__stops = [...document.querySelectorAll(wanted)];
  window.__looks = window.__stops.map((stop) => look(stop));
  window.__look = look;

  function look(element) {
    const { outlineStyle, boxShadow } = getComputedStyle(element);
    // In a drawing, the shapes of a link say it.
    const shapes = element.ownerSVGElement ? [...element.children] : [];
    const strokes = shapes.map((shape) => getComputedStyle(shape)).map(({ stroke, strokeWidth }) => `${stroke} ${strokeWidth}`);
    return { isOutlined: outlineStyle !== 'none', edge: [boxShadow, ...strokes].join() };
  }
}

/** Runs in the page: what has the focus, and what is wrong with that; null past the last of the page. */
function whereFocusIs() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const number = window.__stops.indexOf(element);
  const name = element.outerHTML.slice(0, 120);
  const wrong = [];
  const box = element.getBoundingClientRect();
  const now = window.__look(element);
  const before = window.__looks[number] ?? {};
  if (!now.isOutlined && now.edge === before.edge) wrong.push(`focus is not seen on ${name}`);
  if (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth) wrong.push(`out of the window: ${name}`);
  // Nothing that stays in place covers it whole (WCAG 2.2, 2.4.11).
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [box.left + box.width * x, box.top + box.height * y]));
  const inside = points.filter(([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight);
  const covered = inside.every(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && !element.contains(top) && !top.contains(element) && !top.closest('label')?.contains(element) && !element.labels?.[0]?.contains(top);
  });
  if (inside.length && covered) wrong.push(`covered: ${name}`);
  return { number, wrong };
}

/** Runs in the page: what is shown, could be operated, and was not reached. */
function missing(reached) {
  const seen = new Set(reached);
  return window.__stops.flatMap((stop, number) => {
    const isGroup = stop.type === 'radio' && stop.name;
    const others = isGroup ? window.__stops.filter((other) => other.name === stop.name && other.type === 'radio') : [];
    const isShown = stop.isConnected && stop.checkVisibility({ visibilityProperty: true }) && !stop.disabled && !stop.closest('[inert]');
    const isReached = seen.has(number) || others.some((other) => seen.has(window.__stops.indexOf(other)));
    const isLeftOut = stop.tabIndex < 0;
    return isShown && !isReached && !isLeftOut ? [`never reached: ${stop.outerHTML.slice(0, 120)}`] : [];
  });
}
