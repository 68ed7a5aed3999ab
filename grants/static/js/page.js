// Small comforts; every page works without them.

// An error summary takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();

// The account menu closes on Escape and on a click elsewhere.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// Characters left: shown at once, spoken after a pause and only near the limit.
const figures = new Intl.NumberFormat("fr-FR");
for (const counter of document.querySelectorAll("[data-counter]")) {
  const input = document.getElementById(counter.dataset.counter);
  const max = Number(counter.dataset.max);
  const spoken = document.createElement("span");
  spoken.className = "sr-only";
  spoken.setAttribute("aria-live", "polite");
  counter.after(spoken);
  let pause;
  const show = () => {
    const length = [...input.value].length;
    const over = length - max;
    counter.classList.toggle("over", over > 0);
    counter.textContent =
      over > 0
        ? `${figures.format(over)} caractère${over > 1 ? "s" : ""} de trop`
        : `${figures.format(length)} sur ${figures.format(max)} caractères`;
    return length;
  };
  input.addEventListener("input", () => {
    const near = show() > 0.9 * max;
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = near ? counter.textContent : ""), 900);
  });
  show();
}

// Communes are suggested while typing: the address answers a JSON list of texts.
for (const input of document.querySelectorAll("input[data-suggest]")) {
  let pause;
  const suggest = async () => {
    if (input.value.trim().length < 2) return;
    const address = `${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const texts = await answer.json();
    input.list.replaceChildren(...texts.map((text) => new Option("", text)));
  };
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(suggest, 200);
  });
}

// One click, one submission: a second click while the answer is awaited is dropped.
const release = (form) => {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
};
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 10_000, form);
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
