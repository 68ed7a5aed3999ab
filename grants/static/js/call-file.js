// From a fault to its line in the text. Without it, the line number is in the table.
const text = document.getElementById("text");
for (const link of document.querySelectorAll("a[data-line]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const before = text.value.split("\n").slice(0, link.dataset.line - 1);
    const start = before.reduce((length, line) => length + line.length + 1, 0);
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    const height = text.scrollHeight / text.value.split("\n").length;
    text.scrollTop = Math.max(0, (before.length - 4) * height);
    text.scrollIntoView({ block: "nearest" });
  });
}
