// One question of the form: its token, its state, its requests.

import { conflictBox } from "./conflict.js";
import { read, same, write } from "./inputs.js";

const PAUSE = 700;

export class Question {
  constructor(element, context) {
    this.element = element;
    this.context = context;
    this.key = element.dataset.field;
    this.revision = element.querySelector(`input[name="${this.key}-revision"]`);
    this.status = element.querySelector("[data-saved]");
    // An ended session had typed it: it is in the page, and not on the server yet.
    this.restored = "unsaved" in element.dataset;
    this.saved = this.restored ? null : read(element);
    this.unsaved = false;
    this.stuck = false;
    this.conflict = null;
    this.messages = null;
    this.sending = null;
    this.pause = undefined;
    if (element.querySelector("[data-conflict]")) this.#drawnByServer();
  }

  #drawnByServer() {
    this.conflict = {};
    this.unsaved = this.stuck = true;
    this.context.drafts.keep(this.key, this.saved, this.revision.value);
  }

  changed() {
    if (same(read(this.element), this.saved) && !this.conflict && !this.sending) return this.#clean();
    this.unsaved = true;
    this.context.drafts.keep(this.key, read(this.element), this.revision.value);
    if (this.conflict) return;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), PAUSE);
  }

  // Marks wait until the writer has left the question: nobody is corrected in mid-word.
  left() {
    setTimeout(() => {
      if (!this.element.contains(document.activeElement) && this.messages) this.#mark();
    });
  }

  send() {
    clearTimeout(this.pause);
    if (this.conflict || !this.unsaved) return Promise.resolve();
    this.sending ??= this.#sendUntilSaved().finally(() => (this.sending = null));
    return this.sending;
  }

  async #sendUntilSaved() {
    while (this.unsaved && !this.conflict) {
      const sent = read(this.element);
      this.#say("Enregistrement…", "saving");
      const answer = await this.context.connection.post(this.key, this.#body(sent));
      if (!answer) {
        this.stuck = true;
        return this.#say("Pas encore enregistré", "failed");
      }
      this.#answered(answer, sent);
      if (this.stuck) return;
    }
  }

  #answered({ status, content }, sent) {
    this.stuck = false;
    if (content.conflict) return this.#clash(content);
    if (status !== 200) {
      this.stuck = true;
      return this.#say(content.reasons?.[0] ?? "Pas encore enregistré", "failed");
    }
    this.revision.value = content.token;
    this.saved = sent;
    this.restored = false;
    this.messages = content;
    this.#say(content.saved, "saved");
    if (same(read(this.element), sent)) this.#clean();
    this.context.announce(content.saved.split(" : ")[0]);
    this.context.show(this.context.form, content);
    const right = !content.messages.length && !Object.keys(content.cells).length;
    if (right || !this.element.contains(document.activeElement)) this.#mark();
    this.context.tabs.tell({ key: this.key, token: content.token, inputs: sent, saved: content.saved });
  }

  #clean() {
    clearTimeout(this.pause);
    this.unsaved = false;
    this.stuck = false;
    this.context.drafts.forget(this.key);
  }

  // The page is going: the request outlives it. What it may lose stays in the drafts.
  flush() {
    if (this.conflict || this.sending) return;
    this.context.connection.postLast(this.key, this.#body(read(this.element)));
  }

  #body(inputs, token = this.revision.value) {
    return new URLSearchParams([
      ...inputs,
      [`${this.key}-revision`, token],
      ["_author", this.context.form.dataset.author],
    ]);
  }

  #clash(content) {
    this.conflict = content.conflict;
    this.stuck = true;
    this.#say("Modifié aussi par quelqu’un d’autre : choisissez", "failed");
    this.element.querySelector("[data-conflict]")?.remove();
    this.element.append(conflictBox(this.key, content.conflict));
    this.context.show(this.context.form, content);
  }

  async choose(choice) {
    const other = this.conflict;
    if (choice !== "mine" && this.restored && !(await this.#givenUp(other))) return;
    if (this.conflict !== other) return;
    this.conflict = null;
    this.element.querySelector("[data-conflict]")?.remove();
    this.revision.value = other.token;
    if (choice === "mine") {
      this.unsaved = true;
      this.send();
    } else {
      this.context.drafts.forget(this.key);
      if (!this.#take(Object.entries(other.inputs))) return location.reload();
      this.#say("Texte enregistré gardé", "saved");
    }
    (this.element.querySelector("textarea, select, input:not([type=hidden])") ?? this.element).focus();
  }

  // The server still keeps the text of the ended session: it must not come back.
  async #givenUp(other) {
    const stored = flat(Object.entries(other.inputs));
    const answer = await this.context.connection.post(this.key, this.#body(stored, other.token));
    if (answer?.status === 409 && answer.content.conflict) this.#clash(answer.content);
    this.restored = answer?.status !== 200;
    return !this.restored;
  }

  // Another tab of the same person saved this answer.
  adopt(message) {
    if (this.unsaved || this.sending || this.conflict) return;
    if (this.#take(message.inputs)) {
      this.revision.value = message.token;
      this.#say(message.saved, "saved");
    } else {
      this.#say("Modifié dans un autre onglet : rechargez la page", "failed");
    }
  }

  restore(draft) {
    if (!write(this.element, draft.inputs)) return false;
    this.revision.value = draft.token;
    this.changed();
    return true;
  }

  #take(pairs) {
    if (!write(this.element, flat(pairs))) return false;
    this.saved = read(this.element);
    this.#clean();
    return true;
  }

  #say(text, kind) {
    this.status.textContent = text;
    this.status.dataset.kind = kind;
    if (kind === "failed") this.context.announce(text);
  }

  #mark() {
    const { messages, cells } = this.messages;
    this.messages = null;
    markField(this.element, this.key, messages);
    for (const input of this.element.querySelectorAll("td input, td select, td textarea")) {
      markCell(input, cells[input.name] ?? []);
    }
  }
}

// An input that holds several texts, such as boxes that are ticked, as one pair each.
const flat = (pairs) => pairs.flatMap(([name, text]) => [text].flat().map((one) => [name, one]));

function markField(element, key, messages) {
  const id = `${key}-error`;
  document.getElementById(id)?.remove();
  const wrong = messages.length > 0;
  element.classList.toggle("invalid", wrong);
  const control = document.getElementById(key);
  const bearer = control && control.closest("[data-field]") === element && control.matches("input:not([type=radio]):not([type=checkbox]), textarea, select") ? control : element;
  describe(bearer, id, wrong, bearer !== element || element.matches("[role=radiogroup]"));
  if (!wrong) return;
  const error = errorLine(id, messages, true);
  const before = element.querySelector(`#${key}-hint`) ?? element.querySelector(".label");
  before.after(error);
}

function markCell(input, messages) {
  const id = `${input.name}-error`;
  document.getElementById(id)?.remove();
  describe(input, id, messages.length > 0, true);
  if (messages.length) (input.closest("td") ?? input.parentElement).append(errorLine(id, messages, false));
}

function describe(element, id, wrong, canBeInvalid) {
  const ids = (element.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (wrong) ids.push(id);
  if (ids.length) element.setAttribute("aria-describedby", ids.join(" "));
  else element.removeAttribute("aria-describedby");
  if (wrong && canBeInvalid) element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
}

function errorLine(id, messages, spoken) {
  const line = document.createElement("p");
  line.className = "error";
  line.id = id;
  const text = document.createElement("span");
  if (spoken) {
    const word = document.createElement("span");
    word.className = "sr-only";
    word.textContent = "Erreur : ";
    text.append(word);
  }
  text.append(messages.join(" "));
  line.append(text);
  return line;
}
