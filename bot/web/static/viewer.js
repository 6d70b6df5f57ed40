// A picture on the whole screen; any tap or Escape closes it.

import { icon, make, t } from "./dom.js";

export function openPicture(url, name) {
  const close = make("button", { type: "button", class: "round", "aria-label": t("panel.close") }, icon("close"));
  const dialog = make("dialog", { class: "viewer", "aria-label": name }, make("img", { src: url, alt: name }), close);
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
