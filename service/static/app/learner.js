// The learner's settings, which the service keeps and this device remembers.

import { ask, Problem, Unreachable } from "./api.js";
import { read, write } from "./store.js";

/** The settings as the service has them; those of the last time where it does not answer. */
export async function refreshSettings() {
  try {
    const settings = await ask("GET", "/v1/settings");
    await write("settings", settings);
    return settings;
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Problem) return read("settings");
    throw error;
  }
}

/** Changes settings, and returns all. Raises Problem, Unreachable. */
export async function changeSettings(changes) {
  const settings = await ask("PATCH", "/v1/settings", changes);
  await write("settings", settings);
  return settings;
}
