// Texts that never reached the server, offered back when the page opens again.

import { read, same } from "./inputs.js";

export async function offerBack(questions, drafts, tabs, form) {
  const held = await tabs.held();
  const found = [];
  for (const [key, question] of questions) {
    const draft = drafts.kept(key);
    if (!draft || held.has(key) || question.unsaved) continue;
    if (same(unspaced(draft.inputs), unspaced(read(question.element)))) drafts.forget(key);
    else found.push([question, draft]);
  }
  if (!found.length) return;
  const box = offer(found.length);
  form.before(box);
  box.addEventListener("click", (event) => {
    const choice = event.target.dataset.choice;
    if (!choice) return;
    for (const [question, draft] of found) {
      if (choice === "drop") drafts.forget(question.key);
      else question.restore(draft);
    }
    box.remove();
    found[0][0].element.scrollIntoView({ block: "center" });
  });
}

// « 47000 » comes back as « 47 000 »: blanks alone make no difference worth a question.
const unspaced = (pairs) => pairs.map(([name, text]) => [name, text.replace(/\s/g, "")]);

function offer(count) {
  const box = document.createElement("div");
  box.className = "alert tone-warning";
  box.setAttribute("role", "status");
  const body = document.createElement("div");
  body.className = "alert-body";
  const title = document.createElement("p");
  title.className = "alert-title";
  title.textContent = count > 1 ? `${count} réponses écrites ici n’avaient pas pu être enregistrées` : "Une réponse écrite ici n’avait pas pu être enregistrée";
  const line = document.createElement("p");
  line.append(button("Les remettre dans la page", "restore", ""), " ", button("Les oublier", "drop", " secondary"));
  body.append(title, line);
  box.append(document.createElement("span"), body);
  return box;
}

function button(label, choice, variant) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button small${variant}`;
  made.dataset.choice = choice;
  made.textContent = label;
  return made;
}
