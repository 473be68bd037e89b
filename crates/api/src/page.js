// Asks an operation in place and shows the answer under its form.
"use strict";

const SHOWN = 20000;

function addressOf(form) {
  let path = form.getAttribute("action");
  const query = new URLSearchParams();
  for (const input of form.elements) {
    if (!input.name || !input.value) continue;
    if ("path" in input.dataset) path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else query.set(input.name, input.value);
  }
  return query.size ? `${path}?${query}` : path;
}

async function ask(form) {
  const shown = form.parentElement.querySelector("pre");
  const address = addressOf(form);
  shown.hidden = false;
  shown.textContent = `GET ${address} …`;
  try {
    const answer = await fetch(address);
    let text = await answer.text();
    if ((answer.headers.get("content-type") || "").includes("json;") || /json$/.test(answer.headers.get("content-type") || "")) {
      try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* shown as it came */ }
    }
    if (text.length > SHOWN) text = `${text.slice(0, SHOWN)}\n… (${text.length} characters)`;
    shown.textContent = `GET ${address}\n${answer.status} ${answer.statusText}\n\n${text}`;
  } catch (error) {
    shown.textContent = `GET ${address}\n${error}`;
  }
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
}
