// Fields that depend on one choice show when it is made; without this script all of them show.
const dependents = [...document.querySelectorAll("[data-decider]")];

const update = () => {
  for (const part of dependents) {
    const { decider, options } = part.dataset;
    const made = document.querySelector(`[name="${decider}"]:checked, select[name="${decider}"]`);
    part.hidden = !options.split(" ").includes(made?.value ?? "");
  }
};

for (const note of document.querySelectorAll("[data-when]")) note.remove();
if (dependents.length) {
  document.addEventListener("change", update);
  update();
}
