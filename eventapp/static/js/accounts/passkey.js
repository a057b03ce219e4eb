// Passkeys: asks the browser what the page's form says, puts its answer into the form and sends it.
// Without this, or in a browser that knows none, the form stays hidden and the page offers codes.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const described = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));

const ASK = {
  create: (options) =>
    navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: described(options.excludeCredentials),
      },
    }),
  get: (options) =>
    navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: described(options.allowCredentials),
      },
    }),
};

/** The browser's answer as the JSON that WebAuthn level 3 defines. */
function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function submit(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const credential = await ASK[form.dataset.passkey](JSON.parse(form.dataset.options));
    form.elements.credential.value = answer(credential);
  } catch (error) {
    console.warn("no passkey", error);
    problem.hidden = false;
    return;
  }
  form.submit(); // not requestSubmit: that would come back here
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  for (const each of document.querySelectorAll("[data-passkey-missing]")) each.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
}
