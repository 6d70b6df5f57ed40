// The stream of what is new: opened after the last thing read, opened again whenever it breaks.

const SILENCE = 45000; // the server says something every 15 seconds

export class Live {
  /** `after()` gives what was read last; `onStatus` gets "on", "off" or "parted". */
  constructor({ after, onUpdate, onStatus }) {
    Object.assign(this, { after, onUpdate, onStatus, status: "", tries: 0 });
    window.addEventListener("online", () => this.open());
    window.addEventListener("offline", () => this.tell("off"));
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && (this.status === "parted" || this.source?.readyState !== EventSource.OPEN)) this.open();
    });
  }

  open() {
    this.close();
    const source = new EventSource(`/chat/events?after=${this.after()}`);
    this.source = source;
    source.onopen = () => this.alive();
    source.addEventListener("beat", () => this.alive());
    source.addEventListener("update", (event) => {
      this.alive();
      this.onUpdate(JSON.parse(event.data));
    });
    source.addEventListener("parted", () => {
      this.close();
      this.tell("parted");
    });
    source.onerror = () => {
      // A short break heals by itself; only one that lasts is worth a word.
      this.worry ??= setTimeout(() => this.tell("off"), 3000);
      if (source.readyState === EventSource.CLOSED) this.again();
    };
  }

  alive() {
    this.tries = 0;
    clearTimeout(this.worry);
    this.worry = null;
    clearTimeout(this.dead);
    this.dead = setTimeout(() => this.open(), SILENCE);
    this.tell("on");
  }

  again() {
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), Math.min(1000 * 2 ** this.tries, 20000));
  }

  close() {
    clearTimeout(this.timer);
    clearTimeout(this.dead);
    this.source?.close();
  }

  tell(status) {
    if (status !== this.status) this.onStatus((this.status = status));
  }
}
