// Shows a question only while it applies: for one way to take part, or after a certain answer.
// What is hidden is not sent. Without script all are shown, each saying when it is meant; the
// server drops what does not apply either way.

const form = document.querySelector("form[data-conditions]");
const conditions = Object.entries(JSON.parse(form?.dataset.conditions ?? "{}"));

function inputs(name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
}

// What is answered there, nothing where that question is hidden itself.
function answers(name) {
  return inputs(name)
    .filter((each) => !each.disabled && (!/^(radio|checkbox)$/.test(each.type) || each.checked))
    .map((each) => each.value);
}

function show(name, applies) {
  for (const input of inputs(name)) input.disabled = !applies;
  const field = inputs(name)[0]?.closest(".field");
  if (field) field.hidden = !applies;
}

// A heading without a question below it goes too.
function showPart(part) {
  const body = part.querySelector(".part__body");
  part.hidden = ![...body.querySelectorAll(".field")].some((each) => !each.hidden);
}

// In the order of asking: a condition always names an earlier question.
function update() {
  const parts = new Set();
  for (const [name, wanted] of conditions) {
    show(name, Object.entries(wanted).every(([other, is]) => answers(other).includes(is)));
    parts.add(inputs(name)[0]?.closest(".part"));
  }
  parts.delete(null);
  parts.delete(undefined);
  parts.forEach(showPart);
}

form?.addEventListener("input", update);
form?.addEventListener("change", update);
window.addEventListener("pageshow", update); // the browser may bring back what was filled in
update();
