// The inputs of one question, read and written as pairs [name, text].

const own = (input) => input.name && input.type !== "submit" && input.type !== "file" && !input.name.endsWith("-revision") && !input.name.startsWith("_");

export function read(element) {
  const pairs = [];
  for (const input of element.querySelectorAll("input, select, textarea")) {
    if (!own(input)) continue;
    if ((input.type === "radio" || input.type === "checkbox") && !input.checked) continue;
    pairs.push([input.name, input.value]);
  }
  return pairs;
}

// Returns false when the page has no place for one of the texts, such as a row that is not there.
export function write(element, pairs) {
  const wanted = new Map();
  for (const [name, text] of pairs) wanted.set(name, [...(wanted.get(name) ?? []), text]);
  const inputs = [...element.querySelectorAll("input, select, textarea")].filter(own);
  const names = new Set(inputs.map((input) => input.name));
  if ([...wanted].some(([name, texts]) => !names.has(name) && texts.some(Boolean))) return false;
  for (const input of inputs) {
    const texts = wanted.get(input.name) ?? [];
    if (input.type === "radio" || input.type === "checkbox") {
      input.checked = texts.includes(input.value);
    } else {
      input.value = texts[0] ?? "";
    }
  }
  return true;
}

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
