// The page put together: what the server tells is shown, what the person does is sent.

import { CaseBar } from "./casebar.js";
import { Composer } from "./composer.js";
import { config, find, kept, make, newId, t, wall } from "./dom.js";
import { Live } from "./live.js";
import { Log, pick } from "./log.js";
import { Panel } from "./panel.js";
import { Queue } from "./queue.js";
import { getState, post } from "./send.js";

const EMPTY = { sections: [], facts: [], suggestions: [], deadlines: [], attempts: [], evidence: [], go: {} };

class App {
  constructor() {
    this.last = 0;
    this.matter = null;
    this.log = new Log({
      onChoose: (choice) => this.choose(choice),
      onRetry: (id) => this.queue.retry(id),
      onDrop: (id) => {
        this.queue.drop(id);
        this.log.removePending(id);
      },
    });
    this.queue = new Queue({
      post: (item, onProgress) => post(item, this.last, onProgress),
      onChange: (item) => this.log.paintPending(item),
      onDone: (item, body) => this.taken(item, body),
    });
    this.composer = new Composer((items) => items.forEach((item) => this.send(item)));
    this.bar = new CaseBar();
    this.panel = new Panel({ onChoose: (choice) => this.choose(choice), onSay: (text) => this.say(text) });
    this.live = new Live({
      after: () => this.last,
      onUpdate: (update) => this.show(update),
      onStatus: (status) => this.tell(status),
    });
    find("human").addEventListener("click", () => this.askForPerson());
    this.offerLanguages();
    this.listenForLargeText();
    this.fitKeyboard();
    document.addEventListener("visibilitychange", () => !document.hidden && (document.title = t("app.title")));
  }

  async open() {
    clearTimeout(this.opening);
    let state;
    try {
      state = await getState();
    } catch {
      this.log.fail(() => this.open());
      this.opening = setTimeout(() => this.open(), 4000);
      return;
    }
    const left = await this.queue.restore();
    this.log.fill(state.messages, this.context(state));
    this.show({ ...state, messages: [] });
    for (const item of left) if (!item.start) this.log.addPending(item);
    if (!state.messages.length && !left.length) this.queue.add({ id: newId(), start: true });
    this.queue.run();
    this.live.open();
  }

  /** What the server knows now; an answer that was overtaken on the way brings no old case back. */
  show(state) {
    const spoken = this.log.merge(state.messages, this.context(state));
    if (spoken && document.hidden) document.title = t("app.title_news");
    if (state.last < this.last) return;
    this.last = state.last;
    this.matter = state.case && { ...EMPTY, ...state.case };
    if (state.language && state.language !== config.language && state.language in config.languages) location.reload();
    if (this.matter) this.log.cover(this.matter);
    this.bar.show(this.matter);
    this.panel.show(this.matter, state.cases ?? [], wall(state.now));
  }

  context(state) {
    return { caseNo: state.case?.no, now: wall(state.now) };
  }

  taken(item, body) {
    this.log.type(false);
    if (body.update) {
      this.show(body.update);
      this.log.removePending(item.id); // shown under the server's own id by now
    } else {
      this.log.paintPending({ ...item, state: "taken" }); // the stream will bring it
    }
    if (this.live.source?.readyState === EventSource.CLOSED) this.live.open();
  }

  choose({ id, label }) {
    this.bar.close();
    this.send({ id: newId(), choice: id, label });
  }

  say(text) {
    this.bar.close();
    this.send({ id: newId(), text });
  }

  askForPerson() {
    const text = t("header.human_sent");
    if (this.matter?.human) this.choose({ id: this.matter.human, label: text });
    else this.say(text);
  }

  send(item) {
    this.log.addPending(item);
    this.queue.add(item);
  }

  tell(status) {
    const net = find("net");
    net.replaceChildren();
    net.hidden = status === "on";
    if (status === "parted") {
      net.append(make("button", { type: "button", class: "link", onclick: () => this.live.open() }, t("net.parted")));
    } else if (status === "off") {
      net.append(t("net.offline"));
    }
  }

  /** The language is the conversation's: asking for another is said in it, and the page follows what it answers. */
  offerLanguages() {
    const list = find("language");
    const options = Object.entries(config.languages).map(([id, name]) =>
      make("option", { value: id, lang: id, selected: id === config.language }, name),
    );
    list.replaceChildren(...options);
    list.addEventListener("change", () => {
      this.choose({ id: `0:!language=${list.value}`, label: config.languages[list.value] });
      list.value = config.language;
    });
  }

  listenForLargeText() {
    const button = find("large");
    const set = (large) => {
      document.documentElement.classList.toggle("large", large);
      button.setAttribute("aria-pressed", String(large));
      kept.set("large", large ? "1" : "");
      this.composer.paint();
    };
    button.addEventListener("click", () => set(!document.documentElement.classList.contains("large")));
    set(kept.get("large") === "1");
  }

  /** Where the on-screen keyboard covers the page instead of shrinking it, shrink the page. */
  fitKeyboard() {
    const view = window.visualViewport;
    if (!view) return;
    view.addEventListener("resize", () => {
      if (view.scale === 1) document.documentElement.style.setProperty("--height", `${view.height}px`);
    });
  }
}

find("log").addEventListener("click", ({ target }) => target.closest?.(".choices button") && pick(target.closest("button")));
new App().open();
