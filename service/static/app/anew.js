// A device that begins as a new user.

import { register, setZone } from "./device.js";
import { sync } from "./sync.js";

/** This device begins as a new user, with the days and the cards of one. */
export async function beginAnew() {
  await register();
  await setZone();
  await sync();
}
