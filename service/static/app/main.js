// The page: signs in, shows the view of the address, and keeps what is shown in step.

import { applyPreferences } from "./preferences.js";
import { Unreachable } from "./api.js";
import { h } from "./dom.js";
import { language, t } from "./words.js";
import { read, waiting } from "./store.js";
import { changed, sync } from "./sync.js";
import { refreshSettings } from "./learner.js";
import { signIn } from "./device.js";

const VIEWS = {
  practice: () => import("./views/practice.js"),
  progress: () => import("./views/progress.js"),
  pictures: () => import("./views/pictures.js"),
  settings: () => import("./views/settings.js"),
  kanji: () => import("./views/character.js"),
};
const MENU = ["practice", "progress", "pictures", "settings"];
let leave = null; // what the view that is shown wants done when it goes

async function show() {
  const [name, ...rest] = decodeURIComponent(location.hash.slice(1) || "practice").split("/");
  const open = VIEWS[name] ?? VIEWS.practice;
  document.documentElement.lang = language();
  showMenu(name);
  leave?.();
  leave = null;
  const { view } = await open();
  const root = document.getElementById("view");
  root.replaceChildren();
  root.dataset.view = name in VIEWS ? name : "practice";
  leave = (await view(root, rest.join("/"))) ?? null;
}

function showMenu(current) {
  const menu = document.getElementById("menu");
  menu.setAttribute("aria-label", t("menu.label"));
  menu.replaceChildren(
    ...MENU.map((name) =>
      h("a", { href: `#${name}`, "aria-current": name === current ? "page" : null }, t(`menu.${name}`)),
    ),
  );
}

async function showPending() {
  const count = (await waiting()).length;
  const revoked = await read("revoked");
  document.getElementById("pending").textContent = revoked
    ? t("revoked")
    : count && !navigator.onLine
      ? t("pending", { count })
      : "";
}

/** Signs in and fetches, as far as there is a network. */
async function start() {
  try {
    await signIn();
    await Promise.all([sync(), refreshSettings()]);
  } catch (error) {
    if (!(error instanceof Unreachable)) console.warn(error);
  }
}

applyPreferences();
navigator.serviceWorker?.register("/service-worker.js");
changed.addEventListener("change", showPending);
for (const name of ["online", "offline"]) addEventListener(name, showPending);
addEventListener("online", start);
addEventListener("hashchange", show);
addEventListener("languagechange", show);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && navigator.onLine) sync();
});
if (!(await read("queue"))) await start();
else start();
await show();
await showPending();
