// Shows the buttons that copy an address. Without script the address is selected by one tap.

const SHOWN = 4000; // milliseconds

async function copy(button) {
  const said = button.parentElement.querySelector("[role=status]");
  await navigator.clipboard.writeText(button.dataset.copy);
  said.textContent = button.dataset.done;
  setTimeout(() => (said.textContent = ""), SHOWN);
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button).catch(() => (button.hidden = true)));
  }
}
