// This device and its user: made at the first start, or by the code of an earlier device.

import { ask, useToken } from "./api.js";
import { clear, read, write } from "./store.js";

/**
 * Signs in: with the token that is kept, or as a new user; returns whether it is a new one. Raises
 * Unreachable without either.
 */
export async function signIn() {
  const token = await read("token");
  useToken(token ?? null);
  if (token) return false;
  await take(await ask("POST", "/v1/devices", { name: deviceName() }));
  return true;
}

/** Joins the user whose device showed `code`; what this device knew before is left. */
export async function join(code) {
  const device = await ask("POST", "/v1/devices", { name: deviceName(), code });
  await clear();
  await take(device);
}

async function take(device) {
  await write("token", device.token);
  useToken(device.token);
}

/** The name of the zone, such as Asia/Tokyo; Intl takes 20 ms to make its first format. */
export const timeZone = () =>
  globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

function deviceName() {
  const system = navigator.userAgentData?.platform || navigator.platform || "browser";
  return `${system}, ${new Date().toISOString().slice(0, 10)}`;
}
