// SPDX-License-Identifier: MIT
// Putting the parts together: whatever changes what is shown redraws the charts.

const hasCharts = typeof Plotly !== "undefined";
let shownRows = rows;

function redraw() {
  if (hasCharts) drawCharts(shownRows);
}

startTheme();
startTable((shown) => { shownRows = shown; redraw(); });
document.getElementById("no-charts").hidden = hasCharts;
document.getElementById("chart-area").hidden = !hasCharts;
document.getElementById("log-axis").addEventListener("change", redraw);
document.addEventListener("themechange", redraw);
matchMedia("(max-width: 639px)").addEventListener("change", redraw);
document.documentElement.dataset.ready = "true";
