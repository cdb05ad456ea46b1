/**
 * The service worker: keeps the app's shell, so that the app opens without a network.
 *
 * The server puts `self.SHELL = {version, files}` in front of this text. A new version is fetched beside the old one and
 * used only once no page of the old one is open, or once a page that has nothing unsaved says so: never half of each.
 * It touches nothing but the shell: requests to the server's counters pass by.
 */

const worker = /** @type {ServiceWorkerGlobalScope & {SHELL: {version: string, files: string[]}}} */ (
  /** @type {unknown} */ (self)
);
const { version, files } = worker.SHELL;
const CACHE = `field-${version}`;
/** What a file of each kind calls itself. @type {Record<string, string>} */
const KINDS = {
  js: "javascript",
  css: "css",
  json: "json",
  svg: "svg",
  woff2: "font",
  webmanifest: "manifest",
  png: "png",
};

worker.addEventListener("install", (event) => event.waitUntil(fill()));

worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));

worker.addEventListener("message", (event) => {
  if (event.data === "take over") worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate" && url.pathname === "/field/") event.respondWith(kept("/field/", request));
  else if (files.includes(url.pathname)) event.respondWith(kept(url.pathname, request));
});

/** Fetch every file of the shell; all of them or none. */
async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    files.map(async (path) => {
      const response = await fetch(path, { cache: "no-cache", credentials: "same-origin", redirect: "error" });
      if (!(await genuine(path, response.clone()))) throw new TypeError(`${path} is not what it should be`);
      await cache.put(path, response);
    }),
  );
}

/** Whether an answer is ours: a hotel's sign-in page also has status 200. @param {string} path @param {Response} response */
async function genuine(path, response) {
  if (!response.ok) return false;
  if (path === "/field/") return (await response.text()).includes(`content="${version}"`);
  const kind = KINDS[path.split(".").pop() ?? ""] ?? "unknown";
  return (response.headers.get("Content-Type") ?? "").includes(kind);
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

/** @param {string} path @param {Request} request */
async function kept(path, request) {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(request);
}
