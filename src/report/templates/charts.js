// SPDX-License-Identifier: MIT
// Charts by Plotly: one dot per configuration with its interval, latency against MACs, throughput.
// A variant keeps its colour and symbol in all of them, whatever the filter shows.

const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "star", "hexagon"];

// More would hide the chart: then a mark says what it is when pointed at.
const mostInLegend = 24;

function variantStyle(variant) {
  const place = variants.indexOf(variant);
  const cycle = Math.floor(place / 7);
  return { color: cssColour(`--v${place % 7}`), symbol: symbols[(place + cycle) % symbols.length] + (cycle % 2 ? "-open" : "") };
}

function isNarrow() { return document.documentElement.clientWidth < 640; }

// Names come from users: Plotly reads markup in labels, so what could be markup is made harmless.
function plain(text) { return text.replace(/&/g, "&amp;").replace(/</g, "&lt;"); }

// Cut in the middle: what tells names apart is often at their ends.
function tickLabel(subject) {
  const room = isNarrow() ? 17 : 38;
  if (subject.length <= room) return plain(subject);
  const short = subject.replace(/\.onnx\b/, "");
  const end = Math.floor((room - 1) / 2);
  return plain(short.length <= room ? short : `${short.slice(0, room - 1 - end)}…${short.slice(-end)}`);
}

// A logarithmic axis spans a factor of four at least, so that it has ticks to read, and labels only the powers of ten
// where it spans many; `margin` is the share of it that is left free on each side. `big` writes thousands as k.
function axis(title, logarithmic, values, { big = false, margin = 0.04 } = {}) {
  const common = { title: { text: title, standoff: 8 }, gridcolor: cssColour("--line"), zeroline: false, automargin: true,
    exponentformat: big ? "SI" : "none" };
  if (!logarithmic) return { ...common, type: "linear", rangemode: "tozero" };
  const low = Math.log10(Math.min(...values)), high = Math.log10(Math.max(...values)), span = Math.max(0.6, high - low);
  const middle = (low + high) / 2, half = span * (0.5 + margin), wide = span > (isNarrow() ? 2 : 3);
  return { ...common, type: "log", range: [middle - half, middle + half], dtick: wide ? 1 : "D2",
    minorloglabels: wide || isNarrow() ? "none" : "complete" };
}

function layout(height, xaxis, yaxis) {
  return { height, xaxis, yaxis, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: cssColour("--sans"), size: isNarrow() ? 11 : 12.5, color: cssColour("--ink") },
    margin: { l: 8, r: 14, t: 8, b: 40 }, hovermode: "closest", showlegend: variants.length <= mostInLegend,
    legend: { orientation: "h", y: 1.01, yanchor: "bottom", x: 0 },
    hoverlabel: { bgcolor: cssColour("--card"), bordercolor: cssColour("--line"), font: { color: cssColour("--ink") } } };
}

const plotOptions = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
  displayModeBar: false };

function byVariant(chosen, makeTrace) {
  return variants.map((variant) => [variant, chosen.filter((row) => row.page.variant === variant)])
    .filter(([, members]) => members.length).map(([variant, members]) => makeTrace(variant, members));
}

function hoverText(row) {
  const { latency_ms: latency, throughput_per_s: throughput } = row.result;
  return `<b>${plain(row.page.subject)}</b><br>${plain(row.page.variant)}<br>${significant(latency.median)} ms` +
    (latency.ci95 ? ` [${interval(latency.ci95)}]` : "") + `<br>${significant(throughput)} images/s`;
}

// Subjects with the best value at the top; the variants of a subject keep their own lane.
function dotPlot(id, chosen, valueOf, { title, whiskersOf, endsOf = () => [], moreIsBetter = false, big = false }) {
  const sign = moreIsBetter ? -1 : 1;
  const best = new Map();
  for (const row of chosen) {
    const key = row.page.subject;
    best.set(key, Math.min(best.get(key) ?? Infinity, sign * valueOf(row)));
  }
  const subjects = [...best.keys()].sort((a, b) => best.get(a) - best.get(b));
  const present = variants.filter((variant) => chosen.some((row) => row.page.variant === variant));
  const lane = Math.min(0.22, 0.7 / present.length);
  const place = (row) => subjects.indexOf(row.page.subject) + (present.indexOf(row.page.variant) - (present.length - 1) / 2) * lane;
  const traces = byVariant(chosen, (variant, members) => ({
    name: plain(variant), type: "scatter", mode: "markers", x: members.map(valueOf), y: members.map(place),
    customdata: members.map((row) => row.index), hovertext: members.map(hoverText), hoverinfo: "text",
    marker: { ...variantStyle(variant), size: 9 }, error_x: whiskersOf && whiskersOf(members, variantStyle(variant).color) }));
  const yaxis = { tickvals: subjects.map((_, i) => i), ticktext: subjects.map(tickLabel), autorange: false,
    range: [subjects.length - 0.4, -0.6], automargin: true, gridcolor: cssColour("--line"), zeroline: false };
  const height = 130 + subjects.length * Math.max(26, 11 * Math.min(present.length, mostInLegend));
  draw(id, traces, layout(height, axis(title, logAxes(), chosen.flatMap((row) => [valueOf(row), ...endsOf(row)]), { big }), yaxis));
}

function latencyWhiskers(members, color) {
  const side = (row, end) => (row.result.latency_ms.ci95 ? Math.abs(row.result.latency_ms.ci95[end] - row.result.latency_ms.median) : 0);
  return { type: "data", symmetric: false, array: members.map((row) => side(row, 1)), arrayminus: members.map((row) => side(row, 0)),
    color, thickness: 1.5, width: 4 };
}

function bubbles(chosen) {
  const counted = chosen.filter((row) => row.page.macs > 0);
  const largest = Math.max(1, ...counted.map((row) => row.page.parameters ?? 0));
  const traces = byVariant(counted, (variant, members) => ({
    name: plain(variant), type: "scatter", mode: "markers", x: members.map((row) => row.page.macs),
    y: members.map((row) => row.result.latency_ms.median), customdata: members.map((row) => row.index),
    hovertext: members.map((row) => `${hoverText(row)}<br>${significant(row.page.macs / 1e9, 3)} GMACs, ` +
      `${significant((row.page.parameters ?? 0) / 1e6, 3)} M parameters`), hoverinfo: "text",
    marker: { color: variantStyle(variant).color, opacity: 0.62, sizemode: "area",
      size: members.map((row) => row.page.parameters ?? 0), sizeref: 2 * largest / (isNarrow() ? 34 : 52) ** 2, sizemin: 4,
      line: { width: 1, color: cssColour("--card") } } }));
  draw("chart-macs", traces, layout(isNarrow() ? 400 : 500, axis("MACs per call", logAxes(), counted.map((row) => row.page.macs), { big: true, margin: 0.12 }),
    axis("ms per call", logAxes(), counted.map((row) => row.result.latency_ms.median), { margin: 0.15 })));
}

function logAxes() { return document.getElementById("log-axis").checked; }

function draw(id, traces, described) {
  const chart = document.getElementById(id);
  chart.closest("figure").hidden = traces.length === 0;
  chart.style.height = `${described.height}px`;
  Plotly.react(id, traces, described, plotOptions);
}

function drawCharts(shown) {
  const chosen = shown.filter((row) => row.result.outcome === "ok" && row.result.latency_ms);
  dotPlot("chart-latency", chosen, (row) => row.result.latency_ms.median,
    { title: "ms per call", whiskersOf: latencyWhiskers, endsOf: (row) => row.result.latency_ms.ci95 ?? [] });
  bubbles(chosen);
  dotPlot("chart-throughput", chosen.filter((row) => row.result.throughput_per_s), (row) => row.result.throughput_per_s,
    { title: "images/s", moreIsBetter: true, big: true });
  document.getElementById("nothing-drawn").hidden = chosen.length > 0;
  document.getElementById("chart-controls").hidden = chosen.length === 0;
}

