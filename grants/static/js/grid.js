// Keeps up the total of a score sheet as it is typed. Without this file it is told at each save.

const sheet = document.querySelector("[data-sheet]");

function tell() {
  let points = 0;
  let left = 0;
  for (const criterion of sheet.querySelectorAll("[data-criterion]")) {
    const typed = criterion.querySelector("input:not([type=hidden])").value.trim();
    const score = /^\d+$/.test(typed) ? Number(typed) : NaN;
    if (score <= Number(criterion.dataset.max)) points += score * Number(criterion.dataset.weight);
    else left += 1;
  }
  sheet.querySelector("[data-sheet-points]").textContent = points;
  const words = left > 1 ? "critères restent à noter" : "critère reste à noter";
  sheet.querySelector("[data-sheet-left]").textContent = left ? `${left} ${words}` : "";
}

if (sheet) {
  sheet.addEventListener("input", tell);
  // Another tab, or a text kept in this browser, fills the inputs without typing.
  sheet.addEventListener("change", tell);
  tell();
}
