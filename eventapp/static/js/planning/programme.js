// Drags programme items to another place of their day. It does what the buttons "Früher" and
// "Später" do by form, several places at once.

const forms = [...document.querySelectorAll("form[data-block]")];
const rows = new Map(forms.map((form) => [form.closest("tr"), form]));

function block(row) {
  return Number(rows.get(row).dataset.block);
}

function isNear(row, other) {
  return rows.get(row).dataset.day === rows.get(other).dataset.day;
}

function rowAt(y, row) {
  const near = [...rows.keys()].filter((each) => isNear(each, row));
  return near.find((each) => {
    const box = each.getBoundingClientRect();
    return y >= box.top && y <= box.bottom;
  });
}

function show(row, target) {
  for (const each of rows.keys()) each.classList.remove("drop-before", "drop-after");
  if (!target || block(target) === block(row)) return;
  target.classList.add(block(target) < block(row) ? "drop-before" : "drop-after");
}

function send(row, target) {
  const steps = target ? block(target) - block(row) : 0;
  if (!steps) return;
  const form = rows.get(row);
  const by = document.createElement("input");
  by.type = "hidden";
  by.name = "by";
  by.value = steps;
  form.append(by);
  form.submit();
}

function addHandle(row) {
  const handle = document.createElement("span");
  handle.className = "drag";
  handle.setAttribute("aria-hidden", "true"); // the buttons are there for everybody
  row.cells[0].prepend(handle);
  let target;
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    target = rowAt(event.clientY, row);
    show(row, target);
  });
  handle.addEventListener("pointerup", () => {
    row.classList.remove("is-dragged");
    show(row, undefined);
    send(row, target);
  });
  handle.addEventListener("pointercancel", () => {
    row.classList.remove("is-dragged");
    show(row, undefined);
    target = undefined;
  });
}

for (const row of rows.keys()) if (rows.size > 1) addHandle(row);
