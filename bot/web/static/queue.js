// What was sent but not yet taken: in order, under a lasting id, kept in the browser until the server has it.

const STEPS = [1000, 2000, 4000, 8000, 15000];

export class Queue {
  /** `post(item, onProgress)` sends; `onChange(item)` and `onDone(item, body)` tell the page. */
  constructor({ post, onChange, onDone }) {
    Object.assign(this, { post, onChange, onDone, items: [], running: false, failures: 0 });
    this.store = new Store();
    window.addEventListener("online", () => this.run());
  }

  /** Items left over from before the page was closed. */
  async restore() {
    const left = await this.store.all();
    const known = new Set(this.items.map((item) => item.id));
    this.items = [...left.filter((item) => !known.has(item.id)), ...this.items];
    for (const item of this.items) if (item.state !== "failed") item.state = "sending";
    return this.items;
  }

  add(item) {
    Object.assign(item, { state: "sending", at: Date.now() });
    this.items.push(item);
    this.store.put(item);
    this.onChange(item);
    this.run();
  }

  retry(id) {
    for (const item of this.items) {
      if (item.id === id || item.state === "waiting") this.set(item, { state: "sending", error: "" });
    }
    this.run();
  }

  drop(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.store.remove(id);
  }

  async run() {
    clearTimeout(this.timer);
    if (this.running) return;
    this.running = true;
    for (let item; (item = this.items.find((one) => one.state !== "failed")); ) {
      if (item.state === "waiting") this.set(item, { state: "sending" });
      const result = await this.post(item, (share) => this.set(item, { share }));
      if (result.kind === "done") {
        this.failures = 0;
        this.drop(item.id);
        this.onDone(item, result.body);
      } else if (result.kind === "refused") {
        this.set(item, { state: "failed", error: result.key });
        this.store.put(item);
      } else {
        this.wait();
        break;
      }
    }
    this.running = false;
  }

  wait() {
    for (const item of this.items) if (item.state === "sending") this.set(item, { state: "waiting", share: 0 });
    const pause = STEPS[Math.min(this.failures, STEPS.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.run(), pause);
  }

  set(item, change) {
    Object.assign(item, change);
    this.onChange(item);
  }
}

/** The items in IndexedDB, which keeps files too; in memory alone where the browser forbids it. */
class Store {
  constructor() {
    this.opened = new Promise((resolve) => {
      try {
        const request = indexedDB.open("zgb", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("queue", { keyPath: "id" });
        request.onsuccess = () => resolve(request.result);
        request.onerror = request.onblocked = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  async use(mode, action) {
    const database = await this.opened;
    if (!database) return null;
    return new Promise((resolve) => {
      try {
        const request = action(database.transaction("queue", mode).objectStore("queue"));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
  }

  put({ share, ...item }) {
    return this.use("readwrite", (store) => store.put(item));
  }

  remove(id) {
    return this.use("readwrite", (store) => store.delete(id));
  }

  async all() {
    const items = (await this.use("readonly", (store) => store.getAll())) ?? [];
    return items.sort((one, other) => one.at - other.at);
  }
}
