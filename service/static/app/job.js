// A job of the service, followed until it ends.

import { ask, request } from "./api.js";

const LOOK_MS = 1500; // between two looks at a job
const ENDED = new Set(["done", "failed", "cancelled"]);

/** Asks for a job until it has ended, and calls `show(job)` each time. Returns its last state. */
export async function follow(job, show) {
  let now = job;
  for (;;) {
    show(now);
    if (ENDED.has(now.state)) return now;
    await new Promise((done) => setTimeout(done, LOOK_MS));
    now = await ask("GET", `/v1/jobs/${job.id}`);
  }
}

export const cancel = (job) => request("DELETE", `/v1/jobs/${job.id}`);

/** The picture at an address that needs the token. */
export const picture = async (path) => (await request("GET", path, { timeout: 60_000 })).blob();
