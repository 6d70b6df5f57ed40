// One message as an element. A message never changes after it was shown, except for how its sending goes.

import { errorWords, icon, make, t } from "./dom.js";
import { openPicture } from "./viewer.js";

const LONG = 1200; // characters shown before "展开全文"

/** A message of the server; `onChoose(choice)` is called for a tapped answer. */
export function makeBubble(message, { caseNo, onChoose }) {
  const person = message.from === "person";
  // Nobody needs to have their own words read out to them.
  const live = person ? "off" : null;
  const side = person ? "mine" : "theirs";
  const element = make("article", { class: `message ${side}`, "data-id": message.id, "aria-live": live });
  const shown = message.text || (person && !message.evidence.length && !message.files.length ? t("log.chosen") : "");
  element.append(make("span", { class: "unseen" }, t(person ? "log.person" : "log.guide")));
  if (message.evidence.length) element.append(...message.evidence.map((exhibit) => makeExhibit(exhibit, caseNo)));
  if (shown) element.append(makeText(shown));
  if (message.files.length) element.append(...message.files.map(makeDownload));
  if (message.choices.length) element.append(makeChoices(message.choices, onChoose));
  return element;
}

/** Something on its way to the server. */
export function makePending(item, { onRetry, onDrop }) {
  const element = make("article", { class: "message mine pending", "data-ref": item.id, "aria-live": "off" });
  element.append(make("span", { class: "unseen" }, t("log.person")));
  if (item.file) element.append(makeUpload(item));
  if (item.text || item.label) element.append(makeText(item.text || item.label));
  element.append(make("div", { class: "sending" }));
  paintPending(element, item, { onRetry, onDrop });
  return element;
}

/** Show how far an item has come; the words appear without moving anything else in the bubble. */
export function paintPending(element, item, { onRetry, onDrop }) {
  const line = element.querySelector(".sending");
  const key = `${item.state} ${item.error ?? ""}`;
  const percent = Math.floor((item.share ?? 0) * 100);
  element.style.setProperty("--share", `${percent}%`);
  if (item.state === "sending" && element.dataset.state === key) {
    if (item.file) line.firstChild.textContent = t("send.sending_percent", { percent });
    return;
  }
  if (element.dataset.state === key) return;
  element.dataset.state = key;
  line.replaceChildren();
  if (item.state === "taken") return;
  if (item.state === "sending") {
    line.append(make("span", {}, item.file ? t("send.sending_percent", { percent }) : t("send.sending")));
    return;
  }
  line.append(make("span", { class: "why" }, item.state === "failed" ? errorWords(item.error, item.file) : t("send.waiting")));
  line.append(make("button", { type: "button", class: "link", onclick: () => onRetry(item.id) }, t("send.retry")));
  line.append(make("button", { type: "button", class: "link", onclick: () => onDrop(item.id) }, t("send.drop")));
}

function makeText(text) {
  const body = make("div", { class: "text" }, text);
  if (text.length <= LONG) return body;
  const box = make("div", { class: "text-long" }, body);
  const toggle = make("button", { type: "button", class: "link", "aria-expanded": "false" }, t("log.more"));
  body.classList.add("folded");
  toggle.addEventListener("click", () => {
    const folded = body.classList.toggle("folded");
    toggle.textContent = t(folded ? "log.more" : "log.less");
    toggle.setAttribute("aria-expanded", String(!folded));
  });
  box.append(toggle);
  return box;
}

function makeChoices(choices, onChoose) {
  const group = make("div", { class: "choices", role: "group", "aria-label": t("log.choices") });
  for (const choice of choices) {
    group.append(
      make("button", { type: "button", "data-choice": choice.id, onclick: () => onChoose(choice) }, choice.label),
    );
  }
  return group;
}

/** A kept exhibit: the picture, or its name, stamped with its number. */
export function makeExhibit(exhibit, caseNo) {
  const label = t("log.exhibit", { no: exhibit.no });
  const stamp = make("span", { class: "stamp" }, label);
  const url = exhibit.url && addCase(exhibit.url, caseNo);
  if (exhibit.kind === "photo" && url) {
    const name = t("log.exhibit_open", { no: exhibit.no, name: exhibit.name });
    const ofCase = { "data-exhibit": exhibit.no, "data-case": caseNo ?? "" };
    const picture = make("img", { src: url, alt: "", decoding: "async", width: 200, height: 200, ...ofCase });
    const button = make("button", { type: "button", class: "picture", "aria-label": name }, picture, stamp);
    const original = exhibit.original && addCase(exhibit.original, caseNo);
    button.addEventListener("click", () => openPicture(url, name, original));
    picture.addEventListener("error", () => picture.replaceWith(makeName(exhibit.name)));
    return button;
  }
  const parts = [makeName(exhibit.name), stamp];
  return url
    ? make("a", { class: "document", href: url, download: exhibit.name || true }, ...parts)
    : make("div", { class: "document" }, ...parts);
}

function makeUpload(item) {
  const box = make("div", { class: item.type.startsWith("image/") ? "picture" : "document" });
  if (!item.type.startsWith("image/")) {
    box.append(makeName(item.name));
    return box;
  }
  const url = URL.createObjectURL(item.file);
  const picture = make("img", { src: url, alt: item.name, decoding: "async", width: 200, height: 200 });
  picture.addEventListener("load", () => URL.revokeObjectURL(url));
  picture.addEventListener("error", () => picture.replaceWith(makeName(item.name)));
  box.append(picture);
  return box;
}

function makeDownload(file) {
  return make(
    "a",
    { class: "document", href: /^\/[^/\\]/.test(file.url) ? file.url : "#", download: file.name || true },
    makeName(file.name),
    make("span", { class: "hint" }, t("log.download")),
  );
}

function makeName(name) {
  if (!name) return icon("file");
  return make("span", { class: "file-name" }, icon("file"), make("span", {}, name));
}

/** The number means another exhibit in another case, and browsers reuse a picture by its address. */
export function addCase(url, caseNo) {
  return /^\/[^/\\]/.test(url) ? `${url}${url.includes("?") ? "&" : "?"}case=${encodeURIComponent(caseNo ?? "")}` : "";
}
