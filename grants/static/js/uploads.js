// Sends a file as soon as it is chosen, and tells how far it is. Without this file the button
// « Déposer » sends it with the form.

import { show } from "./autosave/section.js";

const form = document.querySelector("form[data-autosave]");
let under_way = 0;

for (const place of document.querySelectorAll("[data-upload]")) {
  place.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) sendAll(place, [...event.target.files]);
  });
  tidy(place);
}

addEventListener("beforeunload", (event) => {
  if (under_way) event.preventDefault();
});
// A button of the form sends the chosen file too: the same content twice is one file.
form?.addEventListener("submit", () => (under_way = 0));

// The file leaves by itself: its button is of no use.
function tidy(place) {
  for (const button of place.querySelectorAll("button[name=_upload]")) button.hidden = true;
}

// One after the other: each answer draws the field again.
async function sendAll(place, files) {
  const refused = [];
  under_way += 1;
  for (const file of files) {
    const progress = shown(place, file);
    const answer = await send(place.dataset.upload, file, (part) => progress.tell(part));
    if (answer?.content?.html === undefined) {
      progress.fail(failure(answer));
      break;
    }
    const error = draw(place, answer.content);
    if (answer.status !== 200 && error) refused.push(error);
  }
  under_way = Math.max(0, under_way - 1);
  keepSaying(place, refused);
  place.querySelector("[tabindex='-1']")?.focus();
}

// What an earlier file was refused for: the answer to a later one drew the field anew.
function keepSaying(place, refused) {
  const last = place.querySelector(".error > span");
  const lost = last ? refused.slice(0, -1) : refused;
  if (!lost.length) return;
  const line = document.createElement("p");
  line.className = "error";
  line.setAttribute("role", "alert");
  line.append(Object.assign(document.createElement("span"), { textContent: lost.join(" ") }));
  place.querySelector(".upload, .hint, .files")?.before(line);
}

function send(address, file, tell) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
    request.upload.addEventListener("progress", (event) => tell(event.loaded / event.total));
    request.addEventListener("load", () => done({ status: request.status, content: parsed(request.responseText) }));
    request.addEventListener("error", () => done(null));
    const body = new FormData();
    body.append("_author", form.dataset.author);
    body.append("file", file);
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failure(answer) {
  if (!answer) return "L’envoi n’est pas passé : la connexion est perdue. Choisissez à nouveau le fichier.";
  if (answer.status === 401) return "Votre session a expiré : reconnectez-vous dans un autre onglet, puis choisissez à nouveau le fichier.";
  return answer.content?.reasons?.[0] ?? "L’envoi n’est pas passé. Choisissez à nouveau le fichier.";
}

// Draws the field as the server has it; returns what it says is wrong.
function draw(place, content) {
  place.innerHTML = content.html;
  tidy(place);
  show(form, content);
  const status = document.querySelector("[data-save-status]");
  const error = place.querySelector(".error span")?.textContent;
  if (status) status.textContent = error ?? content.saved;
  return error;
}

function shown(place, file) {
  const line = document.createElement("p");
  line.className = "uploading";
  line.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = `Envoi de « ${file.name} »…`;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", `Envoi de ${file.name}`);
  line.append(text, " ", bar);
  for (const old of place.querySelectorAll(".uploading")) old.remove();
  place.querySelector(".upload")?.append(line);
  return {
    tell: (part) => (bar.value = part),
    fail: (reason) => {
      bar.remove();
      line.classList.add("error");
      text.textContent = reason;
    },
  };
}
