// A picture on the whole screen; any tap or Escape closes it.

import { icon, make, t } from "./dom.js";

/** `original` is where the picture as it was sent can be downloaded. */
export function openPicture(url, name, original) {
  const close = make("button", { type: "button", class: "round", "aria-label": t("panel.close") }, icon("close"));
  const link = original ? make("a", { class: "original", href: original, download: true }, t("log.original")) : null;
  // Asked for anew: it may have been covered since the page loaded it.
  const picture = make("img", { src: `${url}${url.includes("?") ? "&" : "?"}at=${Date.now()}`, alt: name });
  const dialog = make("dialog", { class: "viewer", "aria-label": name }, picture, link, close);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
