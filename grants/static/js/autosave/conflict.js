// Two people wrote: both texts, and the reader keeps one. The same box as the server draws.

const NOTHING = "(vide)";

export function conflictBox(key, { mine, theirs, by, at }) {
  const box = made("div", { className: "conflict" });
  box.dataset.conflict = "";
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", `${key}-conflict`);
  const title = made("p", {
    className: "conflict-title",
    id: `${key}-conflict`,
    textContent: `Cette réponse a aussi été modifiée par ${by}, ${at}`,
  });
  title.setAttribute("role", "alert");
  const versions = made("div", { className: "versions" });
  versions.append(
    version("Votre texte, pas encore enregistré", mine, "Garder mon texte", `mine:${key}`, ""),
    version("Texte enregistré", theirs, "Garder le texte enregistré", `theirs:${key}`, " secondary"),
  );
  box.append(title, versions);
  return box;
}

function version(title, text, label, value, variant) {
  const side = made("div", {});
  const button = made("button", {
    type: "button",
    name: "_keep",
    value,
    className: `button small${variant}`,
    textContent: label,
  });
  const heading = made("p", {});
  heading.append(made("strong", { textContent: title }));
  side.append(heading, made("blockquote", { textContent: text || NOTHING }), button);
  return side;
}

function made(tag, traits) {
  return Object.assign(document.createElement(tag), traits);
}
