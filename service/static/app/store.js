// What the device keeps: values by name, and the events that were not sent yet.

const NAME = "hitsujun";
const VERSION = 1;
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("values");
      request.result.createObjectStore("events", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const request = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** The value of a name; undefined where there is none. */
export const read = (name) => run("values", "readonly", (store) => store.get(name));
export const write = (name, value) => run("values", "readwrite", (store) => store.put(value, name));

/** The events that wait to be sent, oldest first: a UUIDv7 sorts by time. */
export const waiting = () => run("events", "readonly", (store) => store.getAll());
export const keep = (event) => run("events", "readwrite", (store) => store.put(event));

export const forget = (ids) =>
  run("events", "readwrite", (store) => {
    for (const id of ids) store.delete(id);
  });

/** Everything is forgotten: after "delete everything", or to join another user. */
export async function clear() {
  await run("values", "readwrite", (store) => store.clear());
  await run("events", "readwrite", (store) => store.clear());
}
