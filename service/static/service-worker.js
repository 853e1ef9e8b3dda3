// Keeps the page for when there is no network. The service puts SHELL, the files of the page, LAZY,
// those that are fetched when they are needed, and VERSION, the hash of SHELL, in front of this file.
/* global SHELL, LAZY, VERSION */

const PAGE = `page-${VERSION}`;
const STROKES = "strokes"; // what never changes under its address, or is right for long enough
const READER = "reader"; // the recognizer and what runs it
// The network and the strokes of its candidates: of each only the newest is kept.
const HASHED = [/^\/v1\/model\/\w+$/, /^\/v1\/references\/\w+$/];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(PAGE).then((cache) => cache.addAll(SHELL)));
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("page-") && name !== PAGE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => forget((pathname) => pathname.startsWith("/static/") && !LAZY.includes(pathname)))
      .then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (SHELL.includes(pathname)) event.respondWith(fromPage(pathname, request));
  else if (LAZY.includes(pathname) || kindOf(pathname)) {
    event.respondWith(keptOrFresh(pathname, request));
  } else if (/^\/v1\/(model$|kanji\/[^/]+($|\/strokes\/|\/animation\.svg$))/.test(pathname)) {
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

const kindOf = (pathname) => HASHED.find((kind) => kind.test(pathname));

/** What never changes under its address. */
async function keptOrFresh(pathname, request) {
  const cache = await caches.open(READER);
  const kept = await cache.match(pathname);
  if (kept) return kept;
  const response = await fetch(request);
  if (!response.ok) return response;
  const kind = kindOf(pathname);
  if (kind) await forget((other) => kind.test(other));
  await cache.put(pathname, response.clone());
  return response;
}

/** Deletes what is kept for the recognizer under the addresses that `isOld`. */
async function forget(isOld) {
  const cache = await caches.open(READER);
  const old = (await cache.keys()).filter(({ url }) => isOld(new URL(url).pathname));
  await Promise.all(old.map((one) => cache.delete(one)));
}
