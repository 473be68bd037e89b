// What visitors do on the portal's pages, by the words that they see.

import assert from 'node:assert/strict';

/** How many actions the search page says it has found. */
export async function found(page) {
  const told = await page.locator('#results-title').innerText();
  return Number(told.replace(/[\s.,]/g, '').match(/\d+/)?.[0] ?? 0);
}

/** Links to fiches in a page's content. */
export function fiches(page) {
  return page.locator('main .card-action a[href*="/actions/"]');
}

/** The choices of one facet of the search page, those under a chosen one left out. */
export function choices(page, facet) {
  return page.locator(`#facet-${facet} > .facet-list > li > a`);
}

/** Follows a link as a visitor does, and waits for the page behind it. */
export async function follow(page, link) {
  const href = await link.getAttribute('href');
  const before = page.url();
  await link.click();
  await page.waitForURL((url) => url.href !== before);
  await page.waitForLoadState('domcontentloaded');
  return href;
}

export function query(page, name) {
  return new URL(page.url()).searchParams.get(name);
}

/** The one heading of a page. */
export async function heading(page) {
  assert.equal(await page.locator('h1').count(), 1);
  return page.locator('h1').innerText();
}

/** Opens the moving map of the search page. */
export async function exploreMap(page) {
  await page.getByRole('button', { name: 'Explorer la carte' }).click();
  await page.locator('#search-map.is-moving').waitFor();
  await page.mouse.move(0, 0);
  await page.waitForLoadState('networkidle');
}
