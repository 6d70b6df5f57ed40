// The case panel: next step, progress, facts, evidence, ladder, deadlines, attempts. Drawn anew only when the case has changed.

import { makeExhibit } from "./bubble.js";
import { clock, dayName, find, icon, make, t, wall } from "./dom.js";

export class Panel {
  /** `onChoose({id, label})` is a tapped choice, `onSay(text)` a wish that has no choice of its own. */
  constructor({ onChoose, onSay }) {
    Object.assign(this, { onChoose, onSay, root: find("panel"), shown: "", pictures: new Map() });
  }

  show(matter, cases, now) {
    const shown = JSON.stringify([matter, cases, now.toDateString()]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.now = now;
    const focused = document.activeElement?.closest?.("#panel [data-part]")?.dataset.part;
    const open = new Set([...this.root.querySelectorAll("details[open]")].map((details) => details.dataset.part));
    this.root.replaceChildren(...(matter ? this.parts(matter, cases) : this.nothing(cases)));
    for (const details of this.root.querySelectorAll("details")) details.open = open.has(details.dataset.part);
    if (focused) this.root.querySelector(`[data-part="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  nothing(cases) {
    const kinds = { check: "panel.empty_progress", gallery: "panel.empty_evidence", clock: "panel.empty_deadlines" };
    const lines = Object.entries(kinds).map(([name, key]) => make("li", {}, icon(name), make("span", {}, t(key))));
    const words = [make("h2", {}, t("panel.empty_title")), make("ul", {}, ...lines)];
    return [make("div", { class: "panel-empty" }, ...words), cases.length ? this.cases(cases) : null].filter(Boolean);
  }

  parts(matter, cases) {
    return [
      this.head(matter, cases),
      matter.suggestions.length ? this.next(matter.suggestions) : null,
      this.progress(matter),
      matter.facts.length ? this.facts(matter.facts) : null,
      this.evidence(matter),
      matter.ladder?.length ? this.ladder(matter.ladder) : null,
      matter.deadlines.length ? this.deadlines(matter.deadlines) : null,
      matter.attempts.length ? this.attempts(matter.attempts) : null,
    ].filter(Boolean);
  }

  head(matter, cases) {
    const severity = make("span", { class: "severity", "data-level": matter.severity }, matter.severity_label);
    return make(
      "header",
      { class: "panel-head" },
      make("p", { class: "panel-no" }, t("panel.case", { no: matter.no }), severity),
      make("h2", {}, matter.title),
      this.cases(cases),
    );
  }

  cases(cases) {
    const list = make("ul", { class: "cases" });
    for (const one of cases) {
      const words = [make("span", {}, one.title), make("span", { class: "hint" }, one.no)];
      if (one.current) words.push(make("span", { class: "hint now" }, t("panel.case_now")));
      const choose = () => {
        const sent = t("panel.case_switch_sent", { no: one.no });
        if (one.choice) this.onChoose({ id: one.choice, label: sent });
        else this.onSay(sent);
      };
      list.append(make("li", {}, this.button(`case ${one.no}`, { onclick: choose, disabled: one.current }, ...words)));
    }
    const another = { class: "another", onclick: () => this.onSay(t("panel.case_new_sent")) };
    list.append(make("li", {}, this.button("case new", another, t("panel.case_new"))));
    return make("details", { class: "switcher", "data-part": "cases" }, make("summary", {}, t("panel.cases")), list);
  }

  next([first, ...others]) {
    const card = this.section("next", t("panel.next"), ...this.suggestion(first, "first"));
    const list = (some) => {
      const lines = some.map((one) => make("li", {}, ...this.suggestion(one, one.key)));
      return make("ul", { class: "also" }, ...lines);
    };
    if (others.length) card.append(make("h4", {}, t("panel.also")), list(others.slice(0, 2)));
    if (others.length > 2) {
      const summary = make("summary", {}, t("panel.also_more", { n: others.length - 2 }));
      card.append(make("details", { "data-part": "more" }, summary, list(others.slice(2))));
    }
    return card;
  }

  suggestion(suggestion, part) {
    const { text, why, due, now, source } = suggestion;
    return [
      make("p", { class: "what" }, text),
      now ? make("p", { class: "due", "data-when": "soon" }, icon("clock"), t("panel.due_now")) : null,
      due && !now ? this.due(due, t("panel.due")) : null,
      why ? make("p", { class: "why" }, t("panel.why"), why) : null,
      source
        ? make("details", { "data-part": `source ${part}` }, make("summary", {}, t("panel.source")), make("p", {}, source))
        : null,
    ].filter(Boolean);
  }

  progress({ sections, go }) {
    const list = make("ol", { class: "steps" });
    sections.forEach(({ id, label, state }, n) => {
      const mark = make("span", { class: "mark", "aria-hidden": "true" }, state === "done" ? icon("check") : String(n + 1));
      const words = [mark, make("span", {}, label), make("span", { class: "hint" }, t(`panel.section_${state}`))];
      const choose = () => this.onChoose({ id: go[id], label: t("panel.section_go", { label }) });
      const body = go?.[id] ? this.button(`go ${id}`, { onclick: choose }, ...words) : make("span", {}, ...words);
      list.append(make("li", { "data-state": state, "aria-current": state === "current" && "step" }, body));
    });
    return this.section("progress", t("panel.sections"), list);
  }

  facts(facts) {
    const list = make("ul", { class: "facts" });
    for (const { name, label, value, state, correct } of facts) {
      const words = [
        make("span", { class: "hint" }, label),
        make("span", { class: "value" }, value),
        make("span", { class: "from", "data-state": state }, t(`panel.fact_${state}`)),
      ];
      const correction = t("panel.fact_correct", { label });
      const choose = () => this.onChoose({ id: correct, label: correction });
      const tail = [make("span", { class: "unseen" }, correction), icon("pen")];
      const body = correct
        ? this.button(`fact ${name}`, { onclick: choose }, ...words, ...tail)
        : make("span", {}, ...words);
      list.append(make("li", {}, body));
    }
    return this.section("facts", t("panel.facts"), make("p", { class: "hint" }, t("panel.facts_hint")), list);
  }

  evidence({ checklist, evidence, no, packet }) {
    const section = this.section("evidence", t("panel.checklist"));
    if (checklist?.of) {
      const { have, of, words: meaning, items } = checklist;
      const words = t("panel.checklist_count", { have, of });
      section.querySelector("h3").append(make("span", { class: "hint" }, words));
      section.append(make("progress", { max: of, value: have, "aria-label": words }));
      if (meaning) section.append(make("p", { class: "meaning" }, meaning));
      section.append(make("ul", { class: "checklist" }, ...items.map((item) => this.item(item))));
    }
    const pictures = evidence.map((exhibit) => this.picture(exhibit, no));
    if (pictures.length) section.append(make("div", { class: "exhibits" }, ...pictures));
    if (packet) {
      const choose = () => this.onChoose({ id: packet, label: t("panel.packet") });
      section.append(this.button("packet", { class: "packet", onclick: choose }, icon("file"), t("panel.packet")));
    }
    return section;
  }

  item({ label, state, exhibits }) {
    const mark = make("span", { class: "mark", "aria-hidden": "true" }, state === "have" ? icon("check") : "");
    const found = exhibits.map((no) => make("span", { class: "stamp" }, t("log.exhibit", { no })));
    const words = make("span", { class: "hint" }, t(`panel.item_${state}`));
    return make("li", { "data-state": state }, mark, make("span", {}, label), ...(found.length ? found : [words]));
  }

  /** An exhibit's picture is made once, so that a new fact does not make all of them load again. */
  picture(exhibit, no) {
    const key = `${no} ${exhibit.no} ${exhibit.status} ${exhibit.url}`;
    if (!this.pictures.has(key)) this.pictures.set(key, makeExhibit(exhibit, no));
    return this.pictures.get(key);
  }

  /** Whom to turn to after whom: what was done, what is waited for and until when, what comes next. */
  ladder(rungs) {
    const list = make("ol", { class: "rungs" });
    for (const { label, state, text, due, by } of rungs) {
      const mark = make("span", { class: "mark", "aria-hidden": "true" }, state === "done" ? icon("check") : "");
      const name = [make("span", { class: "name" }, label), make("span", { class: "hint" }, t(`panel.rung_${state}`))];
      const words = [make("p", { class: "name-line" }, ...name)];
      if (text) words.push(make("p", { class: "hint" }, text));
      if (due) words.push(this.due(due, t(`panel.rung_by_${by}`)));
      const current = state === "next" && "step";
      list.append(make("li", { "data-state": state, "aria-current": current }, mark, make("div", {}, ...words)));
    }
    return this.section("ladder", t("panel.ladder"), list);
  }

  deadlines(deadlines) {
    const lines = deadlines.map(({ due, text }) => make("li", {}, this.due(due), make("span", {}, text)));
    return this.section("deadlines", t("panel.deadlines"), make("ul", { class: "deadlines" }, ...lines));
  }

  attempts(attempts) {
    const lines = attempts.map(({ at, text }) =>
      make("li", {}, make("span", { class: "hint" }, this.moment(wall(at))), make("span", {}, text)),
    );
    return this.section("attempts", t("panel.attempts"), make("ol", { class: "attempts" }, ...lines));
  }

  due(due, label = "") {
    const at = wall(due);
    const late = at < this.now;
    const words = `${label}${label ? " " : ""}${this.moment(at)}${late ? ` ${t("time.overdue")}` : ""}`;
    const soon = !late && at - this.now < 24 * 3600 * 1000;
    return make("p", { class: "due", "data-when": late ? "late" : soon ? "soon" : "later" }, icon("clock"), words);
  }

  moment(at) {
    return `${dayName(at, this.now)} ${clock(at)}`;
  }

  section(name, title, ...children) {
    return make("section", { class: `card ${name}` }, make("h3", {}, title), ...children);
  }

  button(part, attributes, ...children) {
    return make("button", { type: "button", "data-part": part, ...attributes }, ...children);
  }
}
