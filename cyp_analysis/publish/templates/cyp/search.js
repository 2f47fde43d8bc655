"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const form = at("search"), box = at("query"), status = at("search-status"), list = at("results");
  const index = JSON.parse(at("search-index").textContent);
  const most = 40;
  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[\u2018\u2019]/g, "'").toLowerCase();
  const weights = { chapter: 6, indicator: 4, figure: 3, table: 2, section: 2, "word explained": 2, headline: 1 };
  const entry = (kind, title, where, href, more) => ({
    kind, title, where, href, more,
    head: " " + plain(title), rest: " " + plain(more + " " + where),
  });
  // What the lists below hold already is read from them.
  const listed = [...document.querySelectorAll(".a-to-z li")].map((line, place) =>
    entry("indicator", line.firstElementChild.textContent, line.lastChild.textContent.trim(),
      line.firstElementChild.getAttribute("href"), index.more[place]));
  const sections = [...document.querySelectorAll(".section-links a")].map((link) =>
    entry("section", link.firstChild.textContent, link.lastElementChild.textContent.slice(3),
      link.getAttribute("href"), ""));
  const chapters = index.pages.filter(([, href]) => href)
    .map(([title, href]) => entry("chapter", title, "", href, ""));
  const entries = [...chapters, ...listed, ...sections, ...index.entries.map(([kind, page, id, title, more]) =>
    entry(kind, title, index.pages[page][0], index.pages[page][1] + "#" + id, more))];

  // Every word must be found; the start of a word counts for more than its middle.
  const score = (one, words) => {
    let total = weights[one.kind];
    for (const word of words) {
      if (one.head.includes(" " + word)) total += 8;
      else if (one.head.includes(word)) total += 4;
      else if (one.rest.includes(" " + word)) total += 2;
      else if (word.length > 3 && one.rest.includes(word)) total += 1;
      else return 0;
    }
    return total;
  };
  const find = (text) => {
    const asked = plain(text).split(/[^\w%'-]+/).filter(Boolean);
    if (!asked.length) return null;
    const other = index.same[asked.join(" ")];
    // What the glossary knows by another name is looked for by both; its own entry comes first.
    const ways = [asked, ...(other ? [other.split(" ")] : [])];
    return entries
      .map((one) => [Math.max(...ways.map((words) => score(one, words))) + (one.kind === "word explained" && one.title.toLowerCase() === other ? 30 : 0), one])
      .filter(([points]) => points > 0)
      .sort((one, two) => two[0] - one[0])
      .map(([, one]) => one);
  };
  const part = (name, text, class_) => {
    const made = document.createElement(name);
    made.textContent = text;
    if (class_) made.className = class_;
    return made;
  };
  const item = (one) => {
    const made = document.createElement("li"), link = part("a", one.title);
    link.href = one.href;
    made.append(link, part("span", (one.where ? one.where + " \u00b7 " : "") + one.kind, "where"));
    if (one.more) made.append(part("span", one.more, "more"));
    return made;
  };
  const said = (found, text) => {
    if (!found) return "";
    if (!found.length) return "Nothing found for \u201c" + text + "\u201d. Try one word of it, or look in the list below.";
    const number = found.length === 1 ? "1 result" : found.length + " results";
    const first = found.length > most ? "; the best " + most + " are shown" : "";
    return number + " for \u201c" + text + "\u201d" + first + ".";
  };
  const show = () => {
    const text = box.value.trim(), found = find(text);
    list.replaceChildren(...(found || []).slice(0, most).map(item));
    status.textContent = said(found, text);
  };

  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 200);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    show();
  });
  form.hidden = false;
  box.value = new URLSearchParams(location.search).get("q") || "";
  if (box.value) show();
})();
