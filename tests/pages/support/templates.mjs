// Every kind of page that the portal has, with an address of each on the running bases.

import { FAIR, HOSTILE } from './browser.mjs';
import { LEAVING } from './hostile.mjs';

/**
 * @typedef {object} Template
 * @property {string} name short, fit for a file's name
 * @property {string} base the base it is served by
 * @property {string} path its address there
 * @property {number} [status] its status, where it is not 200
 */

/** @returns {Promise<Template[]>} in French; `inEnglish` gives the same in English */
export async function templates() {
  const [action, hostile, gone] = await Promise.all([fullest(), hostiles().then(([first]) => first), withdrawn()]);
  const place = action.places.find(({ territory }) => territory?.startsWith('commune:'));
  const theme = encodeURIComponent(action.themes[0].id.split('/')[0]);
  const sourceur = action.origins[0].sourceur;
  const fair = (name, path, status) => ({ name, base: FAIR, path, status });
  return [
    fair('accueil', '/'),
    fair('recherche', '/recherche'),
    fair('recherche-mots', '/recherche?q=jardin'),
    fair('recherche-facettes', `/recherche?theme=${theme}&territory=${place.region}&sort=changed`),
    fair('recherche-autour', `/recherche?near=${place.lat},${place.lon}&within=50`),
    fair('recherche-vide', '/recherche?q=zzyzxqwk'),
    fair('fiche', `/actions/${action.id}`),
    fair('territoires', '/territoires'),
    fair('region', `/territoires/${place.region}`),
    fair('departement', `/territoires/${place.departement}`),
    fair('commune', `/territoires/${place.territory}`),
    fair('sourceurs', '/sourceurs'),
    fair('sourceur', `/sourceurs/${sourceur}`),
    fair('a-propos', '/a-propos'),
    fair('accessibilite', '/accessibilite'),
    fair('api', '/api'),
    fair('erreur-400', '/recherche?near=partout', 400),
    fair('erreur-404', '/nulle-part', 404),
    { name: 'erreur-410', base: HOSTILE, path: `/actions/${gone}`, status: 410 },
    { name: 'hostile-accueil', base: HOSTILE, path: '/' },
    { name: 'hostile-recherche', base: HOSTILE, path: '/recherche' },
    { name: 'hostile-fiche', base: HOSTILE, path: `/actions/${hostile.id}` },
    { name: 'hostile-sourceur', base: HOSTILE, path: '/sourceurs/pire' },
  ];
}

const ENGLISH = [
  ['/recherche', '/en/search'],
  ['/territoires', '/en/territories'],
  ['/a-propos', '/en/about'],
  ['/accessibilite', '/en/accessibility'],
];

/** The same page in English. */
export function inEnglish({ name, path, ...template }) {
  const [fr, en] = ENGLISH.find(([start]) => path.startsWith(start)) ?? ['', '/en'];
  return { ...template, name: `${name}-en`, path: en + path.slice(fr.length).replace(/^\/$/, '') };
}

/** Every action of the hostile base that still stands. */
export async function hostiles() {
  return (await asked(HOSTILE, '/api/v1/actions?limit=1000')).data;
}

/** The action of the fair with the most to show: several origins, parts, actors, a commune. */
async function fullest() {
  const { data } = await asked(FAIR, '/api/v1/actions?limit=1000');
  const weight = ({ origins, sections = [], actors = [], places = [], quote }) =>
    10 * Math.min(origins.length, 3) +
    4 * Math.min(sections.length, 6) +
    Math.min(actors.length, 8) +
    5 * Boolean(quote) +
    100 * places.some(({ territory, lat }) => territory?.startsWith('commune:') && lat !== undefined);
  const full = data.filter(({ themes }) => themes?.length);
  return full.sort((a, b) => weight(b) - weight(a))[0];
}

/** An id that answers 410. */
async function withdrawn() {
  let after = '';
  for (;;) {
    const { data, next, more } = await asked(HOSTILE, `/api/v1/changes?limit=1000${after}`);
    const gone = data.find(({ kind }) => kind === 'withdrawn');
    if (gone) return gone.id;
    if (!more) throw new Error(`no action “${LEAVING}” was withdrawn`);
    after = `&after=${next}`;
  }
}

export async function asked(base, path) {
  const answer = await fetch(base + path);
  if (!answer.ok) throw new Error(`${base}${path} answers ${answer.status}: ${(await answer.text()).slice(0, 400)}`);
  return answer.json();
}
