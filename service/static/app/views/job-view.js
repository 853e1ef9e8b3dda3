// A job on the page: its progress, a preview, cancel, and the picture to download.

import { h } from "../dom.js";
import { hasWords, t } from "../words.js";
import { Problem } from "../api.js";
import { cancel, finished, follow, picture } from "../job.js";
import { read, write } from "../store.js";
import { download } from "../download.js";
import { explained } from "../explained.js";
import { button, status } from "./parts.js";

/**
 * A place for a job: {element, start, order(make)}. `start`: the button, with the words `starts`,
 * that cannot be pressed while there is a job; `make()` orders one and returns its state. The job
 * is kept by `name`, and followed again where the last view of it was left before it ended. `left`:
 * a signal that this view is.
 */
export function jobView(name, starts, left) {
  const said = status();
  const bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": name });
  const image = h("img", { class: "preview", alt: t("job.picture"), hidden: true });
  const tools = h("div", { class: "row" });
  const element = h("div", { class: "job" }, said.line, bar, image, tools);
  const start = h("button", { class: "main" }, starts);
  const kept = `job-${name}`;
  const patience = { left, missed: () => said.say(t("job.unreachable"), "bad") };
  let address = null;

  const show = (blob) => {
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(blob);
    image.src = address;
    image.hidden = false;
  };
  const step = (job) => {
    bar.hidden = job.state !== "running";
    bar.value = job.progress;
    if (job.state === "failed") said.say(failureWords(job), "bad");
    else said.say(progressWords(job), job.state === "done" ? "good" : "");
    if (job.preview && !job.result) {
      picture(job.preview).then(show, () => {}); // the next one may come
    }
  };
  const attend = async (id, now) => {
    tools.replaceChildren(button(t("job.cancel"), () => stop(id)));
    const ended = await follow(id, now, step, patience);
    tools.replaceChildren();
    if (ended.result) offer(await finished(ended.result, patience));
    else await write(kept, null); // a picture is offered again when one comes back
  };
  const offer = (blob) => {
    show(blob);
    const file = `${name}.png`;
    tools.append(button(t("job.download"), () => download(blob, file), "main"));
  };
  const stop = async (id) => {
    tools.replaceChildren();
    try {
      await cancel(id, patience);
    } catch (error) {
      if (error !== left.reason) said.say(explained(error), "bad"); // the job is still followed
    }
  };
  const during = async (work) => {
    start.disabled = true;
    try {
      await work();
    } catch (error) {
      if (error !== left.reason) await fail(error);
    }
    start.disabled = false;
  };
  const fail = async (error) => {
    bar.hidden = true;
    tools.replaceChildren();
    said.say(explained(error), "bad");
    if (error instanceof Problem && error.status === 404) await write(kept, null);
  };
  const order = (make) =>
    during(async () => {
      image.hidden = true;
      tools.replaceChildren();
      said.say("…");
      const job = await make();
      await write(kept, job.id);
      await attend(job.id, job);
    });
  during(async () => {
    const id = await read(kept);
    if (id) await attend(id);
  });
  return { element, start, order };
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
