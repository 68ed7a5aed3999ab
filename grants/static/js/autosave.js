// Saves each answer as it is written. Without this file the buttons of the page do the same.
//
// One Question for each field: it sends one request at a time, the latest text last. Whatever is
// not yet on the server is also kept in this browser, and offered back when the page opens again.

import { Connection } from "./autosave/connection.js";
import { Drafts } from "./autosave/drafts.js";
import { Question } from "./autosave/question.js";
import { offerBack } from "./autosave/recovery.js";
import { show } from "./autosave/section.js";
import { Tabs } from "./autosave/tabs.js";

const form = document.querySelector("form[data-autosave]");
if (form) start(form);

function start(form) {
  const address = form.dataset.autosave;
  const drafts = new Drafts(form.dataset.author, address);
  const connection = new Connection(form, address);
  const tabs = new Tabs(form.dataset.author, address);
  const status = document.querySelector("[data-save-status]");
  const announce = (text) => {
    const all = waiting().length ? text : text.replace("Enregistré", "Tout est enregistré,");
    if (status.textContent !== all) status.textContent = all;
  };
  const context = { form, drafts, connection, tabs, show, announce };
  const questions = new Map();
  for (const element of form.querySelectorAll("[data-field]")) {
    questions.set(element.dataset.field, new Question(element, context));
  }

  const waiting = () => [...questions.values()].filter((question) => question.unsaved);
  const sendAll = () => Promise.all(waiting().map((question) => question.send()));
  connection.retry = sendAll;
  tabs.onSaved = (message) => questions.get(message.key)?.adopt(message);
  tabs.heldHere = () => waiting().map((question) => question.key);

  form.addEventListener("input", (event) => questions.get(keyOf(event.target))?.changed());
  form.addEventListener("change", (event) => questions.get(keyOf(event.target))?.changed());
  form.addEventListener("focusout", (event) => questions.get(keyOf(event.target))?.left());
  form.addEventListener("click", (event) => chosen(event, questions, drafts));

  // A button waits for what is on its way: two writings of one answer would meet as a conflict.
  let leaving = false;
  document.addEventListener("submit", (event) => submitted(event), true);
  async function submitted(event) {
    if (event.target !== form || leaving || !waiting().length || connection.expired) return;
    event.preventDefault();
    event.stopPropagation();
    const { submitter } = event;
    await Promise.race([sendAll(), new Promise((done) => setTimeout(done, 5000))]);
    // An ended session keeps what the form sends, and asks to sign in again.
    if (connection.lost && !connection.expired) return;
    leaving = true;
    form.requestSubmit(submitter);
  }

  addEventListener("pageshow", () => (leaving = false));
  addEventListener("pagehide", () => leaving || waiting().forEach((question) => question.flush()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sendAll();
    else connection.wake();
  });
  addEventListener("beforeunload", (event) => {
    const stuck = waiting().some((question) => question.stuck);
    if (stuck && !leaving) event.preventDefault();
  });

  for (const question of questions.values()) if (question.restored) question.changed();
  sendAll();
  offerBack(questions, drafts, tabs, form);
  if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
}

function keyOf(target) {
  return target.closest("[data-field]")?.dataset.field;
}

function chosen(event, questions, drafts) {
  const button = event.target.closest("button[name=_keep]");
  if (!button) return;
  const [choice, key] = button.value.split(":");
  if (button.type === "button") questions.get(key).choose(choice);
  else drafts.forget(key);
}
