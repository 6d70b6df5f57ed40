// Words, elements and small helpers. Text reaches the page through text nodes alone, so nothing said becomes markup.

export const config = JSON.parse(document.getElementById("config").textContent);

/** The page's word for a key, with {names} filled in. */
export function t(key, values = {}) {
  const word = config.strings[key] ?? key;
  return word.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const find = (id) => document.getElementById(id);

/** An element: `on…` attributes are listeners, `false` and `null` ones are left out, strings become text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** An id that no other page makes; works without a secure context, where randomUUID is missing. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function sizeOf(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0)} MB`;
}

/** The sentence for an error key of the server or of a check made here. */
export function errorWords(key, file) {
  const { limits } = config;
  const values = { name: file?.name ?? "", size: file ? sizeOf(file.size) : "", limit: sizeOf(limits.file) };
  return t(`error.${key}` in config.strings ? `error.${key}` : "error.other", { ...limits, ...values });
}

/** A moment of the server, as the clock on its wall reads: deadlines are meant in its zone, wherever the phone is. */
export function wall(iso) {
  const [day, time = "00:00"] = iso.replace(/(Z|[+-]\d\d:?\d\d)$/, "").split("T");
  return new Date(`${day}T${time}`);
}

const dayOf = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());

/** 今天, 明天, 3月9日 …; `now` is the server's, since a phone's clock may be wrong. */
export function dayName(date, now) {
  const days = Math.round((dayOf(date) - dayOf(now)) / 86400000);
  if (days === 0) return t("time.today");
  if (days === 1) return t("time.tomorrow");
  if (days === -1) return t("time.yesterday");
  const month = t("time.months").split(" ")[date.getMonth()];
  const parts = { year: date.getFullYear(), month, day: date.getDate() };
  return t(parts.year === now.getFullYear() ? "time.date" : "time.year_date", parts);
}

export function clock(date) {
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;
}

/** Kept on this device; a browser that forbids it loses comfort, never function. */
export const kept = {
  get(key) {
    try {
      return localStorage.getItem(`zgb.${key}`) ?? "";
    } catch {
      return "";
    }
  },
  set(key, value) {
    try {
      if (value) localStorage.setItem(`zgb.${key}`, value);
      else localStorage.removeItem(`zgb.${key}`);
    } catch {
      /* private mode, or full */
    }
  },
};
