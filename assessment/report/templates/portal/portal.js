// The portal works without this file: it only narrows, sorts and pages what already stands there.
"use strict";
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const PAGE = { rows: 100, units: 30 };

// Shows a page of the chosen things, with buttons to turn it.
function pager(place, size, show) {
  const [back, where, on] = place.children;
  let page = 0, chosen = [];
  const draw = () => {
    const last = Math.max(0, Math.ceil(chosen.length / size) - 1);
    page = Math.min(Math.max(page, 0), last);
    show(new Set(chosen.slice(page * size, (page + 1) * size)), new Set(chosen));
    place.hidden = chosen.length <= size;
    where.textContent = `${page * size + 1}–${Math.min(chosen.length, (page + 1) * size)} / ${chosen.length}`;
    back.disabled = page === 0;
    on.disabled = page === last;
  };
  back.addEventListener("click", () => { page -= 1; draw(); });
  on.addEventListener("click", () => { page += 1; draw(); });
  return things => { chosen = things; page = 0; draw(); };
}

// What is filtered out is hidden everywhere; what is on another page only on the screen.
const showRows = rows => (page, chosen) => {
  for (const row of rows) {
    row.hidden = !chosen.has(row);
    row.classList.toggle("off", !page.has(row));
  }
};

function units() {
  const box = one("#find");
  if (!box) return;
  const names = all("[data-unit]", one("#units")).map(row => row.dataset.unit);
  const rows = all("#units [data-unit]");
  const turnRows = pager(one("#units .turn"), PAGE.units, showRows(rows));
  const tables = all("table.heat").map(table => ({
    table, lines: [...table.rows].map(line => [...line.cells].slice(2, 2 + names.length)),
    shown: new Set(names.keys()),
  }));
  const showColumns = next => {
    for (const heat of tables) {
      const change = [...names.keys()].filter(n => heat.shown.has(n) !== next.has(n));
      for (const cells of heat.lines) for (const n of change) cells[n].hidden = !next.has(n);
      heat.shown = next;
      heat.table.classList.toggle("wide", next.size > 16);
    }
  };
  const turnColumns = pager(one("#heat .turn"), PAGE.units, showColumns);
  const tiles = all(".tile");
  const said = one("#found");
  const find = () => {
    const wanted = box.value.trim().toLowerCase();
    const fits = name => name.toLowerCase().includes(wanted);
    turnRows(rows.filter(row => fits(row.dataset.unit)));
    const columns = [...names.keys()].filter(n => fits(names[n]));
    turnColumns(columns);
    for (const tile of tiles) tile.hidden = !fits(tile.dataset.unit);
    said.textContent = wanted ? `${columns.length} / ${names.length} 个单元` : "";
  };
  box.addEventListener("input", find);
  find();
}

function ledger() {
  const table = one("#ledger");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
  const turn = pager(one("#ledger-turn"), PAGE.rows, showRows(rows));
  const choices = all("select[data-key]");
  const box = one("#find-item");
  const said = one("#counted");
  const filter = () => {
    const wanted = choices.filter(choice => choice.value);
    const words = box.value.trim().toLowerCase();
    const chosen = rows.filter(row =>
      wanted.every(choice => row.dataset[choice.dataset.key].split("|").includes(choice.value))
      && texts.get(row).includes(words));
    turn(chosen);
    said.textContent = `${chosen.length} / ${rows.length} 项`;
    const kept = new URLSearchParams(wanted.map(choice => [choice.dataset.key, choice.value]));
    if (words) kept.set("q", box.value.trim());
    history.replaceState(null, "", kept.size ? `#${kept}` : "#");
  };
  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const choice of choices) choice.value = given.get(choice.dataset.key) ?? "";
    box.value = given.get("q") ?? "";
    for (const choice of choices) if (choice.selectedIndex < 0) choice.value = "";
    filter();
  };
  for (const choice of choices) choice.addEventListener("change", filter);
  box.addEventListener("input", filter);
  one("#all").addEventListener("click", () => { location.hash = ""; read(); });
  window.addEventListener("hashchange", read);
  const order = new Intl.Collator("zh-CN", { numeric: true });
  for (const head of all("th[data-sort]", table)) {
    const button = one("button", head);
    button.addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
      const place = head.cellIndex;
      const key = new Map(rows.map(row => {
        const cell = row.cells[place];
        return [row, cell.dataset.key ?? cell.textContent.trim()];
      }));
      const isNumber = head.dataset.sort === "number";
      rows.sort((a, b) => {
        const [x, y] = [key.get(a), key.get(b)];
        if (!isNumber) return way * order.compare(x, y);
        return (x === "") - (y === "") || way * (x - y);
      });
      body.append(...rows);
      filter();
    });
  }
  read();
}

for (const part of all(".by-script")) part.hidden = false;
for (const head of all("th[data-sort]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
}
units();
ledger();
