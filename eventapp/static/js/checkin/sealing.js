// What lies on the device of people is closed with a key that only the pairing holds.

const KEY = "eventapp names";
const OWNER = "eventapp pairing";
const NONCE_BYTES = 12;

const bytes = (text) => new TextEncoder().encode(text);
const sha256 = (text) => crypto.subtle.digest("SHA-256", bytes(text));

/** Browsers keep their cryptography from pages on plain http. */
export const canSeal = () => Boolean(crypto.subtle);

async function keyOf(token) {
  const raw = await sha256(`${KEY}\0${token}`);
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** {iv, sealed} of any value that JSON can hold. */
export async function seal(token, value) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = bytes(JSON.stringify(value));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(token), plain) };
}

/** Throws where another pairing has sealed it. */
export async function unseal(token, { iv, sealed }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(token), sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

/** Which pairing sealed something, told without its key. */
export async function ownerOf(token) {
  const digest = new Uint8Array(await sha256(`${OWNER}\0${token}`));
  return Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
