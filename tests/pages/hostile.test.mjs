// Sourceurs and addresses out to harm: what they write is shown, and does nothing.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { HOSTILE, closeBrowser, none, openBrowser, overflow, withPage } from './support/browser.mjs';
import { EVALUATED, PAYLOADS } from './support/hostile.mjs';
import { hostiles, inEnglish } from './support/templates.mjs';

const actions = await hostiles();
before(openBrowser);
after(closeBrowser);

describe('a hostile fiche is text on every page', { concurrency: 2 }, () => {
  test('every payload has its fiche', () => {
    const missing = Object.keys(PAYLOADS).filter((name) => !actions.some(({ title }) => title.startsWith(`Essai 0 ${name}`)));
    assert.deepEqual(missing, []);
  });
  for (const { id, title } of actions) {
    test(`“${title.slice(0, 24).trim()}…” on its own page`, () => harmless(`/actions/${id}`, { title }));
  }
  const places = new Set(actions.flatMap((action) => action.places ?? []).map(({ territory }) => territory).filter(Boolean));
  const paths = [
    '/',
    '/recherche',
    '/recherche?limit=50',
    '/recherche?q=window.__pwned',
    '/recherche?q=essai&sort=changed',
    '/recherche?near=45.76,4.83&within=100',
    '/sourceurs',
    '/sourceurs/mechant',
    '/sourceurs/pire',
    '/territoires',
    '/a-propos',
    '/api',
    ...[...places].map((territory) => `/territoires/${territory}`),
  ];
  for (const path of paths) test(`${path} shows them`, () => harmless(path));
});

describe('a hostile address is text in its answer', { concurrency: 2 }, () => {
  for (const [name, payload] of Object.entries(PAYLOADS)) {
    const written = encodeURIComponent(payload);
    for (const parameter of ['q', 'lieu', 'theme', 'territory', 'sort', 'unknown<b>'])
      test(`${name} as ${parameter} of a search`, () =>
        harmless(`/recherche?${encodeURIComponent(parameter)}=${written}`, { statuses: [200, 400], english: false }));
    test(`${name} in paths`, async () => {
      for (const path of ['', 'actions/', 'territoires/', 'sourceurs/'])
        await harmless(`/${path}${written}`, { statuses: [400, 404], english: false });
    });
  }
});

/** The page and its English twin run nothing of a stranger's, and link to nothing that would. */
async function harmless(path, { title, statuses = [200], english = true } = {}) {
  await withPage({ base: HOSTILE, width: 320 }, async (page) => {
    for (const address of english ? [path, inEnglish({ path }).path] : [path]) {
      const answer = await page.goto(address);
      assert.ok(statuses.includes(answer.status()), `${address} answers ${answer.status()}`);
      none(await page.evaluate(strange), address);
      none(await overflow(page), address);
      const text = await page.evaluate(() => document.documentElement.innerHTML);
      assert.ok(!text.includes(EVALUATED), `${address} evaluated a template`);
      if (title) assert.ok(oneLine(await page.locator('h1').innerText()).includes(oneLine(title)), `${address} shows ${title}`);
    }
  });
}

/** As a page shows it: blanks are one, marks that nobody sees are none. */
function oneLine(text) {
  return text.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s\u00ad\ufffd]+/gu, '').toLowerCase();
}

/** Runs in the page: what stands there that no template of ours has written. */
function strange() {
  const found = [];
  const name = (element) => element.outerHTML.slice(0, 160);
  const forbidden = 'iframe, object, embed, applet, base, style, frame, portal, math, meta[http-equiv], form[action*="//"]';
  for (const element of document.querySelectorAll(forbidden)) found.push(`element ${name(element)}`);
  for (const script of document.scripts) {
    const isData = script.type === 'application/ld+json';
    if (!isData && !script.src.startsWith(`${location.origin}/assets/`)) found.push(`script ${name(script)}`);
    if (isData) {
      try {
        JSON.parse(script.text);
      } catch (error) {
        found.push(`JSON-LD that is none: ${error.message}`);
      }
    }
  }
  const ids = new Set();
  for (const element of document.querySelectorAll('*')) {
    for (const { name: attribute, value } of element.attributes) {
      if (attribute.startsWith('on') || attribute === 'srcdoc') found.push(`${attribute} of ${name(element)}`);
      if (attribute === 'style' && !element.closest('.maplibregl-map')) found.push(`style of ${name(element)}`);
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'poster', 'data'].includes(attribute)) {
        const { protocol } = new URL(value, location.href);
        if (!['http:', 'https:', 'mailto:', 'tel:'].includes(protocol)) found.push(`${attribute} of ${name(element)}`);
      }
      if (attribute === 'src' && new URL(value, location.href).origin !== location.origin) found.push(`src of ${name(element)}`);
    }
    if (element.id && ids.size === ids.add(element.id).size) found.push(`the id of ${name(element)} a second time`);
  }
  if (document.querySelectorAll('h1').length !== 1) found.push(`${document.querySelectorAll('h1').length} elements h1`);
  if (document.querySelectorAll('main').length !== 1) found.push('not one main');
  if (document.activeElement !== document.body && !document.activeElement.matches('[data-autofocus], [autofocus]'))
    found.push(`focus taken by ${name(document.activeElement)}`);
  return found;
}
