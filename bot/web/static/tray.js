// Pictures and files chosen but not yet sent: previews that can be taken out again, and what was refused, file by file.

import { config, errorWords, find, icon, make, newId, sizeOf, t } from "./dom.js";

export class Tray {
  /** `onChange()` is called whenever its content changes. */
  constructor(onChange) {
    this.root = find("tray");
    this.errors = find("errors");
    this.onChange = onChange;
    this.files = [];
    for (const [source, input] of Object.entries(this.inputs())) {
      input.addEventListener("change", () => {
        this.add([...input.files]);
        input.value = ""; // the same picture may be chosen again
        if (source !== "file") find("attach").setAttribute("aria-expanded", "false");
      });
    }
    this.listenForDrops();
    document.addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (!pasted.length) return;
      event.preventDefault();
      this.add(pasted);
    });
  }

  inputs() {
    return { camera: find("pick-camera"), gallery: find("pick-gallery"), file: find("pick-file") };
  }

  pick(source) {
    this.inputs()[source].click();
  }

  add(files) {
    this.errors.replaceChildren();
    for (const file of files) {
      const fault = this.fault(file);
      if (fault) this.refuse(fault, file);
      else this.files.push({ id: newId(), file });
    }
    this.paint();
  }

  /** All files, leaving the tray empty. */
  take() {
    const files = this.files;
    this.files = [];
    this.errors.replaceChildren();
    this.paint();
    return files;
  }

  fault(file) {
    if (file.size > config.limits.file) return "too_large";
    if (file.size === 0) return file.type ? "empty_file" : "folder";
    return this.files.length >= config.limits.files ? "too_many_files" : "";
  }

  refuse(fault, file) {
    const words = errorWords(fault, file);
    if ([...this.errors.children].some((shown) => shown.firstChild.textContent === words)) return;
    const line = make("li", {}, make("span", {}, words));
    const close = { type: "button", class: "round", "aria-label": t("panel.close"), onclick: () => this.dismiss(line) };
    line.append(make("button", close, icon("close")));
    this.errors.append(line);
  }

  dismiss(line) {
    line.remove();
    find("attach").focus({ preventScroll: true });
  }

  paint() {
    const known = new Map([...this.root.children].map((element) => [element.dataset.id, element]));
    this.root.replaceChildren(...this.files.map(({ id, file }) => known.get(id) ?? this.preview(id, file)));
    this.root.hidden = !this.files.length;
    this.onChange();
  }

  preview(id, file) {
    const remove = { type: "button", class: "remove", "aria-label": t("composer.remove", { name: file.name }) };
    const button = make("button", remove, icon("close"));
    button.addEventListener("click", () => {
      this.files = this.files.filter((one) => one.id !== id);
      this.paint();
      find("text").focus({ preventScroll: true });
    });
    const name = make("span", { class: "tray-name" }, icon("file"), make("span", {}, file.name));
    const element = make("li", { "data-id": id, title: `${file.name} · ${sizeOf(file.size)}` });
    if (file.type.startsWith("image/")) {
      const url = URL.createObjectURL(file);
      const picture = make("img", { src: url, alt: file.name });
      picture.addEventListener("load", () => URL.revokeObjectURL(url));
      picture.addEventListener("error", () => picture.replaceWith(name));
      element.append(picture);
    } else {
      element.append(name);
    }
    element.append(button);
    return element;
  }

  listenForDrops() {
    const veil = find("drop");
    let depth = 0; // every element under the pointer reports entering and leaving
    const show = (change) => {
      depth = Math.max(0, depth + change);
      veil.hidden = depth === 0;
    };
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragenter", (event) => carries(event) && show(1));
    document.addEventListener("dragleave", (event) => carries(event) && show(-1));
    document.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      show(-depth);
      this.add([...event.dataTransfer.files]);
    });
  }
}
