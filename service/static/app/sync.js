// Sends the events that wait, and fetches cards ahead. An unlock never waits for it.

import { ask, jsonOf, request, usedToken, Problem, Unreachable } from "./api.js";
import { signIn } from "./device.js";
import { tellOthers, whenOthersTell } from "./others.js";
import { forgetUsed, sent } from "./queue.js";
import { forget, keep, read, waiting, write } from "./store.js";
import { uuid7 } from "./uuid7.js";

const CARDS_AHEAD = 30;
const EVENTS_AT_ONCE = 100;
const BYTES_AT_ONCE = 200_000; // a service takes 256,000 where nobody set another limit
const TOO_LARGE = 413;
const FIRST_WAIT_MS = 60_000; // then twice as long each time
const LONGEST_WAIT_MS = 16 * 60_000;

export const changed = new EventTarget(); // "change" when events or cards are others
const change = () => changed.dispatchEvent(new Event("change"));
whenOthersTell("cards", change);
let running = null;
let isWanted = false;
let wait = FIRST_WAIT_MS;
let timer = null;

/** Keeps an event of `kind` with its fields, and returns it. It is sent with the next sync. */
export async function record(kind, fields) {
  const now = Date.now();
  const event = { kind, id: uuid7(now), at: new Date(now).toISOString(), ...fields };
  await keep(event);
  change();
  return event;
}

/** Sends all events and fetches the cards; returns whether the service answered. */
export function sync() {
  isWanted = true; // an event of this moment may be too late for the run in progress
  running ??= run().finally(() => {
    running = null;
    change();
    tellOthers("cards");
  });
  return running;
}

async function run() {
  let isAnswered = true;
  while (isWanted && isAnswered) {
    isWanted = false;
    isAnswered = await all();
  }
  return isAnswered;
}

async function all() {
  clearTimeout(timer);
  try {
    await signIn();
    await send();
    await fetchCards();
    wait = FIRST_WAIT_MS;
    await write("revoked", false);
    return true;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) await write("revoked", true);
    else if (!(error instanceof Unreachable) && !(error instanceof Problem)) console.error(error);
    timer = setTimeout(sync, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    return false;
  }
}

async function send() {
  let most = BYTES_AT_ONCE;
  for (;;) {
    const events = atOnce(await waiting(), most);
    if (!events.length) return;
    try {
      const { results } = await ask("POST", "/v1/reviews", { events });
      const again = withDrawingsAtFault(events, results);
      for (const { ink, ...event } of again) await keep(event);
      await forget(events.filter((event) => !again.includes(event)).map(({ id }) => id));
    } catch (error) {
      if (error.status !== TOO_LARGE) throw error;
      if (events.length === 1) await keep(withoutInk(events[0], error));
      most /= 2;
    }
  }
}

/** The events that were refused and have a drawing: without it they are sent once more. */
function withDrawingsAtFault(events, results) {
  const refused = results.filter(({ status }) => status === "refused");
  for (const { id, reason } of refused) console.warn(`event ${id} was refused: ${reason}`);
  return events.filter(({ id, ink }) => ink && refused.some((one) => one.id === id));
}

/** The oldest events, one at least, as many as a request may carry. */
function atOnce(events, mostBytes) {
  let bytes = 0;
  const isMore = (event, index) => {
    bytes += JSON.stringify(event).length;
    return index === EVENTS_AT_ONCE || (index > 0 && bytes > mostBytes);
  };
  const end = events.findIndex(isMore);
  return end < 0 ? events : events.slice(0, end);
}

/** The event whose drawing alone is too large to send. Raises `error` where it has none. */
function withoutInk({ ink, ...event }, error) {
  if (!ink) throw error;
  return event;
}

async function fetchCards() {
  const known = await sent();
  const kept = await read("queue");
  const headers = kept?.etag ? { "If-None-Match": kept.etag } : {};
  const token = usedToken();
  const response = await request("GET", `/v1/queue?limit=${CARDS_AHEAD}`, { headers });
  if ((await read("token")) !== token) return; // the cards are those of the user before
  if (response.status !== 304) {
    const { cards, rest } = await jsonOf(response);
    await write("queue", { cards, rest, etag: response.headers.get("ETag") });
  }
  await forgetUsed(known);
}
