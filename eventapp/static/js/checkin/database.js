// IndexedDB as promises: one database, opened once.

const NAME = "eventapp-door";
const VERSION = 2;

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = ({ oldVersion }) => build(request.result, oldVersion);
    request.onsuccess = () => resolve(yielding(request.result));
    request.onerror = () => reject(request.error);
  });
  return opened;
}

function build(database, oldVersion) {
  if (oldVersion < 1) {
    const waiting = database.createObjectStore("waiting", { keyPath: "n", autoIncrement: true });
    waiting.createIndex("scan_id", "scan.scan_id");
    database.createObjectStore("roster");
    database.createObjectStore("passages", { keyPath: "scan_id" });
  }
  if (oldVersion < 2) database.createObjectStore("walk-ins", { keyPath: "walk_in_id" });
}

/** A page of a later version must not wait for this one to be closed. */
function yielding(database) {
  database.onversionchange = () => {
    database.close();
    opened = null;
  };
  return database;
}

/** Do `work(store)` in one transaction; resolves with its request's result once that is on disk. */
export async function write(name, work) {
  const transaction = (await open()).transaction(name, "readwrite", { durability: "strict" });
  const request = work(transaction.objectStore(name));
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
  return request?.result;
}

export async function read(name, work) {
  const request = work((await open()).transaction(name).objectStore(name));
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
