// The moving map of the search page: groups of actions from our own API over our own outlines, or
// over the tiles of a server that the operator named. List and map keep in step: moving the map
// narrows the list to what it shows, choosing in the list brings the map along.

const CLUSTERS_DELAY_MS = 120;
// Where groups stop coming apart: what still stands together is listed instead.
const CLOSEST_ZOOM = 15;

let maplibre;

// Puts the map in its place; `show` brings the list of an address.
export async function explore(place, show) {
  maplibre ??= await library();
  const holder = place.querySelector("#map-moving");
  const words = holder.dataset;
  holder.hidden = false;
  const map = new maplibre.Map({
    container: holder.querySelector("#map-canvas"),
    style: style(holder),
    bounds: bounds(asked().bounds) ?? FRANCE,
    fitBoundsOptions: { padding: 24, maxZoom: 13 },
    minZoom: 1,
    maxZoom: 18,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    cooperativeGestures: true,
    attributionControl: false,
    locale: JSON.parse(words.locale),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "top-left");
  map.addControl(new maplibre.AttributionControl({ compact: false }));
  try {
    await loaded(map);
  } catch (error) {
    map.remove();
    holder.hidden = true;
    throw error;
  }
  place.classList.add("is-moving");
  keepInStep(map, holder, show);
}

const FRANCE = [[-5.4, 41.2], [9.8, 51.2]];

async function library() {
  const css = document.createElement("link");
  css.rel = "stylesheet";
  css.href = new URL("./maplibre-gl.css", import.meta.url).href;
  const styled = new Promise((done) => (css.onload = css.onerror = done));
  document.head.append(css);
  const [library] = await Promise.all([import("./maplibre-gl.mjs"), styled]);
  library.setWorkerUrl(new URL("./maplibre-gl-worker.mjs", import.meta.url).href);
  return library;
}

function loaded(map) {
  return new Promise((done, failed) => {
    map.once("load", done);
    // One tile that is missing is no reason to give up; no drawing surface is.
    map.once("webglcontextcreationerror", failed);
    setTimeout(() => failed(new Error("no map within 20 s")), 20_000);
  });
}

// What the page asks: the API's query without its rectangle, and where its answer lies.
function asked() {
  return document.getElementById("search-map-still").dataset;
}

function bounds(written) {
  const [west, south, east, north] = (written ?? "").split(",").map(Number);
  return written && [west, south, east, north].every(Number.isFinite) ? [[west, south], [east, north]] : null;
}

function keepInStep(map, holder, show) {
  const follow = holder.querySelector("#map-follow");
  const zone = holder.querySelector("#map-zone");
  let markers = [];
  let timer = 0;
  let asking = null;
  let told = asked().bounds;

  const box = () => {
    const seen = map.getBounds();
    const clamp = (value, most) => Math.max(-most, Math.min(most, value)).toFixed(3);
    return [clamp(seen.getWest(), 180), clamp(seen.getSouth(), 90), clamp(seen.getEast(), 180), clamp(seen.getNorth(), 90)].join(",");
  };

  const list = async () => {
    zone.hidden = true;
    const url = new URL(location.href);
    url.searchParams.delete("cursor");
    url.searchParams.set("bbox", box());
    url.search = url.search.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
    await show(url.href, { keepsMap: true });
    told = asked().bounds;
  };

  const clusters = async () => {
    asking?.abort();
    asking = new AbortController();
    const query = new URLSearchParams(asked().query);
    query.set("bbox", box());
    query.set("zoom", String(Math.max(0, Math.min(22, Math.round(map.getZoom())))));
    try {
      const answer = await fetch(`/api/v1/map/clusters?${query}`, { signal: asking.signal });
      if (!answer.ok) throw new Error(`${answer.status}`);
      draw((await answer.json()).clusters);
    } catch (error) {
      if (error.name !== "AbortError") document.getElementById("map-told").textContent = holder.dataset.failed;
    }
  };

  const draw = (found) => {
    const held = holder.contains(document.activeElement) ? document.activeElement.dataset.at : null;
    markers.forEach((marker) => marker.remove());
    // From north to south: the order in which the tab key walks.
    found.sort((one, other) => other.lat - one.lat);
    markers = found.map((cluster) => marker(map, holder, cluster, (cluster) => approach(cluster)));
    if (held) holder.querySelector(`[data-at="${held}"]`)?.focus({ preventScroll: true });
  };

  const approach = (cluster) => {
    const [west, south, east, north] = edges(cluster.bbox);
    const isSpot = Math.max(east - west, north - south) < 0.002 || map.getZoom() >= CLOSEST_ZOOM;
    if (isSpot) {
      map.once("moveend", () => list().then(() => document.getElementById("results-title")?.focus()));
      map.easeTo({ center: [cluster.lon, cluster.lat], zoom: Math.max(map.getZoom(), CLOSEST_ZOOM) }, { quiet: true });
      return;
    }
    map.fitBounds([[west, south], [east, north]], { padding: 60, maxZoom: CLOSEST_ZOOM }, { chosen: true });
  };

  map.on("moveend", (event) => {
    clearTimeout(timer);
    timer = setTimeout(clusters, CLUSTERS_DELAY_MS);
    if (event.quiet || !(event.originalEvent || event.chosen)) return;
    if (follow.checked) list();
    else zone.hidden = false;
  });
  zone.addEventListener("click", list);
  follow.addEventListener("change", () => follow.checked && list());
  // The list asked something else: the map goes where its answer lies.
  document.addEventListener("search:shown", () => {
    const now = asked().bounds;
    const place = bounds(now);
    if (now !== told && place) map.fitBounds(place, { padding: 24, maxZoom: 13 }, { quiet: true });
    told = now;
    clusters();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => recolour(map, holder));
  clusters();
}

function edges(box) {
  return Array.isArray(box) ? box : [box.west, box.south, box.east, box.north];
}

function marker(map, holder, cluster, approach) {
  const words = holder.dataset;
  const isOne = Boolean(cluster.id);
  const element = document.createElement(isOne ? "a" : "button");
  const count = cluster.count.toLocaleString(document.documentElement.lang);
  const [west, south, east, north] = edges(cluster.bbox);
  const isSpot = Math.max(east - west, north - south) < 0.002;
  element.className = `map-cluster map-cluster-${isOne ? 0 : Math.min(4, String(cluster.count).length)}`;
  element.dataset.at = `${cluster.lat.toFixed(3)},${cluster.lon.toFixed(3)},${cluster.count}`;
  element.textContent = isOne ? "" : count;
  const label = isOne ? words.one : `${count} ${isSpot ? words.spot : words.many}`;
  element.setAttribute("aria-label", label);
  element.title = label;
  if (isOne) {
    element.href = `${words.fiche}/${cluster.id}`;
    for (const event of ["pointerenter", "focus"]) element.addEventListener(event, () => name(element, cluster.id, words), { once: true });
  } else {
    element.type = "button";
    element.addEventListener("click", () => approach(cluster));
  }
  return new maplibre.Marker({ element }).setLngLat([cluster.lon, cluster.lat]).addTo(map);
}

// A single action says its title once somebody comes near.
async function name(element, id, words) {
  const answer = await fetch(`/api/v1/actions/${id}?fields=title`).catch(() => null);
  if (!answer?.ok) return;
  const { title } = await answer.json();
  element.title = title;
  element.setAttribute("aria-label", `${title}. ${words.one}`);
}

// Colours are the page's own; a canvas brings any way of writing them to the one a map reads.
function colours(holder) {
  const probe = document.createElement("span");
  holder.append(probe);
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = getComputedStyle(probe).color;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const all = {
    sea: colour("--map-water"),
    land: colour("--map-land"),
    border: colour("--map-border"),
    edge: colour("--map-edge"),
    ink: colour("--ink-soft"),
    paper: colour("--paper-raised"),
  };
  probe.remove();
  return all;
}

const kind = (kind) => ["==", ["get", "kind"], kind];

// Which colour of the page each layer bears.
const COLOURED = [
  ["sea", "background-color", "sea"],
  ["land", "fill-color", "land"],
  ["departements", "line-color", "border"],
  ["regions", "line-color", "edge"],
  ["coast", "line-color", "edge"],
  ["names-regions", "text-color", "ink"],
  ["names-regions", "text-halo-color", "paper"],
  ["names-departements", "text-color", "ink"],
  ["names-departements", "text-halo-color", "paper"],
];

function style(holder) {
  const { tiles, attribution, outlines, credit } = holder.dataset;
  const has = colours(holder);
  const font = getComputedStyle(document.body).fontFamily.split(",").map((name) => name.trim().replaceAll(/["']/g, ""));
  const named = (level, minzoom, maxzoom, size) => ({
    id: `names-${level}s`,
    type: "symbol",
    source: "outlines",
    filter: ["all", kind("label"), ["==", ["get", "level"], level]],
    minzoom,
    maxzoom,
    layout: { "text-field": ["get", "name"], "text-font": font, "text-size": size, "text-max-width": 7 },
    paint: { "text-color": has.ink, "text-halo-color": has.paper, "text-halo-width": 1.5 },
  });
  const line = (id, which, colour, width) => ({
    id,
    type: "line",
    source: "outlines",
    filter: kind(which),
    layout: { "line-join": "round" },
    paint: { "line-color": colour, "line-width": width },
  });
  const base = tiles
    ? [{ id: "tiles", type: "raster", source: "tiles" }]
    : [
        { id: "land", type: "fill", source: "outlines", filter: kind("land"), paint: { "fill-color": has.land } },
        line("departements", "departement", has.border, 0.75),
        line("regions", "region", has.edge, 1.25),
        line("coast", "coast", has.edge, 1.25),
        named("region", 0, 7, 12),
        named("departement", 7, 24, 13),
      ];
  return {
    version: 8,
    sources: {
      ...(tiles
        ? { tiles: { type: "raster", tiles: [tiles], tileSize: 256, attribution: escaped(attribution) } }
        : { outlines: { type: "geojson", data: new URL(outlines, location.href).href, attribution: escaped(credit) } }),
    },
    layers: [{ id: "sea", type: "background", paint: { "background-color": has.sea } }, ...base],
  };
}

function recolour(map, holder) {
  const has = colours(holder);
  for (const [layer, property, colour] of COLOURED) {
    if (map.getLayer(layer)) map.setPaintProperty(layer, property, has[colour]);
  }
}

// The map writes credits as HTML; the operator's are words.
function escaped(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}
