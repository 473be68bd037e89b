// Asks an operation in place and shows the answer under its form. Without this script the form leads there.
const SHOWN = 20000;

function addressOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const input of form.elements) {
    if (!input.name || input.type === "hidden" || !input.value.trim()) continue;
    if ("path" in input.dataset) path = path.replace(`{${input.name}}`, encodeURIComponent(input.value.trim()).replaceAll("%3A", ":"));
    else query.set(input.name, input.value);
  }
  return query.size ? `${path}?${query}` : path;
}

function readable(text, type) {
  if (/json($|;)/.test(type)) {
    try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it came */ }
  }
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}\n… (${text.length})` : text;
}

async function ask(form) {
  const shown = form.nextElementSibling;
  const status = shown.querySelector("[role=status]");
  const body = shown.querySelector("pre");
  const address = addressOf(form);
  shown.hidden = false;
  status.textContent = `GET ${address} …`;
  body.textContent = "";
  try {
    const began = performance.now();
    const answer = await fetch(address);
    const text = await answer.text();
    const took = Math.round(performance.now() - began);
    status.textContent = `GET ${address} → ${answer.status} ${answer.statusText} (${took} ms)`;
    body.textContent = readable(text, answer.headers.get("content-type") ?? "");
  } catch (error) {
    status.textContent = `GET ${address}: ${error}`;
  }
}

for (const form of document.querySelectorAll("form.try")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}

// An operation that an address names opens by itself.
function openNamed() {
  document.getElementById(location.hash.slice(1))?.querySelector(":scope > details")?.setAttribute("open", "");
}
addEventListener("hashchange", openNamed);
openNamed();
