// Other tabs and windows of this browser, which share what it keeps.

const channel = globalThis.BroadcastChannel ? new BroadcastChannel("hitsujun") : null;

/** Tells them that "cards" or events are others, or that the "device" is another user's. */
export const tellOthers = (what) => channel?.postMessage(what);

/** Calls `work()` when one of them tells `what`. */
export const whenOthersTell = (what, work) =>
  channel?.addEventListener("message", ({ data }) => data === what && work());
