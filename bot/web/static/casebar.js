// The bar under the title: which case, which step, how pressing; opens the panel where there is no room beside the chat.

import { find, make, t } from "./dom.js";

const wide = matchMedia("(min-width: 60rem)");

export class CaseBar {
  constructor() {
    this.sheet = find("sheet");
    this.bar = find("casebar");
    this.bar.addEventListener("click", () => this.open());
    find("sheet-close").addEventListener("click", () => this.close());
    this.sheet.addEventListener("click", (event) => event.target === this.sheet && this.close());
    wide.addEventListener("change", () => this.place());
    this.place();
  }

  /** One panel, beside the chat or in the sheet. */
  place() {
    if (wide.matches && this.sheet.open) this.sheet.close();
    find(wide.matches ? "panel-place" : "sheet-place").append(find("panel"));
  }

  open() {
    if (wide.matches) find("panel").focus();
    else {
      this.sheet.showModal();
      find("sheet-place").scrollTop = 0;
    }
  }

  close() {
    if (this.sheet.open) this.sheet.close();
  }

  show(matter) {
    find("casebar-no").textContent = matter ? t("panel.case", { no: matter.no }) : "";
    find("casebar-title").textContent = matter ? matter.title : t("bar.none");
    const severity = find("casebar-severity");
    severity.hidden = !matter?.severity_label;
    severity.dataset.level = matter?.severity ?? "";
    severity.textContent = matter?.severity_label ?? "";
    const sections = matter?.sections ?? [];
    find("casebar-dots").replaceChildren(...sections.map(({ state }) => make("i", { "data-state": state })));
    const at = sections.findIndex(({ state }) => state === "current");
    const step = { n: at + 1, of: sections.length, label: sections[at]?.label };
    find("casebar-step").textContent = at < 0 ? t("bar.hint") : t("bar.step_short", step);
    this.bar.setAttribute("aria-label", this.words(matter, at, step));
  }

  words(matter, at, step) {
    if (!matter) return `${t("bar.none")} ${t("bar.open")}`;
    const parts = [t("panel.case", { no: matter.no }), matter.title];
    if (matter.severity_label) parts.push(t("severity.label", { label: matter.severity_label }));
    if (at >= 0) parts.push(t("bar.step", step));
    return [...parts, t("bar.open")].join("，");
  }
}
