// SPDX-License-Identifier: MIT
// The table: sorting by a heading, filtering by text, engine, precision and outcome. Rows that are
// not measured sort last in both directions.

const tableBody = document.querySelector("#table tbody");
const tableRows = [...tableBody.querySelectorAll("tr[data-index]")];
const filterKeys = ["engine", "precision", "outcome"];

function cellValue(tableRow, key) {
  return tableRow.querySelector(`[data-key="${key}"]`).dataset.value;
}

function sortBy(heading) {
  const { key, numeric } = heading.dataset;
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  for (const other of heading.parentElement.children) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  const compare = (a, b) => {
    const [x, y] = [cellValue(a, key), cellValue(b, key)];
    if (x === "" || y === "") return (x === "") - (y === "");
    const order = numeric === "1" ? Number(x) - Number(y) : x.localeCompare(y);
    return ascending ? order : -order;
  };
  closeDetails();
  tableBody.append(...tableRows.sort(compare));
}

function rowText(row) {
  const { model, engine, precision, outcome, reason, doubts } = row.result;
  return [model, engine, precision, outcome, reason, ...doubts].join(" ").toLowerCase();
}

function matches(row, words, chosen) {
  return words.every((word) => rowText(row).includes(word)) &&
    filterKeys.every((key) => chosen[key] === "" || row.result[key] === chosen[key]);
}

// The rows that the filter lets through, in the report's order.
function applyFilter() {
  const words = document.getElementById("filter-text").value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = {};
  for (const key of filterKeys) chosen[key] = document.getElementById(`filter-${key}`).value;
  const shown = rows.filter((row) => matches(row, words, chosen));
  const indices = new Set(shown.map((row) => row.index));
  closeDetails();
  for (const tableRow of tableRows) tableRow.hidden = !indices.has(Number(tableRow.dataset.index));
  document.getElementById("shown").textContent = `${shown.length} of ${rows.length} rows`;
  return shown;
}

function fillChoices(key) {
  const values = [...new Set(rows.map((row) => row.result[key]))].sort();
  const select = document.getElementById(`filter-${key}`);
  select.append(element("option", { value: "" }, "all"));
  for (const value of values) select.append(element("option", { value }, value));
}

function startTable(onFilter) {
  for (const heading of document.querySelectorAll("#table thead th")) {
    heading.querySelector("button").addEventListener("click", () => sortBy(heading));
  }
  for (const key of filterKeys) fillChoices(key);
  const form = document.getElementById("filters");
  const update = () => onFilter(applyFilter());
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(update));
  tableBody.addEventListener("click", (event) => {
    const button = event.target.closest(".expand");
    if (button) toggleDetails(button);
  });
  update();
}

