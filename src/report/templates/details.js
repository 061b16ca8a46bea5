// SPDX-License-Identifier: MIT
// A row's details below it: every figure, the doubts with advice, the raw samples in the order in
// which they were measured, and the command that measures it again.

function closeDetails() {
  for (const open of tableBody.querySelectorAll("tr.details")) open.remove();
  for (const button of tableBody.querySelectorAll("[aria-expanded=true]")) button.setAttribute("aria-expanded", "false");
}

function toggleDetails(button) {
  const tableRow = button.closest("tr");
  const wasOpen = button.getAttribute("aria-expanded") === "true";
  closeDetails();
  if (wasOpen) return;
  button.setAttribute("aria-expanded", "true");
  const cell = element("td", { colspan: tableRow.children.length }, panel(rows[Number(tableRow.dataset.index)]));
  tableRow.after(element("tr", { class: "details" }, cell));
}

function definitionList(entries) {
  const shown = entries.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return element("dl", {}, ...shown.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))));
}

function tail(latency, name) {
  if (latency[name] === null) return "too few samples";
  const bounds = latency[`${name}_ci95`];
  return `${significant(latency[name])} ms` + (bounds ? ` [${interval(bounds)}]` : "");
}

function figureEntries({ result }) {
  const latency = result.latency_ms;
  if (!latency) return [];
  return [
    ["median", `${significant(latency.median)} ms`],
    ["its 95 % interval", `${interval(latency.ci95)} ms`],
    ["p90", tail(latency, "p90")], ["p95", tail(latency, "p95")], ["p99", tail(latency, "p99")],
    ["mean", `${significant(latency.mean)} ms`],
    ["min to max", `${significant(latency.min)} to ${significant(latency.max)} ms`],
    ["samples", `${latency.samples} in ${latency.processes} process${latency.processes === 1 ? "" : "es"}`],
    ["first run", `${significant(result.first_run_ms)} ms`],
    ["load", `${significant(result.load_seconds, 3)} s`],
    ["phases of a picture", result.phases_ms.total && phasesText(result)],
    ["warm-up runs", result.warmup_runs], ["steady state", result.steady_state],
    ["target of the interval", result.ci_target && targetText(result.ci_target)],
    ["memory, peak", megabytes(result.peak_rss_bytes)], ["memory of the model", megabytes(result.model_rss_bytes)],
    ["memory by phase", result.memory.load_bytes && memoryText(result.memory)],
    ["energy", result.energy ? energyText(result) : result.facts.notes.energy ?? "no sensor"],
    ["share of the roof", result.roof && roofText(result.roof)],
  ];
}

function phasesText({ phases_ms: phases, fps_inference, fps_all }) {
  const each = ["load", "preprocess", "inference", "postprocess", "total"].map((name) => `${name} ${significant(phases[name], 3)} ms`);
  return `${each.join(", ")}; ${significant(fps_inference, 3)} images per s of inference, ${significant(fps_all, 3)} with load and preprocessing`;
}

function memoryText(memory) {
  const phase = (name) => `${megabytes(memory[`${name}_bytes`])} (at most ${megabytes(memory[`${name}_peak_bytes`])})`;
  return `${megabytes(memory.engine_bytes)} before load, load ${phase("load")}, first run ${phase("first_run")}, steady ${phase("steady")}; ` +
    `running added ${megabytes(memory.activations_bytes)}, ${megabytes(memory.activations_predicted_bytes)} of activations predicted`;
}

function energyText({ energy_j_per_inference: joules, energy }) {
  const bounds = energy.ci95 ? ` [${interval(energy.ci95)}]` : "";
  return `${significant(joules, 3)} J per call${bounds} by ${energy.sensor}, idle power included`;
}

function roofText({ threads, share_of_macs, share_of_bytes }) {
  const percent = (share) => `${significant(100 * share, 3)} %`;
  return `${percent(share_of_macs)} of the multiply-adds, ${percent(share_of_bytes)} of the memory's bandwidth (${threads} threads)`;
}

function targetText({ asked, reached, reason }) {
  const percent = (share) => `±${significant(100 * share, 2)} %`;
  return percent(asked) + (reached ? `, reached ${percent(reached)}` : "") + (reason ? `: ${reason.replaceAll("_", " ")}` : "");
}

function factEntries({ result, page }) {
  const check = result.output_check;
  return [
    ["model", result.model], ["engine", [result.engine, result.engine_version].filter(Boolean).join(" ")],
    ["device", result.device], ["streams", result.streams], ["scenario", result.scenario],
    ["rate", result.rate_per_s && `${significant(result.rate_per_s)} / s`], ["idle before each call", result.idle_gap_ms ? `${result.idle_gap_ms} ms` : null],
    ["transfer", result.include_transfer ? "counts in the latency" : null],
    ["input", Object.entries(result.input).map(([name, shape]) => `${name} ${shape.join("×")}`).join(", ")],
    ["options", Object.entries(result.options).map(([name, value]) => `${name}=${value}`).join(" ")],
    ["precision that ran (share of MACs)", shares(result.facts.precision_executed)],
    ["provider (share of nodes)", shares(result.facts.providers)],
    ["busy threads", result.facts.threads],
    ["parameters", page.parameters && significant(page.parameters / 1e6, 3) + " M"],
    ["MACs per call", page.macs && significant(page.macs / 1e9, 3) + " G"],
    ["output against reference", check && `error ${significant(check.error, 2)}, ${check.passed ? "passed" : "failed"} at ${check.tolerance}`],
    ["started", result.started_at], ["id", result.id],
  ];
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Processes one after the other, separated by a line; the median with its interval as a band.
function samplePlot({ result, page }) {
  const [width, height, left, top] = [isNarrow() ? 340 : 560, 170, 52, 12];
  const processes = page.samples;
  const total = processes.reduce((sum, process) => sum + process.count, 0);
  const values = processes.flatMap((process) => process.drawn.map(([, ms]) => ms));
  const low = Math.min(...values), high = Math.max(...values), range = high - low || 1;
  const x = (place) => left + (place + 0.5) / total * (width - left - 8);
  const y = (ms) => top + (1 - (ms - low) / range) * (height - 2 * top - 14);
  const plot = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "samples in the order measured" });
  const { median, ci95 } = result.latency_ms;
  if (ci95) {
    plot.append(svg("rect", { x: left, width: width - left - 8, y: y(ci95[1]), height: Math.max(1, y(ci95[0]) - y(ci95[1])),
      fill: "var(--v0)", opacity: 0.22 }));
  }
  plot.append(svg("line", { x1: left, x2: width - 8, y1: y(median), y2: y(median), stroke: "var(--v0)" }));
  let start = 0;
  for (const process of processes) {
    if (start) plot.append(svg("line", { x1: x(start - 0.5), x2: x(start - 0.5), y1: top, y2: height - top - 14, stroke: "var(--line)" }));
    for (const [place, ms] of process.drawn) {
      plot.append(svg("circle", { cx: x(start + place), cy: y(ms), r: 1.6, fill: "var(--ink)", opacity: 0.55 }));
    }
    start += process.count;
  }
  for (const ms of new Set([low, median, high])) {
    if (ms !== median && Math.abs(y(ms) - y(median)) < 12) continue;
    plot.append(svg("text", { x: left - 6, y: y(ms) + 4, "text-anchor": "end" }, significant(ms)));
  }
  plot.append(svg("text", { x: left, y: height - 3 }, `${total} calls in order, ms` +
    (values.length < total ? `; ${values.length} drawn, extremes kept` : "")));
  return plot;
}

function commandBox(command) {
  const button = element("button", { type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(button.previousElementSibling);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return element("div", { class: "command" }, element("code", {}, command), button);
}

function doubtList(names) {
  return element("ul", { class: "cards" }, ...names.map((name) => element("li", {},
    element("p", {}, element("strong", {}, name)), element("p", {}, data.page.doubts[name].meaning),
    element("p", { class: "advice" }, data.page.doubts[name].advice))));
}

function panel(row) {
  const made = element("div", { class: "panel" });
  const add = (title, wide, content) => made.append(element("div", wide ? { class: "wide" } : {}, element("h4", {}, title), content));
  if (row.result.reason) add(`Why it is ${row.result.outcome}`, true, element("p", {}, row.result.reason));
  if (row.result.latency_ms) {
    add("Samples", false, samplePlot(row));
    add("Figures", false, definitionList(figureEntries(row)));
  }
  add("Facts", true, definitionList(factEntries(row)));
  if (row.result.doubts.length) add("Doubts", true, doubtList(row.result.doubts));
  if (row.result.command) add("Measure it again", true, commandBox(row.result.command));
  return made;
}

