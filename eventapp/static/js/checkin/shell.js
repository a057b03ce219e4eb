// The page itself without a network: kept by the service worker, which the build names.

const SCRIPT = "/checkin/service-worker.js";

/** Ask the browser to keep the page, and all that this page keeps. */
export async function keepShell() {
  if (!navigator.serviceWorker) return; // plain http: camera and worker both need https
  try {
    await navigator.serviceWorker.register(SCRIPT, { scope: "/checkin/" });
    await navigator.storage?.persist?.();
  } catch (error) {
    console.warn("works only with a network", error);
  }
}
