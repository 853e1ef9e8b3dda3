// This device and its user: made at the first start, or by the code of an earlier device.

import { ask, useToken } from "./api.js";
import { changeSettings } from "./learner.js";
import { read, replaceValues } from "./store.js";
import { sync } from "./sync.js";

/**
 * Signs in: with the token that is kept, or as a new user; returns whether it is a new one. Raises
 * Unreachable without either.
 */
export async function signIn() {
  const token = await read("token");
  useToken(token ?? null);
  if (token) return false;
  await register();
  return true;
}

/**
 * Joins the user whose device showed `code`, or without one begins as a new user. What this device
 * knew before is left, but for what was not sent yet: that is sent as the user's.
 */
export async function register(code) {
  const { token } = await ask("POST", "/v1/devices", { name: deviceName(), code });
  await replaceValues({ token });
  useToken(token);
}

/** This device begins as a new user, with the days and the cards of one. */
export async function beginAnew() {
  await register();
  await changeSettings({ time_zone: timeZone() });
  await sync();
}

/** The name of the zone, such as Asia/Tokyo; Intl takes 20 ms to make its first format. */
export const timeZone = () =>
  globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

function deviceName() {
  const system = navigator.userAgentData?.platform || navigator.platform || "browser";
  return `${system}, ${new Date().toISOString().slice(0, 10)}`;
}
