// Visitors' journeys, with JavaScript and without.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { FAIR, closeBrowser, none, openBrowser, withPage } from './support/browser.mjs';
import { choices, exploreMap, fiches, follow, found, heading, query } from './support/portal.mjs';
import { asked } from './support/templates.mjs';

/** Agen; the fair has actions all over the country. */
const AGEN = { latitude: 44.2, longitude: 0.62 };

before(openBrowser);
after(closeBrowser);

for (const script of [true, false]) {
  const how = { script };
  describe(`a visitor ${script ? 'with' : 'without'} JavaScript`, () => {
    test('searches words, narrows by a theme, reads a fiche, goes on to one like it, its territory, its sourceur', () =>
      withPage(how, async (page) => {
        await page.goto('/');
        const box = page.locator('main form[action="/recherche"] [name=q]').first();
        await box.fill('jardin');
        await box.press('Enter');
        await page.waitForURL(/\/recherche\?/);
        assert.equal(query(page, 'q'), 'jardin');
        const all = await found(page);
        assert.ok(all > 0);

        await follow(page, choices(page, 'theme').first());
        assert.ok(query(page, 'theme'));
        assert.equal(query(page, 'q'), 'jardin');
        const narrowed = await found(page);
        assert.ok(narrowed > 0 && narrowed <= all, `${narrowed} of ${all}`);

        const title = await fiches(page).first().innerText();
        await follow(page, fiches(page).first());
        assert.match(page.url(), /\/actions\/[0-9a-f-]{36}$/);
        assert.equal(await heading(page), title);
        const first = page.url();

        await follow(page, page.locator('main a[href*="/territoires/"]').first());
        assert.ok(await heading(page));
        assert.ok((await page.locator('main a[href*="/actions/"], main a[href*="/recherche?"]').count()) > 0);

        await page.goto(first);
        await follow(page, page.locator('main a[href*="/sourceurs/"]').first());
        assert.ok(await heading(page));

        await page.goto(first);
        await follow(page, fiches(page).first());
        assert.notEqual(page.url(), first);
        await page.goBack();
        assert.equal(page.url(), first);
        assert.equal(await heading(page), title);
      }));

    test('finds what is in a place by its name', () =>
      withPage(how, async (page) => {
        await page.goto('/recherche');
        await page.locator('main [name=lieu]').fill('Lyon');
        await page.locator('main [name=lieu]').press('Enter');
        await page.waitForURL((url) => url.searchParams.get('lieu') === 'Lyon' || url.searchParams.has('territory'));
        assert.ok((await found(page)) < (await total()));
        assert.match(await page.locator('main').innerText(), /Lyon/);
      }));

    test('is asked which place was meant where a name is not sure, and told of one that is none', () =>
      withPage(how, async (page) => {
        await page.goto('/recherche?lieu=Saint-Denis');
        assert.ok((await page.locator('main a[href*="territory="], main a[href*="lieu="]').count()) > 1);
        await page.goto('/recherche?lieu=Xyzzyville');
        assert.match(await page.locator('main').innerText(), /Xyzzyville/);
      }));

    test('takes a search along as a feed and as a question to the API', () =>
      withPage(how, async (page) => {
        await page.goto('/recherche?q=jardin');
        const save = page.locator('main a');
        const atom = await save.filter({ hasText: 'Atom' }).first().getAttribute('href');
        const feed = await fetch(new URL(atom, FAIR));
        assert.match(feed.headers.get('content-type'), /^application\/atom\+xml/);
        const entries = await page.evaluate((text) => {
          const document = new DOMParser().parseFromString(text, 'application/xml');
          const fault = document.querySelector('parsererror');
          return fault ? fault.textContent : document.querySelectorAll('feed > entry').length;
        }, await feed.text());
        const call = await save.filter({ hasText: 'API' }).first().getAttribute('href');
        const answer = await asked(new URL(call, FAIR).origin, new URL(call, FAIR).pathname + new URL(call, FAIR).search);
        const count = await found(page);
        assert.equal(answer.total, count);
        assert.ok(entries > 0 && entries <= count, `${entries} entries`);
      }));

    test('changes the language and stays on the page', () =>
      withPage(how, async (page) => {
        for (const path of ['/', '/recherche?q=jardin&sort=changed', '/territoires', '/sourceurs', '/a-propos', '/api']) {
          await page.goto(path);
          const count = path.startsWith('/recherche') ? await found(page) : null;
          await follow(page, page.locator('a[lang=en]').first());
          assert.equal(await page.locator('html').getAttribute('lang'), 'en');
          if (count !== null) {
            assert.equal(await found(page), count);
            assert.equal(query(page, 'q'), 'jardin');
          }
          await follow(page, page.locator('a[lang=fr]').first());
          const { pathname, searchParams } = new URL(page.url());
          assert.equal(pathname, path.split('?')[0]);
          if (count !== null) assert.equal(searchParams.get('sort'), 'changed');
        }
      }));

    test('turns the page of a long list and comes back to where it was', () =>
      withPage(how, async (page) => {
        await page.goto('/recherche');
        const first = await fiches(page).first().getAttribute('href');
        await follow(page, page.locator('.pager a[rel=next], .pager a').last());
        assert.ok(query(page, 'cursor'));
        assert.notEqual(await fiches(page).first().getAttribute('href'), first);
        await page.goBack();
        await page.locator(`main .card-action a[href="${first}"]`).waitFor();
        assert.equal(query(page, 'cursor'), null);
      }));

    test('takes back a choice, and every choice', () =>
      withPage(how, async (page) => {
        await page.goto('/recherche?q=jardin&status=running');
        const some = await found(page);
        await follow(page, page.getByRole('link', { name: /Retirer/ }).first());
        assert.ok((await found(page)) >= some);
        await page.goto('/recherche?q=jardin&status=running');
        await follow(page, page.getByRole('link', { name: 'Tout effacer' }).first());
        assert.equal(await found(page), await total());
      }));

    test('is told what to change where nothing is found, and where an address is wrong', () =>
      withPage(how, async (page) => {
        await page.goto('/recherche?q=zzyzxqwk');
        assert.match(await page.locator('main').innerText(), /Aucune action/);
        assert.ok((await page.locator('main a[href^="/recherche"]').count()) > 0);
        const answer = await page.goto('/recherche?near=partout&q=jardin');
        assert.equal(answer.status(), 400);
        assert.match(await page.locator('main').innerText(), /near/);
        await follow(page, page.locator('main a[href*="q=jardin"]').first());
        assert.ok((await found(page)) > 0);
      }));
  });
}

describe('JavaScript adds', () => {
  test('results as one types, kept by the back button', () =>
    withPage({}, async (page) => {
      await page.goto('/recherche');
      const all = await found(page);
      await page.locator('main [name=q]').pressSequentially('compost', { delay: 20 });
      await page.waitForFunction(() => new URL(location.href).searchParams.get('q') === 'compost');
      await page.waitForFunction((before) => !document.querySelector('main').innerText.includes(`${before} actions`), all);
      const some = await found(page);
      assert.ok(some > 0 && some < all);
      await follow(page, fiches(page).first());
      await page.goBack();
      assert.equal(await page.locator('main [name=q]').inputValue(), 'compost');
      assert.equal(await found(page), some);
    }));

  test('what is near me', () =>
    withPage({ geolocation: AGEN, permissions: ['geolocation'] }, async (page) => {
      await page.goto('/recherche');
      await page.getByRole('button', { name: 'Autour de moi' }).click();
      await page.waitForURL((url) => url.searchParams.has('near'));
      const [lat, lon] = query(page, 'near').split(',').map(Number);
      assert.ok(Math.abs(lat - AGEN.latitude) < 0.02 && Math.abs(lon - AGEN.longitude) < 0.02, `${lat}, ${lon}`);
      await page.getByText('votre position').first().waitFor();
    }));

  test('a word where the browser does not say where we are', () =>
    withPage({ permissions: [] }, async (page) => {
      await page.goto('/recherche');
      await page.getByRole('button', { name: 'Autour de moi' }).click();
      await page.getByText(/votre position/i).first().waitFor();
      assert.equal(query(page, 'near'), null);
    }));

  test('a moving map that the list follows, by mouse', () =>
    withPage({}, async (page) => {
      const canvas = await openMap(page);
      const box = await canvas.boundingBox();
      const [x, y] = [box.x + box.width / 2, box.y + 30];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x - 60, y + 120, { steps: 8 });
      await page.mouse.up();
      await inStep(page, null);
    }));

  test('the same map by keys', () =>
    withPage({}, async (page) => {
      const canvas = await openMap(page);
      await canvas.focus();
      for (let press = 0; press < 2; press += 1) await page.keyboard.press('+');
      const there = await inStep(page, null);
      for (let press = 0; press < 2; press += 1) await page.keyboard.press('ArrowRight');
      await inStep(page, there);
    }));
});

test('a fiche tells machines what it is, and every page where its twin is', () =>
  withPage({}, async (page) => {
    const { data } = await asked(FAIR, '/api/v1/actions?limit=1');
    const { id, title } = data[0];
    await page.goto(`/actions/${id}`);
    const told = await page.evaluate(() => ({
      data: [...document.querySelectorAll('script[type="application/ld+json"]')].map((script) => JSON.parse(script.text)),
      title: document.title,
      graph: document.querySelector('meta[property="og:title"]')?.content,
      canonical: document.querySelector('link[rel=canonical]')?.href,
      description: document.querySelector('meta[name=description]')?.content,
      twins: [...document.querySelectorAll('link[rel=alternate][hreflang]')].map(({ hreflang, href }) => [hreflang, new URL(href).pathname]),
    }));
    assert.equal(told.data.length, 1);
    assert.ok(JSON.stringify(told.data[0]).includes(JSON.stringify(title)));
    assert.ok(plain(told.title).startsWith(plain(title)), told.title);
    assert.equal(plain(told.graph), plain(title));
    assert.ok(told.canonical.endsWith(`/actions/${id}`));
    assert.ok(told.description.length > 20);
    assert.deepEqual(Object.fromEntries(told.twins).en, `/en/actions/${id}`);
  }));

test('a printed fiche is the fiche alone', () =>
  withPage({}, async (page) => {
    const { data } = await asked(FAIR, '/api/v1/actions?limit=1');
    await page.goto(`/actions/${data[0].id}`);
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll('nav, form, button, .skip-link, dialog')]
        .filter((element) => element.checkVisibility())
        .map((element) => element.outerHTML.slice(0, 100)),
    );
    none(shown);
    assert.ok(await page.locator('h1').isVisible());
    // Whose text it is goes along on paper.
    assert.ok(await page.getByText('LO-2.0').or(page.getByText(/Licence/)).first().isVisible());
  }));

/** Opens the moving map of the search page, and gives its canvas. */
async function openMap(page) {
  await page.goto('/recherche');
  await exploreMap(page);
  assert.ok(await page.getByRole('checkbox', { name: 'La liste suit la carte' }).isChecked());
  return page.locator('canvas.maplibregl-canvas');
}

/** Waits until the address names another rectangle and the list is the one of it; gives the rectangle. */
async function inStep(page, before) {
  await page.waitForURL((url) => url.searchParams.has('bbox') && url.searchParams.get('bbox') !== before);
  // The last of several moves counts.
  await page.waitForLoadState('networkidle');
  const bbox = query(page, 'bbox');
  const { total: there } = await asked(FAIR, `/api/v1/actions?limit=1&bbox=${bbox}`);
  assert.equal(await found(page), there, bbox);
  assert.ok(there < (await total()));
  return bbox;
}

/** Without what typography makes of a text: curled marks, unbreakable blanks. */
function plain(text) {
  return text.replaceAll('’', "'").replace(/[\s«»"“”]+/g, ' ').trim();
}

async function total() {
  return (await asked(FAIR, '/api/v1/actions?limit=1')).total;
}
