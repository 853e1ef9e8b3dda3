// One's data: take it along, bring it, delete it.

import { h } from "../dom.js";
import { language, t } from "../words.js";
import { ask, request } from "../api.js";
import { beginAnew } from "../anew.js";
import { refreshSettings } from "../learner.js";
import { forgetEvents } from "../store.js";
import { sync } from "../sync.js";
import { Told } from "../explained.js";
import { download } from "../download.js";
import { button, field, part, status } from "./parts.js";

const FORMATS = ["json", "csv", "apkg"];
const TYPES = { json: "application/json", csv: "text/csv", apkg: "application/apkg" };
const FILE_TIMEOUT_MS = 300_000;

/** The part of the settings for export, import and deletion. */
export function dataPart() {
  const said = status();
  const file = h("input", { type: "file", accept: ".json,.csv,.apkg" });
  const word = h("input", { autocomplete: "off" });
  return part(
    t("data.title"),
    h("p", {}, t("data.export.note")),
    h(
      "div",
      { class: "row" },
      FORMATS.map((format) => button(t(`data.export.${format}`), () => said.run(() => take(format)))),
    ),
    field(t("data.import"), file, t("data.import.note")),
    button(t("data.import.start"), () => said.run(() => bring(file.files[0]))),
    field(t("data.delete", { word: t("data.delete.word") }), word, t("data.delete.note")),
    button(t("data.delete.start"), () => said.run(() => remove(word.value)), "danger"),
    said.line,
  );
}

async function take(format) {
  await sync();
  const answer = await request("GET", `/v1/me/export?format=${format}`, { timeout: FILE_TIMEOUT_MS });
  download(await answer.blob(), `hitsujun-${new Date().toISOString().slice(0, 10)}.${format}`);
  return t("data.export.done");
}

async function bring(file) {
  const type = TYPES[file?.name.split(".").at(-1).toLowerCase()];
  if (!type) throw new Told(t("data.import.which"));
  const headers = { "Content-Type": type };
  const options = { headers, timeout: FILE_TIMEOUT_MS };
  const answer = await ask("POST", "/v1/me/import", new Blob([file]), options);
  await Promise.all([sync(), refreshSettings()]);
  return `${t("data.import.done", answer)} ${reasonsOf(answer)}`;
}

/** Why something was refused; the service says it in English, so else only in which lines. */
function reasonsOf({ reasons }) {
  const said = reasons.map(({ reason }) => reason);
  if (language() === "en") return said.join("; ");
  const lines = said.map((one) => /^line (\d+)/.exec(one)?.[1]).filter(Boolean);
  return lines.length ? t("data.import.lines", { lines: lines.join("、") }) : "";
}

async function remove(word) {
  if (word.trim() !== t("data.delete.word")) {
    throw new Told(t("data.delete.type", { word: t("data.delete.word") }));
  }
  const receipt = await ask("DELETE", "/v1/me");
  await forgetEvents();
  await beginAnew();
  return t("data.delete.done", { events: receipt.deleted.events });
}
