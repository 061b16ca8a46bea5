// SPDX-License-Identifier: MIT
"use strict";
// Light or dark: the system's choice until the button makes another, which lasts for this visit.

const systemDark = matchMedia("(prefers-color-scheme: dark)");

function setTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.dispatchEvent(new Event("themechange"));
}

function startTheme() {
  let chosen = false;
  setTheme(systemDark.matches);
  systemDark.addEventListener("change", () => chosen || setTheme(systemDark.matches));
  document.getElementById("theme").addEventListener("click", () => {
    chosen = true;
    setTheme(document.documentElement.dataset.theme !== "dark");
  });
  addEventListener("beforeprint", () => {
    setTheme(false);
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });
}

function cssColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

