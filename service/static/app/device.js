// This device and its user: made at the first start, or by the code of an earlier device.

import { ask, usedToken, useToken } from "./api.js";
import { changeSettings } from "./learner.js";
import { tellOthers } from "./others.js";
import { read, replaceValues, write } from "./store.js";

const LOCK = "hitsujun-device"; // two tabs that open at once are one device

/** Signs in: with the token that is kept, or as a new user. Raises Unreachable without either. */
export async function signIn() {
  if (await useKept()) return;
  const once = async () => {
    if (!(await useKept())) await register();
  };
  await (navigator.locks ? navigator.locks.request(LOCK, once) : once());
}

/**
 * Whether there is a token, which is used then: another tab may have brought a new one. If the
 * browser has cleared what it kept, the one of this page is kept again.
 */
async function useKept() {
  const token = await read("token");
  if (token) useToken(token);
  else if (usedToken()) await write("token", usedToken());
  return Boolean(usedToken());
}

/**
 * Joins the user whose device showed `code`, or without one begins as a new user. What this device
 * knew before is left, but for what was not sent yet: that is sent as the user's.
 */
export async function register(code) {
  const { token } = await ask("POST", "/v1/devices", { name: deviceName(), code });
  await replaceValues({ token, is_new: !code });
  useToken(token);
  tellOthers("device");
}

/**
 * Sets the time zone of a new user, whose days are UTC's before; until the service has it. Returns
 * whether it did, and so has the settings.
 */
export async function setZone() {
  if (!(await read("is_new"))) return false;
  await changeSettings({ time_zone: timeZone() });
  await write("is_new", false);
  return true;
}

/** The name of the zone, such as Asia/Tokyo; Intl takes 20 ms to make its first format. */
const timeZone = () =>
  globalThis.Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

function deviceName() {
  const system = navigator.userAgentData?.platform || navigator.platform || "browser";
  return `${system}, ${new Date().toISOString().slice(0, 10)}`;
}
