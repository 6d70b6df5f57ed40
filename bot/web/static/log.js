// The conversation: messages in order, things on their way behind them, and a scroll position that behaves.

import { addCase, makeBubble, makePending, paintPending } from "./bubble.js";
import { clock, dayName, find, make, t, wall } from "./dom.js";

const GAP = 30 * 60 * 1000; // a pause after which the time is worth a line
const NEAR = 80; // pixels from the end that still count as reading along
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Log {
  /** `onChoose(choice)`, `onRetry(id)`, `onDrop(id)` are what a person can do in it. */
  constructor(actions) {
    this.root = find("log");
    this.newer = find("newer");
    this.actions = actions;
    this.ids = new Set();
    this.lastAt = null;
    this.following = true; // until the person scrolls away by hand
    this.atEnd = true;
    this.root.addEventListener("scroll", () => this.look(), { passive: true });
    for (const byHand of ["wheel", "touchmove", "keydown"]) {
      this.root.addEventListener(byHand, () => this.settle(), { passive: true });
    }
    this.newer.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => {
      this.height = this.root.clientHeight;
      if (this.moving && this.goal) this.follow(this.goal);
      else if (this.atEnd) this.jump(this.root.scrollHeight);
    }).observe(this.root);
  }

  /** All of a conversation at once, without reading it out. */
  fill(messages, context) {
    this.root.setAttribute("aria-busy", "true");
    for (const notice of this.root.querySelectorAll(".notice")) notice.remove();
    this.append(messages, context);
    this.jump(this.root.scrollHeight);
    requestAnimationFrame(() => this.root.setAttribute("aria-busy", "false"));
  }

  /** Messages that came since; true if the guide said something new. */
  merge(messages, context) {
    const added = this.append(messages, context);
    if (!added.length) return false;
    const spoken = added.some((element) => element.classList.contains("theirs"));
    if (spoken) this.type(false);
    if (this.following) this.follow(added[0]);
    else this.look();
    return spoken;
  }

  /** Show the copies of pictures that were read meanwhile: what they must not show is covered there. */
  cover({ no: caseNo, evidence }) {
    for (const { no, url } of evidence) {
      if (!url || url.endsWith("as=due")) continue;
      const fresh = addCase(url, caseNo);
      for (const picture of this.root.querySelectorAll(`img[data-case="${caseNo}"][data-exhibit="${no}"]`)) {
        if (picture.getAttribute("src") === fresh) continue;
        const copy = make("img", { src: fresh, alt: "" }); // one that cannot be shown leaves what is there
        copy.addEventListener("load", () => picture.setAttribute("src", fresh));
      }
    }
  }

  append(messages, { caseNo, now }) {
    const added = [];
    for (const message of messages) {
      if (this.ids.has(message.id)) continue;
      this.ids.add(message.id);
      if (message.from === "person" && message.key === "start") continue; // opening the page is nothing one says
      const sent = message.ref ? this.pending(message.ref.replace(/\.1$/, "")) : null;
      const text = message.text || sent?.querySelector(".text")?.textContent || "";
      const bubble = makeBubble({ ...message, text }, { caseNo, onChoose: this.actions.onChoose });
      const element = sent ? adopt(sent, bubble) : bubble;
      const place = this.firstPending();
      if (!sent || place) this.root.insertBefore(element, place ?? this.typing ?? null);
      this.stampTime(element, wall(message.at), now);
      if (message.from === "person" && text) markPicked(element, text);
      added.push(element);
    }
    if (added.length) this.markLatest();
    return added;
  }

  addPending(item) {
    if (this.pending(item.id)) return;
    const element = makePending(item, this.actions);
    this.root.insertBefore(element, this.typing ?? null);
    if (item.label) markPicked(element, item.label);
    this.following = true;
    this.follow(element);
  }

  paintPending(item) {
    const element = this.pending(item.id);
    if (element) paintPending(element, item, this.actions);
    this.type(item.state === "sending" && !item.file);
  }

  /** The server has it and has shown it under its own id, or the person gave it up. */
  removePending(id) {
    this.pending(id)?.remove();
  }

  pending(ref) {
    return this.root.querySelector(`.pending[data-ref="${CSS.escape(ref)}"]`);
  }

  firstPending() {
    return this.root.querySelector(".pending");
  }

  /** Three dots while an answer takes longer than a moment. */
  type(waiting) {
    clearTimeout(this.typingSoon);
    if (!waiting) {
      this.typing?.remove();
      this.typing = null;
    } else if (!this.typing) {
      this.typingSoon = setTimeout(() => {
        const dots = [make("i"), make("i"), make("i")];
        this.typing = make("div", { class: "typing", "aria-hidden": "true" }, ...dots);
        this.root.append(this.typing);
        if (this.atEnd) this.jump(this.root.scrollHeight);
      }, 700);
    }
  }

  markLatest() {
    const groups = this.root.querySelectorAll(".choices");
    for (const group of groups) group.classList.toggle("old", group !== groups[groups.length - 1]);
  }

  stampTime(element, at, now) {
    if (!this.lastAt || at - this.lastAt > GAP || at.getDate() !== this.lastAt.getDate()) {
      const words = `${dayName(at, now)} ${clock(at)}`;
      element.before(make("p", { class: "when" }, make("time", {}, words)));
    }
    this.lastAt = at;
  }

  look() {
    if (this.root.clientHeight !== this.height) return; // shrunk by the keyboard or the tray, not scrolled by hand
    this.atEnd = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR;
    if (this.moving) return;
    this.following = this.atEnd || (this.following && this.root.scrollTop === this.aim);
    this.newer.hidden = this.atEnd;
  }

  /** Go to the end, but no further than keeps the start of what is new in view. */
  follow(element) {
    const end = this.root.scrollHeight - this.root.clientHeight;
    const start = element.offsetTop - 16;
    this.jump(end - start < NEAR ? end : start, true); // losing a line above beats cutting the answers below
    this.goal = element;
  }

  toEnd() {
    this.following = true;
    this.jump(this.root.scrollHeight, true);
  }

  /** Scroll; while that takes its time, passing positions say nothing about what the person wants. */
  jump(top, gently = false) {
    this.moving = true;
    this.goal = null;
    this.newer.hidden = true;
    clearTimeout(this.arrival);
    this.arrival = setTimeout(() => this.settle(), gently ? 700 : 50);
    this.root.scrollTo({ top, behavior: gently && !calm.matches ? "smooth" : "instant" });
  }

  settle() {
    if (!this.moving) return;
    this.moving = false;
    this.aim = this.root.scrollTop;
    this.look();
  }

  fail(retry) {
    this.root.setAttribute("aria-busy", "false");
    const again = make("button", { type: "button", class: "link", onclick: retry }, t("send.retry"));
    for (const notice of this.root.querySelectorAll(".notice")) notice.remove();
    this.root.prepend(make("p", { class: "notice" }, t("log.load_failed"), again));
  }
}

/** Turn the bubble of a sending item into the message the server made of it, keeping the picture already shown. */
function adopt(element, bubble) {
  if (element.contains(document.activeElement)) find("log").focus({ preventScroll: true }); // its buttons go
  const shown = element.querySelector("img");
  const made = shown && bubble.querySelector(".picture img, .document .file-name");
  if (made) Object.assign(shown.dataset, made.dataset);
  made?.replaceWith(shown);
  for (const box of bubble.querySelectorAll(".document")) if (shown && box.contains(shown)) box.className = "picture";
  element.replaceChildren(...bubble.childNodes);
  element.className = bubble.className;
  element.dataset.id = bubble.dataset.id;
  return element;
}

/** Show which answer a question got, looking no further back than the turn before. */
function markPicked(element, label) {
  for (let before = element.previousElementSibling; before; before = before.previousElementSibling) {
    if (before.classList.contains("mine")) return;
    const buttons = [...before.querySelectorAll(".choices button")];
    const picked = buttons.find((button) => button.firstChild.textContent === label);
    if (picked) return pick(picked);
  }
}

export function pick(button) {
  for (const other of button.parentElement.children) {
    other.classList.remove("picked");
    other.querySelector(".unseen")?.remove();
  }
  button.classList.add("picked");
  button.append(make("span", { class: "unseen" }, t("log.picked")));
}
