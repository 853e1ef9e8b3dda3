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
  opened.catch(() => (opened = null)); // so that a later call tries again
  return opened;
}

async function begun(store, mode) {
  const options = { durability: "strict" };
  try {
    return (await database()).transaction(store, mode, options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    opened = null; // the browser has closed it: the site's data were cleared
    return (await database()).transaction(store, mode, options);
  }
}

async function run(store, mode, work) {
  const transaction = await begun(store, mode);
  const request = work(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** The value of a name; undefined where there is none. */
export const read = (name) => run("values", "readonly", (store) => store.get(name));
export const write = (name, value) => run("values", "readwrite", (store) => store.put(value, name));

/** Replaces a value by what `change` makes of it, in one transaction. */
export const update = (name, change) =>
  run("values", "readwrite", (store) => {
    const request = store.get(name);
    request.onsuccess = () => store.put(change(request.result), name);
  });

/** The events that wait to be sent, oldest first: a UUIDv7 sorts by time. */
export const waiting = () => run("events", "readonly", (store) => store.getAll());
export const keep = (event) => run("events", "readwrite", (store) => store.put(event));

export const forget = (ids) =>
  run("events", "readwrite", (store) => {
    for (const id of ids) store.delete(id);
  });

export const forgetEvents = () => run("events", "readwrite", (store) => store.clear());

/** Only these values are kept: those of another user. The events that wait are sent as theirs. */
export const replaceValues = (values) =>
  run("values", "readwrite", (store) => {
    store.clear();
    for (const [name, value] of Object.entries(values)) store.put(value, name);
  });
