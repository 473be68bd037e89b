// The search page in step with its form: as-you-type results, near me, choices without a reload.
// The server draws every page; this asks for the page of another address and puts its parts in
// place. Without it, the form and the links do the same, one page at a time.

const form = document.getElementById("search-form");
const status = document.getElementById("search-status");
const DELAY_MS = 250;
// Parts that follow the question; each has the same id on every page.
const PARTS = ["search-alert", "search-tags", "search-filters", "search-results", "search-map-still", "search-save"];

let asking = null;
let timer = 0;

if (form) start();

function start() {
  document.documentElement.classList.add("is-live");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    timer = 0;
    show(address(), { push: true, then: "results" });
  });
  form.addEventListener("input", (event) => {
    if (event.target.name === "lieu" || event.target.name === "place") form.elements.near?.remove();
    later();
  });
  document.addEventListener("change", (event) => {
    if (event.target.form === form && event.target.tagName === "SELECT") later();
  });
  document.addEventListener("click", follow);
  window.addEventListener("popstate", () => show(location.href, {}));
  document.getElementById("search-near")?.addEventListener("click", near);
  document.getElementById("search-near")?.removeAttribute("hidden");
  open(matchMedia("(min-width: 64em)").matches);
  map();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = 0;
    show(address(), {});
  }, DELAY_MS);
}

// The address that the form would lead to, without its empty fields.
function address() {
  const url = new URL(form.action);
  for (const [name, value] of new FormData(form)) {
    if (value.trim()) url.searchParams.append(name, value.trim());
  }
  return tidy(url);
}

function tidy(url) {
  // Colons, commas and slashes may stand in a query, and addresses read better with them.
  url.search = url.search.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  return url.href;
}

// A choice, a tag, a next page: a link to this very page with another question.
function follow(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[href]");
  if (!link || !link.closest("#search")) return;
  const url = new URL(link.href, location.href);
  if (url.origin !== location.origin || url.pathname !== location.pathname || url.hash) return;
  event.preventDefault();
  show(url.href, { push: true, then: link.closest(".pager") ? "results" : "" });
}

// Asks for the page of an address and puts its parts in place.
export async function show(href, { push = false, then = "", keepsMap = false } = {}) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const results = document.getElementById("search-results");
  results?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(href, { signal: mine.signal, headers: { Accept: "text/html" } });
    const type = answer.headers.get("Content-Type") ?? "";
    if (!type.startsWith("text/html")) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return;
    if (!page.getElementById("search-results")) throw new Error(`${answer.status}`);
    put(page);
    fill(page);
    document.title = page.title;
    if (href !== location.href) history[push ? "pushState" : "replaceState"](null, "", href);
    if (then === "results") document.getElementById("results-title")?.focus();
    say(document.getElementById("results-title")?.textContent.trim() ?? "");
    if (!keepsMap) document.dispatchEvent(new CustomEvent("search:shown"));
  } catch (error) {
    if (error.name === "AbortError") return;
    say(status.dataset.failed);
  } finally {
    if (asking === mine) document.getElementById("search-results")?.removeAttribute("aria-busy");
  }
}

function put(page) {
  const focused = document.activeElement;
  const key = focused?.dataset?.key;
  const unfolded = [...document.querySelectorAll("#search details[id]")].map((details) => [details.id, details.open]);
  for (const id of PARTS) {
    const part = document.getElementById(id);
    const next = page.getElementById(id);
    if (part && next) part.replaceWith(document.adoptNode(next));
  }
  for (const [id, isOpen] of unfolded) {
    const details = document.getElementById(id);
    // A group with something chosen opens by itself; what a visitor opened stays open.
    if (details && isOpen) details.open = true;
  }
  // What stands outside of the parts and bears the question too: the other language, the feed.
  for (const which of ["a[hreflang]", 'link[type="application/atom+xml"]']) {
    const [ours, theirs] = [document, page].map((each) => each.querySelector(which));
    if (ours && theirs) ours.setAttribute("href", theirs.getAttribute("href"));
  }
  if (!document.contains(focused) && key) {
    document.querySelector(`#search [data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  }
}

// The form as the page has it, but for the field in hand and what is being written.
function fill(page) {
  if (timer) return;
  const next = page.getElementById("search-form");
  if (!next) return;
  document.getElementById("search-carried")?.replaceWith(document.adoptNode(next.querySelector("#search-carried")));
  for (const field of next.querySelectorAll("input[type=search], input[type=text], select")) {
    const ours = form.elements[field.name];
    if (ours && ours !== document.activeElement) ours.value = field.value;
  }
}

function say(text) {
  status.textContent = text;
}

function near() {
  const button = document.getElementById("search-near");
  const told = document.getElementById("search-near-told");
  const tell = (text) => (told.textContent = text);
  if (!navigator.geolocation) return tell(button.dataset.refused);
  tell(button.dataset.asking);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      tell("");
      const url = new URL(address());
      for (const name of ["lieu", "place", "bbox", "territory"]) url.searchParams.delete(name);
      // Two decimals are about a kilometre: enough for a list, and nobody's doorstep.
      url.searchParams.set("near", `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`);
      // Nobody is "in the town alone" at a point.
      if (url.searchParams.get("within") === "0") url.searchParams.delete("within");
      show(tidy(url), { push: true, then: "results" });
    },
    (error) => tell(error.code === error.PERMISSION_DENIED ? button.dataset.refused : button.dataset.failed),
    { timeout: 10_000, maximumAge: 300_000 },
  );
}

// Browsers that cannot style a closed group open get it opened where there is room.
function open(isWide) {
  const filters = document.getElementById("filters-fold");
  if (filters && isWide && !CSS.supports("selector(::details-content)")) filters.open = true;
}

function map() {
  const place = document.getElementById("search-map");
  if (!place?.dataset.map) return;
  const button = document.getElementById("map-explore");
  const load = async () => {
    button.disabled = true;
    say(button.dataset.loading);
    try {
      const { explore } = await import("./map.js");
      await explore(place, show);
      sessionStorage.setItem("map", "explore");
      button.hidden = true;
    } catch {
      button.disabled = false;
      document.getElementById("map-told").textContent = button.dataset.failed;
      say(button.dataset.failed);
    }
  };
  button.hidden = false;
  button.addEventListener("click", load);
  // Who explored once goes on exploring, once the map comes into view.
  if (sessionStorage.getItem("map") !== "explore") return;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    load();
  });
  seen.observe(place);
}
