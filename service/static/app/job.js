// A job of the service, followed until it ends.

import { ask, request, Unreachable } from "./api.js";

const LOOK_MS = 1500; // between two looks at a job
const ENDED = new Set(["done", "failed", "cancelled"]);

const pause = () => new Promise((done) => setTimeout(done, LOOK_MS));

/**
 * Looks at a job until it has ended, and calls `show(job)` each time. `now`: its state, if that is
 * known; `patience`: see `patiently`. Returns its last state.
 */
export async function follow(id, now, show, patience) {
  const look = () => patiently(() => ask("GET", `/v1/jobs/${id}`), patience);
  let job = now ?? (await look());
  for (;;) {
    show(job);
    if (ENDED.has(job.state)) return job;
    await pause();
    job = await look();
  }
}

/** The picture at an address of a job, however long the service does not answer. */
export const finished = (path, patience) => patiently(() => picture(path), patience);

/** Cancels a job, however long the service does not answer. */
export const cancel = (id, patience) =>
  patiently(() => request("DELETE", `/v1/jobs/${id}`), patience);

/** The picture at an address that needs the token. */
export const picture = async (path) => (await request("GET", path, { timeout: 60_000 })).blob();

/**
 * What `work` returns. It is tried again while the service does not answer, as the job goes on
 * meanwhile; each time `missed()` is called. Raises the reason of `left` once that has happened.
 */
async function patiently(work, { missed, left }) {
  for (;;) {
    left.throwIfAborted();
    try {
      const answer = await work();
      left.throwIfAborted();
      return answer;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
    missed();
    await pause();
  }
}
