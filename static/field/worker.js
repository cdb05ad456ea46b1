/** Registering the service worker, and letting a new version in when nothing is unsaved. */

const AN_HOUR = 3_600_000;

/** Why this page must not be reloaded now: a form that is not saved, an exchange under way. @type {Set<string>} */
const reasons = new Set();

/** @param {"form" | "exchange"} reason @param {boolean} holds */
export function hold(reason, holds) {
  if (holds) reasons.add(reason);
  else reasons.delete(reason);
}

/** Whether there is a form that is not saved. */
export const isWriting = () => reasons.has("form");

/** Whether this address can work offline at all: browsers allow it on https and on the machine itself only. */
export const canWorkOffline = () => window.isSecureContext && "serviceWorker" in navigator;

/** Whether the app is kept in this browser. */
export async function offlineReady() {
  return canWorkOffline() && Boolean((await navigator.serviceWorker.getRegistration("/field/"))?.active);
}

/** @param {string} version the version of this page */
export async function register(version) {
  if (!canWorkOffline()) return;
  const registration = await navigator.serviceWorker.register("/field/sw.js", {
    scope: "/field/",
    updateViaCache: "none",
  });
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => offer(registration));
  });
  offer(registration);
  addEventListener("field-page", () => offer(registration));
  setInterval(() => registration.update().catch(() => undefined), AN_HOUR);
  document.documentElement.dataset.version = version;
}

/**
 * A new version waits: go over to it between two pages of the app, when no form is open.
 * @param {ServiceWorkerRegistration} registration
 */
function offer(registration) {
  if (!registration.waiting || reasons.size || !navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration.waiting.postMessage("take over");
}
