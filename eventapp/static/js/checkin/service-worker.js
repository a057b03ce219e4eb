// Opens the scanner without a network. BUILD and FILES are put before these lines by the server.

/* global BUILD, FILES */

const PREFIX = "eventapp-door-";
const CACHE = PREFIX + BUILD;
const PAGE = "/checkin/";
const PATIENCE = 3000; // milliseconds until a silent network counts as none

let isOtherBuild = false; // the page that was opened last is not of this build

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(tidy().then(() => clients.claim())));

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
  // Without a cookie: the page that is kept knows nobody's name, doors or form keys.
  const page = await fetch(PAGE, { credentials: "omit", cache: "reload" });
  if (!page.ok) throw new Error(`the page answered ${page.status}`);
  await cache.put(PAGE, page);
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(openPage(request));
  else if (FILES.includes(pathname)) event.respondWith(openFile(request, pathname));
});

/** The server's page where it answers in time: only that one knows who is logged in. */
async function openPage(request) {
  const kept = await findKept(PAGE);
  try {
    const page = await within(PATIENCE, fetch(request));
    if (page.status >= 500 && kept) return kept;
    isOtherBuild = page.headers.get("X-Door-Build") !== BUILD;
    return page;
  } catch (error) {
    if (!kept) throw error;
    isOtherBuild = false;
    return kept;
  }
}

async function openFile(request, pathname) {
  const kept = await findKept(pathname);
  if (!kept || isOtherBuild) return fetch(request).catch((error) => kept ?? Promise.reject(error));
  return kept;
}

const findKept = async (path) => (await caches.open(CACHE)).match(path);

function within(milliseconds, promise) {
  const late = new Promise((_, reject) => setTimeout(reject, milliseconds, new Error("too slow")));
  return Promise.race([promise, late]);
}
