// Shows how far a file is without loading the page again; without script there is a link for that.
// The page never loads itself: that would take what is being read from under the reader (WCAG F41).

const PAUSE = 2000; // milliseconds

const replaced = ["file", "file-state"];

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) {
    location.reload(); // logged out, or deleted elsewhere: the server says it best
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of replaced) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (fresh && fresh.innerHTML !== old.innerHTML) {
      keepFocus(old, () => old.replaceChildren(...fresh.childNodes));
    }
  }
  if (page.querySelector("#file[data-open]")) {
    setTimeout(again, PAUSE);
  }
}

function keepFocus(part, change) {
  const had = part.contains(document.activeElement);
  change();
  if (had) {
    part.querySelector("button, a")?.focus();
  }
}

function again() {
  look().catch(() => setTimeout(again, 5 * PAUSE)); // the net is away: later
}

setTimeout(again, PAUSE);
