// What else one saved answer changes on the page: figures, findings, questions that show or hide.

export function show(form, content) {
  for (const { key, text, tone } of content.figures ?? []) {
    const named = `[data-figure="${key}"]`;
    // A form's own first: beside it, the page may show a figure of the same name.
    const box = form.querySelector(named) ?? document.querySelector(named);
    if (!box) continue;
    const shown = box.querySelector("[data-figure-text]");
    const said = text || "à venir";
    // The same text written again would be read out again.
    if (shown.textContent !== said) shown.textContent = said;
    shown.classList.toggle("unknown", !text);
    box.classList.toggle("tone-danger", tone === "danger");
  }
  for (const [key, visible] of Object.entries(content.visible ?? {})) {
    const question = form.querySelector(`[data-question="${key}"]`);
    if (question) question.hidden = !visible;
  }
  for (const [key, message] of Object.entries(content.messages_to_justify ?? {})) {
    const hint = document.getElementById(`${key}-hint`);
    if (hint) hint.textContent = message;
  }
  const findings = form.querySelector("[data-findings]");
  if (findings && content.findings !== undefined && findings.dataset.last !== content.findings) {
    findings.dataset.last = content.findings;
    findings.innerHTML = content.findings;
  }
  const left = document.querySelector("[data-missing]");
  if (left && content.left !== undefined) left.innerHTML = content.left;
}
