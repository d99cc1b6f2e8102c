"use strict";
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const filter = one("#filter");

  const applyFilter = () => {
    const wanted = filter.value.trim().toLowerCase();
    const shown = (item) => !(item.hidden = !item.textContent.toLowerCase().includes(wanted));
    const found = all(".finding").filter(shown).length;
    all(".line").forEach(shown);
    all(".group").forEach((group) => {
      const items = [...group.querySelectorAll(".finding, .line")];
      group.hidden = wanted !== "" && items.every((item) => item.hidden);
    });
    one("#filter-count").textContent = wanted ? `${found} of ${all(".finding").length} findings` : "";
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]") && filter) { filter.value = ""; applyFilter(); }
    if (target.closest(".by-kind")) one("#group-kind").checked = true;
    if (target.closest(".by-person")) one("#group-person").checked = true;
    const folded = target.closest("details:not([open])");
    if (folded) folded.open = true;
    target.scrollIntoView();
  };

  if (filter) {
    filter.closest("label").hidden = false;
    filter.addEventListener("input", applyFilter);
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    opened.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((item) => { item.open = false; }));
})();
