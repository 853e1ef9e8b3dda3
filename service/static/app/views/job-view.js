// A job on the page: its progress, a preview, cancel, and the picture to download.

import { h } from "../dom.js";
import { hasWords, t } from "../words.js";
import { cancel, follow, picture } from "../job.js";
import { download } from "../download.js";
import { explained } from "../explained.js";
import { button, status } from "./parts.js";

/** A place for a job: {element, order(make)}; `make()` orders one and returns its state. */
export function jobView(name) {
  const said = status();
  const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": name });
  const image = h("img", { class: "preview", alt: t("job.picture"), hidden: true });
  const tools = h("div", { class: "row" });
  const element = h("div", { class: "job" }, said.line, bar, image, tools);
  let address = null;

  const show = async (path) => {
    const blob = await picture(path);
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(blob);
    image.src = address;
    image.hidden = false;
    return blob;
  };
  const step = (job) => {
    bar.hidden = job.state !== "running";
    bar.value = job.progress;
    if (job.state === "failed") said.say(failureWords(job), "bad");
    else said.say(progressWords(job), job.state === "done" ? "good" : "");
    if (job.preview && !job.result) show(job.preview).catch(() => {}); // the next one may come
  };
  const order = async (make) => {
    image.hidden = true;
    said.say("…");
    try {
      const job = await make();
      tools.replaceChildren(button(t("job.cancel"), () => stop(job).catch(fail)));
      const ended = await follow(job, step);
      tools.replaceChildren();
      if (!ended.result) return;
      const blob = await show(ended.result);
      const file = `${name}.png`;
      tools.append(button(t("job.download"), () => download(blob, file), "main"));
    } catch (error) {
      fail(error);
    }
  };
  const stop = async (job) => {
    await cancel(job);
    tools.replaceChildren();
  };
  const fail = (error) => {
    bar.hidden = true;
    tools.replaceChildren();
    said.say(explained(error), "bad");
  };
  return { element, order };
}

/** Why a job failed; a service of another version may have other codes. */
function failureWords({ error_code: code }) {
  return hasWords(`failure.${code}`) ? t(`failure.${code}`) : t("job.failed");
}

function progressWords({ state, progress, seconds_left: seconds }) {
  if (state !== "running") return t(`job.${state}`);
  const percent = Math.round(progress * 100);
  if (!seconds) return t("job.running_begin", { percent });
  const minutes = Math.floor(seconds / 60);
  const left = `${minutes}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
  return t("job.running", { percent, left });
}
