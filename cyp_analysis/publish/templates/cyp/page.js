(function () {
  "use strict";

  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"];
  const WHEN = new RegExp("(?:(\\d{1,2}) )?(" + MONTHS.join("|") + ")?[^\\d]*((?:19|20)\\d\\d)");
  const compareWords = new Intl.Collator("en-GB", { numeric: true, sensitivity: "base" }).compare;
  const each = (selector, act, within) =>
    (within || document).querySelectorAll(selector).forEach(act);

  /* Sorting: a button in each header; missing figures stay last, a total at the very end. */
  function words(cell) {
    return cell.textContent.replace(/^[^\p{L}\p{N}£\[(+−-]+/u, "").trim();
  }

  function key(cell, kind) {
    const text = words(cell);
    if (kind === "words") return /^(\[\w\]|–|none)?$/.test(text) ? null : text;
    if (kind === "time") {
      const found = WHEN.exec(text);
      return found
        ? found[3] * 10000 + (MONTHS.indexOf(found[2]) + 1) * 100 + Number(found[1] || 0)
        : null;
    }
    const first = /[−-]?£?\d[\d,]*(?:\.\d+)?/.exec(text);
    const number = parseFloat(
      cell.dataset.sort || (first ? first[0].replace("−", "-").replace(/[£,]/g, "") : ""));
    return Number.isNaN(number) ? null : number;
  }

  function sorted(rows, place, kind, down) {
    const known = rows.map((row) => [row, key(row.cells[place], kind)]);
    const total = (row) => /^total\b/i.test((row.querySelector("th") || row).textContent.trim());
    const compare = kind === "words" ? compareWords : (a, b) => a - b;
    return known.sort(([rowA, a], [rowB, b]) => {
      if (total(rowA) !== total(rowB)) return total(rowA) ? 1 : -1;
      if (a === null || b === null) return (a === null) - (b === null);
      return (down ? -1 : 1) * compare(a, b);
    }).map(([row]) => row);
  }

  function sortBy(header) {
    const table = header.closest("table");
    const body = table.tBodies[0];
    const down = header.getAttribute("aria-sort") === "ascending";
    each("th[aria-sort]", (other) => other.removeAttribute("aria-sort"), table);
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...sorted([...body.rows], header.cellIndex, kindOf(header), down));
  }

  function kindOf(header) {
    if (header.classList.contains("num")) return "number";
    return /period|date|month|year|published|due/i.test(header.textContent) ? "time" : "words";
  }

  function sortable(table) {
    if (!table.tHead || !table.tBodies[0] || table.tBodies[0].rows.length < 4) return;
    each("th", (header) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(header));
      header.append(button);
    }, table.tHead);
  }

  /* Comparators: each row names its contents by their place in the table's template. */
  function choose(select) {
    const table = document.getElementById(select.dataset.table);
    const contents = table.parentElement.querySelector("template").content.children;
    const headers = [...table.tHead.rows[0].cells].filter((cell) => cell.dataset.choice);
    const chosen = Number(select.value) * headers.length;
    const name = select.selectedOptions[0].textContent;
    table.toggleAttribute("data-chosen", select.value !== "0");
    for (const row of table.tBodies[0].rows) {
      const codes = row.dataset.choices.split(" ");
      for (const header of headers) {
        const content = contents[codes[chosen + Number(header.dataset.choice)]];
        const cell = row.cells[header.cellIndex];
        cell.replaceChildren(...content.cloneNode(true).childNodes);
        delete cell.dataset.sort;
      }
    }
    for (const header of headers) {
      header.removeAttribute("aria-sort");
      if (header.dataset.heading) {
        (header.querySelector("button") || header).textContent = header.dataset.heading + name;
      }
    }
    select.parentElement.querySelector("[role=status]").textContent = "Compared with " + name;
  }

  function choosable(select) {
    select.parentElement.hidden = false;
    select.addEventListener("change", () => choose(select));
    // A browser may keep what was chosen before the page was loaded again.
    if (select.value !== "0") choose(select);
  }

  /* Everything folded is open on paper, and what a link leads to is open on the screen. */
  let opened = [];
  function openAll() {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  }

  function closeAgain() {
    opened.forEach((details) => { details.open = false; });
    opened = [];
  }

  function openTarget() {
    let found = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = found;
    for (; found; found = found.parentElement) {
      if (found.localName === "details") found.open = true;
    }
    if (target) target.scrollIntoView();
  }

  each("select[data-table]", choosable);
  each("table.data", sortable);
  addEventListener("beforeprint", openAll);
  addEventListener("afterprint", closeAgain);
  addEventListener("hashchange", openTarget);
  if (location.hash) openTarget();
})();
