// Saves the draft opinion as it is written. Without this file its buttons do the same.
//
// The whole form goes at once, one request at a time. What is not yet on the server is also kept
// in this browser, and leaving the page with it asks first.

import { conflictBox } from "./autosave/conflict.js";
import { Connection } from "./autosave/connection.js";
import { Drafts } from "./autosave/drafts.js";
import { read, same, write } from "./autosave/inputs.js";
import { offerBack } from "./autosave/recovery.js";
import { show } from "./autosave/section.js";
import { Tabs } from "./autosave/tabs.js";

const PAUSE = 1500;
const NOT_YET = "Pas encore enregistré";

class Opinion {
  constructor(form) {
    const { opinion: address, key, author } = form.dataset;
    this.form = form;
    this.key = key;
    this.element = form.querySelector("[data-draft]");
    this.revision = form.querySelector("input[name=revision]");
    this.status = form.querySelector("[data-save-status]");
    this.told = this.status.textContent;
    this.drafts = new Drafts(author, address);
    this.connection = new Connection(form, address);
    this.tabs = new Tabs(author, address);
    // An ended session had typed it: it is in the page, and not on the server yet.
    this.saved = "unsaved" in form.dataset ? null : read(this.element);
    this.unsaved = false;
    this.conflict = null;
    this.sending = null;
    this.pause = undefined;
    this.connection.retry = () => this.send();
    this.tabs.onSaved = (message) => this.adopt(message);
    this.tabs.heldHere = () => (this.unsaved ? [this.key] : []);
  }

  changed() {
    const inputs = read(this.element);
    if (same(inputs, this.saved) && !this.conflict && !this.sending) return this.#clean();
    this.unsaved = true;
    this.drafts.keep(this.key, inputs, this.revision.value);
    if (this.conflict) return;
    if (!this.connection.lost) this.#say(NOT_YET, "waiting");
    this.#wait();
  }

  #wait() {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.send(), PAUSE);
  }

  send() {
    clearTimeout(this.pause);
    if (this.conflict || !this.unsaved) return Promise.resolve();
    this.sending ??= this.#send().finally(() => (this.sending = null));
    return this.sending;
  }

  async #send() {
    const sent = read(this.element);
    const answer = await this.connection.post(this.key, this.#body(sent));
    if (!answer) return this.#say(NOT_YET, "failed");
    const { status, content } = answer;
    if (content.conflict) return this.#clash(content.conflict);
    if (status !== 200) return this.#say(content.reasons?.[0] ?? NOT_YET, "failed");
    this.revision.value = content.revision;
    this.saved = sent;
    this.told = content.saved;
    const { revision: token, saved, figures } = content;
    show(this.form, { figures });
    this.tabs.tell({ key: this.key, token, inputs: sent, saved, figures });
    if (same(read(this.element), sent)) return this.#clean();
    this.drafts.keep(this.key, read(this.element), this.revision.value);
    this.#wait();
  }

  #clean() {
    clearTimeout(this.pause);
    this.unsaved = false;
    this.drafts.forget(this.key);
    this.#say(this.told, "saved");
  }

  // The page is going: the request outlives it.
  flush() {
    if (!this.conflict) this.connection.postLast(this.key, this.#body(read(this.element)));
  }

  #body(inputs) {
    const { step } = this.form.elements;
    return new URLSearchParams([
      ...inputs,
      ["revision", this.revision.value],
      ["step", step.value],
      ["_author", this.form.dataset.author],
    ]);
  }

  #clash(conflict) {
    this.conflict = conflict;
    this.#say("Modifié aussi par quelqu’un d’autre : choisissez", "failed");
    for (const each of conflict.fields) {
      const field = this.#field(each.key);
      const hidden = field.closest("[data-decider]");
      if (hidden) hidden.hidden = false;
      field.append(conflictBox(each.key, { ...each, by: conflict.by, at: conflict.at }));
    }
    this.element.querySelector("[data-conflict]")?.scrollIntoView({ block: "center" });
  }

  // Text by text; the last choice saves.
  choose(choice, key) {
    const field = this.#field(key);
    const { inputs } = this.conflict.fields.find((each) => each.key === key);
    // Rows that this page has not: the server shows both texts on a page of its own.
    if (choice === "theirs" && !write(field, flat(inputs))) return this.form.requestSubmit();
    field.querySelector("[data-conflict]").remove();
    (field.querySelector("textarea, select, input:not([type=hidden])") ?? field).focus();
    if (this.element.querySelector("[data-conflict]")) return;
    this.revision.value = this.conflict.revision;
    this.conflict = null;
    this.send();
  }

  // Another tab of the same person saved the draft.
  adopt(message) {
    if (message.key !== this.key || this.unsaved || this.sending || this.conflict) return;
    if (!write(this.element, message.inputs)) {
      return this.#say("Modifié dans un autre onglet : rechargez la page", "failed");
    }
    this.revision.value = message.token;
    this.saved = read(this.element);
    show(this.form, { figures: message.figures });
    this.told = message.saved;
    this.#say(this.told, "saved");
  }

  restore(draft) {
    if (!write(this.element, draft.inputs)) return false;
    this.revision.value = draft.token;
    this.changed();
    return true;
  }

  #field(key) {
    return this.element.querySelector(`[data-field="${key}"]`);
  }

  #say(text, kind) {
    this.status.dataset.kind = kind;
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

// An input that holds several texts, such as boxes that are ticked, as one pair each.
const flat = (inputs) =>
  Object.entries(inputs).flatMap(([name, text]) => [text].flat().map((one) => [name, one]));

function start(form) {
  const opinion = new Opinion(form);
  const { connection } = opinion;
  // The server drew both texts: they are chosen and saved by the buttons.
  const drawn = form.querySelector("[name^='_keep-']") !== null;
  let leaving = false;

  if (drawn) {
    opinion.unsaved = true;
  } else {
    form.addEventListener("input", () => opinion.changed());
    form.addEventListener("change", () => opinion.changed());
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[type=button][name=_keep]");
      if (button) opinion.choose(...button.value.split(":"));
    });
    addEventListener("pagehide", () => leaving || (opinion.unsaved && opinion.flush()));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") opinion.send();
      else connection.wake();
    });
    if ("unsaved" in form.dataset) {
      opinion.changed();
      opinion.send();
    } else {
      offerBack(new Map([[opinion.key, opinion]]), opinion.drafts, opinion.tabs, form);
    }
  }

  // A button sends everything itself, after what is on its way.
  document.addEventListener("submit", (event) => submitted(event), true);
  async function submitted(event) {
    if (event.target !== form || leaving) return;
    clearTimeout(opinion.pause);
    if (!opinion.sending && (!connection.lost || connection.expired)) {
      leaving = true;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    await Promise.race([opinion.send(), new Promise((done) => setTimeout(done, 5000))]);
    if (opinion.conflict || (connection.lost && !connection.expired)) return;
    leaving = true;
    form.requestSubmit(submitter);
  }

  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (opinion.unsaved && !leaving) event.preventDefault();
  });
}

const form = document.querySelector("form[data-opinion]");
if (form) start(form);
