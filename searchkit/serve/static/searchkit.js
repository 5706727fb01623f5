// Results while typing, suggestions, keys, and a chart to drag over. Every page works without it.
"use strict";

const LEAST_PAUSE = 50; // ms between two questions: a key is answered at once, a burst of keys by its last

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Answers of the server, of which only the newest counts

class Latest {
  #controller = null;

  async text(address) {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const response = await fetch(address, { signal: controller.signal, headers: { Accept: "text/html, application/json" } });
      const text = await response.text();
      return controller === this.#controller && response.ok ? text : null;
    } catch {
      return null; // aborted, or the server has gone: what is on screen stays
    }
  }

  drop() {
    this.#controller?.abort();
    this.#controller = null;
  }
}

// Results

const box = find("#q");
const answer = find("#answer");
const results = new Latest();
let typing = false; // whether the address in the history is one that is still being typed
let shown = Promise.resolve(); // when what was asked last is on screen
let announcing = 0;

function searched(query) {
  const address = new URL(answer ? location.href : "/", location.origin);
  address.pathname = "/";
  address.hash = "";
  ["q", "page", "lang"].forEach((name) => address.searchParams.delete(name));
  const asked = new URLSearchParams(query ? { q: query } : {});
  address.searchParams.forEach((value, name) => asked.append(name, value));
  address.search = asked.toString();
  return address;
}

async function showResults(address) {
  const text = await results.text(`/results${address.search}`);
  if (text === null) return false;
  answer.innerHTML = text;
  const columns = answer.firstElementChild;
  document.title = columns.dataset.title;
  clearTimeout(announcing); // a screen reader hears the number once typing pauses
  announcing = setTimeout(() => { find("#status").textContent = columns.dataset.status; }, 600);
  prepareCharts();
  return true;
}

function type() {
  const address = searched(box.value.trim());
  if (address.search !== location.search) {
    history[typing ? "replaceState" : "pushState"](null, "", address);
    typing = true;
    shown = showResults(address).then((changed) => changed && scrollTo({ top: 0, behavior: "instant" }));
  }
  return shown;
}

async function commit() {
  clearTimeout(pause);
  hideSuggestions();
  keepQuery(box.value.trim());
  if (!answer) {
    location.assign(searched(box.value.trim()));
    return;
  }
  await type();
  typing = false;
  if (matchMedia("(pointer: coarse)").matches) box.blur();
  else find(".hits h2 a")?.focus();
}

let pause = 0;
let askedAt = -LEAST_PAUSE;

function typed(event) {
  if (event.isComposing) return; // an input method is at work: what it shows is no query yet
  clearTimeout(pause);
  const wait = askedAt + LEAST_PAUSE - performance.now();
  if (wait > 0) pause = setTimeout(ask, wait);
  else ask();
}

async function ask() {
  askedAt = performance.now();
  const text = box.value;
  if (answer) await type(); // results first: suggestions at the same time would delay them
  if (box.value === text) suggest();
}

// Suggestions: a combobox whose list is a row beneath the box, so that it never covers results

const list = find("#suggestions");
const suggestions = new Latest();
const kinds = JSON.parse(list.dataset.kinds);
let chosen = -1;

async function suggest() {
  const text = box.value;
  if (!text.trim()) return hideSuggestions();
  const body = await suggestions.text(`/api/suggest?${new URLSearchParams({ q: text })}`);
  if (body === null) return;
  const past = pastQueries(text);
  const found = [...past, ...JSON.parse(body).suggestions.filter((one) => !past.some((kept) => kept.query === one.query))];
  chosen = -1;
  box.removeAttribute("aria-activedescendant");
  list.replaceChildren(...found.map(option));
  if (found.length) list.classList.add("open"); // and it stays open while typing, so that results do not jump
  box.setAttribute("aria-expanded", String(found.length > 0));
}

// What was searched for before, kept by this browser alone

const PAST = "searchkit.past";
const MOST_PAST = 200;

function allPast() {
  if (list.dataset.past !== "on") return [];
  try {
    return JSON.parse(localStorage.getItem(PAST)) ?? [];
  } catch {
    return []; // no storage here, or somebody else's
  }
}

function pastQueries(text) {
  const begin = text.toLowerCase();
  const found = allPast().filter((query) => query !== text && query.toLowerCase().startsWith(begin)).slice(0, 2);
  return found.map((query) => ({ text: query, query, kind: "past" }));
}

function keepQuery(text) {
  if (!text || list.dataset.past !== "on") return;
  const kept = [text, ...allPast().filter((query) => query !== text)].slice(0, MOST_PAST);
  try {
    localStorage.setItem(PAST, JSON.stringify(kept));
  } catch {} // a full or forbidden storage keeps nothing
}

function option(suggestion, number) {
  const item = document.createElement("li");
  item.id = `suggestion-${number}`;
  item.role = "option";
  item.ariaSelected = "false";
  item.dataset.query = suggestion.query ?? suggestion.text;
  if (suggestion.kind === "title") item.dataset.path = suggestion.path ?? "";
  const text = document.createElement("bdi");
  text.textContent = suggestion.text;
  const kind = document.createElement("small");
  kind.textContent = kinds[suggestion.kind] ?? "";
  item.append(text, kind);
  return item;
}

function hideSuggestions() {
  suggestions.drop();
  chosen = -1;
  list.replaceChildren();
  list.classList.remove("open");
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function choose(step) {
  const options = [...list.children];
  options[chosen]?.setAttribute("aria-selected", "false");
  chosen = Math.max(-1, Math.min(chosen + step, options.length - 1));
  const item = options[chosen];
  if (!item) return box.removeAttribute("aria-activedescendant");
  item.setAttribute("aria-selected", "true");
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
  box.setAttribute("aria-activedescendant", item.id);
}

function take(item) {
  if (item.dataset.path) {
    location.assign(`/post?${new URLSearchParams({ path: item.dataset.path })}`);
    return;
  }
  box.value = item.dataset.query;
  commit();
}

function boxKey(event) {
  if (event.isComposing) return;
  const options = list.children.length;
  if (event.key === "ArrowDown") {
    if (chosen < options - 1) choose(1);
    else find(".hits h2 a")?.focus();
  } else if (event.key === "ArrowUp" && options) choose(-1);
  else if (event.key === "Escape" && options) hideSuggestions();
  else if (event.key === "Escape") box.blur();
  else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
  else return;
  event.preventDefault();
}

// The chart: arrows from bar to bar, Shift for a range, a drag for a range

function prepareCharts() {
  all(".months svg").forEach((chart) => {
    all("a", chart).forEach((bar, number) => bar.setAttribute("tabindex", number ? "-1" : "0"));
  });
}

function periodsOf(chart) {
  return find("#drag", chart).dataset.periods.split(" ");
}

function narrow(chart, first, last) {
  const periods = periodsOf(chart);
  const [from, to] = first < last ? [first, last] : [last, first];
  location.assign(chart.dataset.narrow.replace("FIRST", periods[from]).replace("LAST", periods[to]));
}

function showRange(chart, first, last) {
  const periods = periodsOf(chart);
  const [from, to] = first < last ? [first, last] : [last, first];
  const range = find(".drag", chart);
  range.setAttribute("x", `${(100 * from) / periods.length}%`);
  range.setAttribute("width", `${(100 * (to - from + 1)) / periods.length}%`);
  find("#drag", chart).textContent = from === to ? periods[from] : `${periods[from]} – ${periods[to]}`;
}

function hideRange(chart) {
  find(".drag", chart).setAttribute("width", "0");
  find("#drag", chart).textContent = find("svg", chart).getAttribute("aria-label");
}

let drag = null; // the chart that a pointer is dragged over, where it began and where it is

function pressed(event) {
  const chart = event.target.closest?.(".months svg")?.parentElement;
  if (!chart || event.button) return;
  drag = { chart, first: periodAt(chart, event.clientX), last: -1, from: event.clientX };
}

function periodAt(chart, x) {
  const { left, width } = find("svg", chart).getBoundingClientRect();
  const count = periodsOf(chart).length;
  return Math.max(0, Math.min(count - 1, Math.floor(((x - left) / width) * count)));
}

function dragged(event) {
  if (!drag || (drag.last < 0 && Math.abs(event.clientX - drag.from) < 5)) return;
  drag.last = periodAt(drag.chart, event.clientX);
  showRange(drag.chart, drag.first, drag.last);
}

function released() {
  if (drag && drag.last >= 0) narrow(drag.chart, drag.first, drag.last);
  drag = null;
}

let range = null; // where a range of the keyboard begins

function chartKey(event, bar) {
  const chart = bar.closest(".months");
  const bars = all("a", chart);
  const at = bars.indexOf(bar);
  const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: bars.length - 1 }[event.key];
  const place = (link) => periodsOf(chart).indexOf(link.dataset.period);
  if (next !== undefined && bars[next]) {
    range = event.shiftKey ? range ?? place(bar) : null;
    bars[next].focus();
    if (range === null) hideRange(chart);
    else showRange(chart, range, place(bars[next]));
  } else if (event.key === "Enter" && range !== null) narrow(chart, range, place(bar));
  else if (event.key === "Escape" && range !== null) {
    range = null;
    hideRange(chart);
  } else return false;
  event.preventDefault();
  return true;
}

// A post: from match to match

const marks = all(".body mark");
let match = -1;

function goToMatch(step) {
  if (!marks.length) return;
  if (match < 0) match = marks.findIndex((mark) => `#${mark.id}` === location.hash);
  marks[match]?.classList.remove("here");
  match = match < 0 && step < 0 ? marks.length - 1 : (match + step + marks.length) % marks.length;
  const mark = marks[match];
  if (location.hash) history.replaceState(null, "", location.href.split("#")[0]);
  mark.classList.add("here");
  mark.scrollIntoView({ block: "center" });
  find("#match-number").textContent = `${match + 1} / ${marks.length}`;
}

function prepareMatches() {
  const bar = find("#matches");
  if (!bar) return;
  all("a", bar).forEach((link) => link.remove());
  const number = find("span", bar);
  number.id = "match-number";
  number.role = "status";
  for (const [name, sign, step] of [["previous", "↑", -1], ["next", "↓", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.ariaLabel = bar.dataset[name];
    button.title = bar.dataset[name];
    button.addEventListener("click", () => goToMatch(step));
    bar.append(button);
  }
}

// Keys of a page

function goToHit(step) {
  const links = all(".hits h2 a");
  const at = links.indexOf(document.activeElement);
  if (at === 0 && step < 0) return box.focus();
  links[Math.max(0, Math.min(at + step, links.length - 1))]?.focus();
}

function follow(selector) {
  const link = find(selector);
  link?.click();
  return Boolean(link);
}

const READING = {
  n: () => goToMatch(1),
  N: () => goToMatch(-1),
  j: () => follow("#next-post"),
  k: () => follow("#previous-post"),
  o: () => follow("#original"),
  Escape: () => follow("#back"),
};
const SEARCHING = {
  j: () => goToHit(1),
  k: () => goToHit(-1),
  ArrowDown: () => goToHit(1),
  ArrowUp: () => goToHit(-1),
  Escape: () => box.focus(),
};

function pageKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target;
  const bar = target.closest?.(".months a");
  if (bar && chartKey(event, bar)) return;
  if (target.closest?.("input, select, textarea")) return;
  if (event.key === "/") {
    box.focus();
    box.select();
  } else if (event.key === "?") location.assign("/help");
  else if (event.key.startsWith("Arrow") && !target.closest?.(".hits")) return; // the page scrolls
  else {
    const act = find(".reading") ? READING[event.key] : answer ? SEARCHING[event.key] : null;
    if (!act) return;
    act();
  }
  event.preventDefault();
}

// Beginning

box.role = "combobox";
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", list.id);
box.setAttribute("aria-expanded", "false");
box.addEventListener("input", typed);
box.addEventListener("compositionend", typed);
box.addEventListener("keydown", boxKey);
box.form.addEventListener("submit", (event) => {
  event.preventDefault();
  commit();
});
list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
list.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (item) take(item);
});
document.addEventListener("keydown", pageKey);
document.addEventListener("pointerdown", pressed);
document.addEventListener("pointermove", dragged);
document.addEventListener("pointerup", released);
document.addEventListener("pointercancel", () => { if (drag) hideRange(drag.chart); drag = null; });
document.addEventListener("click", (event) => {
  if (event.target.closest?.(".hits h2 a")) keepQuery(box.value.trim());
  if (event.target.closest?.(".months a") && find(".months .drag[width$='%']")) event.preventDefault(); // a drag ended here
}, true);
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".months")) event.preventDefault(); });
addEventListener("popstate", async () => {
  if (!answer) return;
  typing = false;
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  hideSuggestions();
  await showResults(location);
});
prepareCharts();
prepareMatches();
