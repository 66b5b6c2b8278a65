// SPDX-FileCopyrightText: 2026 The regops.oci_registry authors
// SPDX-License-Identifier: GPL-3.0-or-later

document.addEventListener("DOMContentLoaded", () => {
  // Tell each cell what its column is called: on a narrow screen site.css makes a card of each row.
  for (const table of document.querySelectorAll("table.docutils:not([class*='ansible-'])")) {
    const titles = [...table.querySelectorAll(":scope > thead th")].map((cell) => cell.textContent.trim());
    if (!titles.length) continue;
    table.classList.add("stacks");
    for (const row of table.querySelectorAll(":scope > tbody > tr")) {
      [...row.cells].forEach((cell, index) => { cell.dataset.title = titles[index] || ""; });
    }
  }
  // Long names in narrow columns are broken where their words end.
  for (const code of document.querySelectorAll("table.docutils td code.literal .pre")) {
    if (code.textContent.length < 20) continue;
    const parts = code.textContent.split(/(?<=::|_|\/)/);
    code.replaceChildren(...parts.flatMap((part, index) => (index ? [document.createElement("wbr"), part] : [part])));
  }
});
