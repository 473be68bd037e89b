// Print, copy the link, and everything open on paper. The page works without.
const says = document.querySelector("[data-says]");

/** Shows a control that works only with a script. */
const show = (does, act) => {
  const button = document.querySelector(`[data-does="${does}"]`);
  if (!button) return;
  button.addEventListener("click", () => act(button));
  button.closest("[hidden]")?.removeAttribute("hidden");
};

show("print", () => window.print());

if (navigator.clipboard) {
  show("copy", async (button) => {
    const name = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.address);
    } catch {
      // Refused by the browser: the address bar is still there.
      return;
    }
    says.textContent = button.dataset.done;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = name; says.textContent = ""; }, 4000);
  });
}

// What is folded on the screen is read on paper.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".fiche-tellings details:not([open])")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
});
