// A sourceur out to harm: every field of every fiche holds what breaks pages that trust their data.
//
// Whatever of it runs sets `window.__pwned`; whatever of it is evaluated as a template shows 1787569.

import { once } from 'node:events';
import { createServer } from 'node:http';

/** Runs nothing visible, leaves a mark. */
const MARK = 'window.__pwned=1';
/** A page that shows this has multiplied 1337 by 1337 for a stranger. */
export const EVALUATED = '1787569';
/** What a fiche's title begins with when it was taken back by its sourceur. */
export const LEAVING = 'Une action qui s’en va';

/** Each is put into every field of one fiche; a word before it keeps it a sentence. */
export const PAYLOADS = {
  script: `<script>${MARK}</script>`,
  attribute: `"><svg onload=${MARK}>' onmouseover=${MARK} autofocus onfocus=${MARK} x="`,
  title: `</title></textarea></style></noscript><script>${MARK}</script>`,
  jsonld: `</script><script>${MARK}</script><!--<script>`,
  image: `<img src=x onerror=${MARK}><iframe srcdoc="<script>parent.${MARK}</script>"></iframe>`,
  mutation: `<math><mtext><table><mglyph><style><!--</style><img src onerror=${MARK}>--></style>`,
  document: `<base href="https://evil.invalid/"><meta http-equiv="refresh" content="0;url=https://evil.invalid/"><link rel=stylesheet href="https://evil.invalid/x.css"><style>@import "https://evil.invalid/y.css"; * { display: none }</style>`,
  form: `<form action="https://evil.invalid/"><input name="q" autofocus onfocus=${MARK}><button formaction="javascript:${MARK}">Go</button></form><object data="javascript:${MARK}"></object><embed src="https://evil.invalid/">`,
  encoded: `&lt;script&gt;${MARK}&lt;/script&gt; &#x3C;img src=x onerror=${MARK}&#x3E; %3Cscript%3E${MARK}%3C/script%3E`,
  template: '{{ 1337 * 1337 }} {% include "/etc/passwd" %} ${1337*1337} #{1337*1337} <%= 1337*1337 %> [[1337*1337]] {{= it }}',
  comment: `--><script>${MARK}</script> ]]> <![CDATA[ <!-- <?php ${MARK} ?>`,
  separators: 'avant\u2028après\u2029fin \\u003cscript\\u003e \\" \\\\',
  controls: 'avant\u0000NUL \\u0000 &#0; \u0007\u001b[31mrouge\u001b[0m \u0085 \ufeff \ufffe fin',
  bidi: '\u202eexe.gnp\u202c \u2066caché\u2069 \u200b\u200d\u2060 שלום مرحبا \u202erenversé',
  long: 'm'.repeat(280),
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 🇫🇷 e\u0301\u0301\u0301\u0301 Z̷̢̛̗̤̈́a̶̝͑l̸͎̈́g̵̣̈́o̸͇͐ ﷽ 𝕳𝖊𝖑𝖑𝖔',
};

/** Addresses that must not become links, and some that look worse than they are. */
const ADDRESSES = [
  `javascript:${MARK}`,
  `JaVaScRiPt:${MARK}`,
  ` \u0001javascript:${MARK}`,
  `java\tscript:${MARK}`,
  `&#106;avascript&colon;${MARK}`,
  `javascript://evil.invalid/%0a${MARK}`,
  `data:text/html,<script>${MARK}</script>`,
  `vbscript:${MARK}`,
  'blob:https://evil.invalid/0',
  'file:///etc/passwd',
  `https://evil.invalid/"onmouseover="${MARK}`,
  `https://evil.invalid/<svg onload=${MARK}>`,
  'https://www.apriles.net@evil.invalid/',
  '//evil.invalid/page',
  `https://evil.invalid/${'long'.repeat(400)}`,
];

const TOWNS = ['Lyon (69)', 'Bordeaux (33)', 'Rennes (35)', 'Agen (47)', 'Figeac (46)'];

/**
 * Opens the sourceur on a free port of loopback.
 * @returns what it takes to harvest it: `host` to allow, `configs()` of its two faces, `leave()` to take half of its
 *   fiches back, `end()`.
 */
export async function openHostileSourceur() {
  let left = false;
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const fiches = request.url.startsWith('/two') ? hostileFiches(1) : [...hostileFiches(0), ...(left ? [] : leaving())];
    // A key that no database can hold is one fiche refused, not a harvest.
    response.end(JSON.stringify([...fiches, { id: 'nul\u0000', title: 'Sans clé' }]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${server.address().port}`;
  return {
    host,
    configs: () => [
      ['mechant', config(`http://${host}/one`, PAYLOADS.jsonld + PAYLOADS.attribute)],
      ['pire', config(`http://${host}/two`, PAYLOADS.bidi + PAYLOADS.long + PAYLOADS.script)],
    ],
    leave: () => {
      left = true;
    },
    end: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Every right is given, so that nothing is withheld from the pages; name, home and notice are hostile too. */
function config(start, text) {
  const quoted = JSON.stringify;
  return `
name = ${quoted(`Nom ${text}`)}
home = ${quoted(`https://evil.invalid/"><script>${MARK}</script>`)}
notice = ${quoted(`Mention ${text}`)}
clean_source = true
[rights]
licence = ${quoted(text.slice(0, 60))}
text = "full"
images = "full"
contacts = "all"
[harvest.json-api]
start = ${quoted(start)}
items = "."
key = "id"
[fields]
title = { at = "title", clean = [] }
url = "url"
summary = { at = "text", clean = [] }
quote = { at = "text", clean = [] }
themes = "theme"
audiences = "text"
places.commune = "town"
places.detail = "text"
places.address = "text"
places.lat = "lat"
places.lon = "lon"
started_on = { at = "date", as = "date" }
ended_on = { at = "date", as = "date" }
source_updated_on = { at = "date", as = "date" }
sections.description = { at = "html", as = "html", heading = ${quoted(`Titre ${text}`.slice(0, 80))} }
sections.impacts = { at = "text", clean = [] }
sections.other = { at = "html", as = "html" }
contact.name = "text"
contact.address = "text"
contact.email = "text"
contact.phone = "text"
contact.url = "url"
[[fields.contact.persons]]
each = "people"
name = "name"
role = "name"
email = "email"
[[fields.actors]]
each = "people"
name = { at = "name", clean = [] }
role = "role"
url = "url"
[[fields.links]]
each = "links"
url = "url"
title = { at = "title", clean = [] }
[[fields.images]]
each = "links"
url = "url"
credit = { at = "title", clean = [] }
alt = { at = "title", clean = [] }
`;
}

/** One fiche a payload; the second face tells the same in other places, so that nothing is merged away. */
function hostileFiches(face) {
  return Object.entries(PAYLOADS).map(([name, payload], index) => ({
    id: name === 'controls' ? `${face}-${name}` : `${face}-${name} ${payload}`.slice(0, 200),
    url: ADDRESSES[index % ADDRESSES.length],
    title: `Essai ${face} ${name} ${payload}`.slice(0, 300),
    text: `Un texte. ${payload} La suite.`,
    html: `<h1>Grand titre</h1><p>Un paragraphe. ${payload}</p><ul><li><a href="${ADDRESSES[index % ADDRESSES.length].replaceAll('"', '&quot;')}" style="position:fixed;inset:0" onclick="${MARK}" class="button" id="main">lien</a></li></ul><p hidden>${payload}</p>`,
    theme: ['Mobilité', payload],
    town: TOWNS[(index + face) % TOWNS.length],
    lat: [45.75, 'NaN', '1e999', 91, payload][index % 5],
    lon: [4.85, 'Infinity', 400, '-0', payload][index % 5],
    date: ['2019', '9999-99-99', '0000-00-00', `2020-01-01${payload}`, '-271821-04-20'][index % 5],
    people: [
      { name: `Personne ${payload}`, email: `a@example.org${payload}`, role: payload, url: ADDRESSES[index % ADDRESSES.length] },
      { name: payload, email: `javascript:${MARK}`, role: 'partner', url: ADDRESSES[(index + 1) % ADDRESSES.length] },
    ],
    links: ADDRESSES.map((url) => ({ url, title: `Lien ${payload}` })),
  }));
}

function leaving() {
  return Array.from({ length: 20 }, (_, index) => ({
    id: `part-${index}`,
    title: `${LEAVING} ${index}`,
    text: 'Elle a fait son temps.',
    town: TOWNS[index % TOWNS.length],
  }));
}
