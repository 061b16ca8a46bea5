// SPDX-License-Identifier: MIT
// Reading the page's data and writing its numbers as report/text.cc does.

const data = JSON.parse(document.getElementById("data").textContent);

// One object per row of the report: the result of docs/cli.md and what only the page has.
const rows = data.results.map((result, index) => ({ index, result, page: data.page.rows[index] }));

const variants = [...new Set(rows.filter((row) => row.result.latency_ms).map((row) => row.page.variant))].sort();

function significant(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  if (value === 0) return "0";
  const exponent = Number(value.toExponential(digits - 1).split("e")[1]);
  return value.toFixed(Math.max(0, digits - 1 - exponent));
}

// As many digits as tell the two ends apart.
function interval(pair) {
  if (!pair) return "–";
  let digits = 4;
  while (digits < 7 && significant(pair[0], digits) === significant(pair[1], digits)) digits += 1;
  if (digits === 7) return significant(pair[0]);
  return `${significant(pair[0], digits)} to ${significant(pair[1], digits)}`;
}

function megabytes(bytes) {
  return bytes === null ? "–" : `${significant(bytes / 1e6, 3)} MB`;
}

function shares(map) {
  if (!map) return "";
  return Object.entries(map).map(([name, share]) => `${name} ${significant(100 * share, 3)} %`).join(", ");
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

