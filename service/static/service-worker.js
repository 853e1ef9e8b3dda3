// Keeps the page for when there is no network. The service puts SHELL, the files of the page, and
// VERSION, the hash of them, in front of this file.
/* global SHELL, VERSION */

const PAGE = `page-${VERSION}`;
const STROKES = "strokes"; // what never changes under its address, or is right for long enough

addEventListener("install", (event) => {
  event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll(SHELL)));
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("page-") && name !== PAGE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (SHELL.includes(pathname)) event.respondWith(fromPage(pathname, request));
  else if (/^\/v1\/kanji\/[^/]+($|\/strokes\/|\/animation\.svg$)/.test(pathname)) {
    event.respondWith(freshOrKept(request));
  }
});

async function fromPage(pathname, request) {
  const cache = await caches.open(PAGE);
  return (await cache.match(pathname)) ?? fetch(request);
}

async function freshOrKept(request) {
  const cache = await caches.open(STROKES);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request.url, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
}
