// The box people write in. What is in it survives closing the page.

import { config, errorWords, find, kept, make, newId, t } from "./dom.js";
import { Tray } from "./tray.js";

const fine = matchMedia("(hover: hover) and (pointer: fine)");

export class Composer {
  /** `onSend(items)` gets what the queue is to send. */
  constructor(onSend) {
    this.onSend = onSend;
    this.text = find("text");
    this.send = find("send");
    this.attach = find("attach");
    this.sources = find("sources");
    this.tray = new Tray(() => this.paint());
    this.text.value = kept.get("draft");
    this.text.addEventListener("input", () => {
      kept.set("draft", this.text.value);
      this.paint();
    });
    this.text.addEventListener("keydown", (event) => this.onKey(event));
    find("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.attach.addEventListener("click", () => (fine.matches ? this.tray.pick("file") : this.openSources()));
    this.sources.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.openSources(false);
      this.attach.focus();
    });
    for (const button of this.sources.children) {
      button.addEventListener("click", () => {
        this.openSources(false);
        this.tray.pick(button.dataset.source);
      });
    }
    this.paint();
  }

  /** Enter sends where there is a keyboard; on a phone it begins a line, and while choosing a word it belongs to that. */
  onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || !fine.matches) return;
    event.preventDefault();
    this.submit();
  }

  openSources(open = this.sources.hidden) {
    this.sources.hidden = !open;
    this.attach.setAttribute("aria-expanded", String(open));
  }

  submit() {
    const text = this.text.value.trim();
    if (text.length > config.limits.text) {
      this.tray.errors.replaceChildren(make("li", {}, make("span", {}, errorWords("text_too_long"))));
      return;
    }
    const files = this.tray.take();
    if (!text && !files.length) return;
    this.text.value = "";
    kept.set("draft", "");
    this.paint();
    const album = files.length > 1 ? newId() : "";
    const uploads = files.map(({ id, file }, n) => ({
      id,
      file,
      name: file.name,
      type: file.type,
      album,
      text: n === 0 ? text : "",
    }));
    this.onSend(uploads.length ? uploads : [{ id: newId(), text }]);
  }

  paint() {
    const ready = this.text.value.trim() || this.tray.files.length;
    this.send.setAttribute("aria-disabled", String(!ready));
    this.text.placeholder = t(this.tray.files.length ? "composer.caption" : "composer.placeholder");
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`; // CSS sets the most
  }
}
