// The page: signs in, shows the view of the address, and keeps what is shown in step.

import { applyPreferences } from "./preferences.js";
import { explained } from "./explained.js";
import { h, whenIdle } from "./dom.js";
import { language, t } from "./words.js";
import { read, waiting } from "./store.js";
import { changed, sync } from "./sync.js";
import { refreshSettings } from "./learner.js";
import { setZone } from "./device.js";
import { whenOthersTell } from "./others.js";

const VIEWS = {
  practice: () => import("./views/practice.js"),
  progress: () => import("./views/progress.js"),
  pictures: () => import("./views/pictures.js"),
  settings: () => import("./views/settings.js"),
  kanji: () => import("./views/character.js"),
};
const MENU = ["practice", "progress", "pictures", "settings"];
let style = null; // a promise of it
let leave = null; // what the view that is shown wants done when it goes
let shows = 0; // so that a view that comes after one has gone on is not shown

/** The view of the address and what follows its name; that of practice for what is unknown. */
function addressed() {
  const [name, ...rest] = decoded(location.hash.slice(1)).split("/");
  return Object.hasOwn(VIEWS, name) ? [name, rest.join("/")] : ["practice", ""];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

async function show() {
  shows += 1;
  const mine = shows;
  const [name, rest] = addressed();
  showMenu();
  leave?.();
  leave = null;
  try {
    const { view } = await VIEWS[name]();
    if (name !== "practice") await styled();
    if (mine !== shows) return;
    const left = (await view(emptyRoot(name), rest)) ?? null;
    if (mine === shows) leave = left;
    else left?.();
  } catch (error) {
    if (mine === shows) emptyRoot(name).append(h("p", { class: "status bad" }, explained(error)));
  }
}

/** A new element for a view: what an earlier view still adds to its own is not seen. */
function emptyRoot(name) {
  const old = document.getElementById("view");
  const root = old.cloneNode(false);
  root.dataset.view = name;
  old.replaceWith(root);
  return root;
}

/** Adds the style of the other views, once; that of practice is in the page. */
function styled() {
  style ??= new Promise((done) => {
    const href = "/static/app/views.css";
    document.head.append(h("link", { rel: "stylesheet", href, onload: done, onerror: done }));
  });
  return style;
}

function showMenu() {
  const [current] = addressed();
  document.documentElement.lang = language();
  const menu = document.getElementById("menu");
  menu.setAttribute("aria-label", t("menu.label"));
  menu.replaceChildren(
    ...MENU.map((name) =>
      h("a", { href: `#${name}`, "aria-current": name === current ? "page" : null }, t(`menu.${name}`)),
    ),
  );
}

async function showPending() {
  const count = (await waiting().catch(() => [])).length;
  const revoked = await read("revoked").catch(() => false);
  document.getElementById("pending").textContent = revoked
    ? t("revoked")
    : count && !navigator.onLine
      ? t("pending", { count })
      : "";
}

/** Signs in and fetches, as far as there is a network. */
async function start() {
  if (await sync()) whenIdle(() => settle().catch(console.warn));
}

async function settle() {
  if (!(await setZone())) await refreshSettings();
}

/** Shows what is another user's now. */
async function restart() {
  await start();
  await show();
}

applyPreferences();
changed.addEventListener("change", showPending);
for (const name of ["online", "offline"]) addEventListener(name, showPending);
addEventListener("online", start);
whenOthersTell("device", restart);
addEventListener("hashchange", show);
addEventListener("languagechange", show);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && navigator.onLine) sync();
});
showMenu();
if (!(await read("queue").catch(() => null))) await start();
else start();
if (!shows) await show(); // not again what one has gone to meanwhile
await styled(); // look-alikes beside a verdict need it
await showPending();
whenIdle(() => navigator.serviceWorker?.register("/service-worker.js"));
