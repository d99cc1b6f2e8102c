"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  for (const list of all(".cases")) {
    const name = list.dataset.suite;
    const find = document.querySelector(`[data-filter="${name}"]`);
    const direction = document.querySelector(`[data-direction="${name}"]`);
    const count = document.querySelector(`[data-count="${name}"]`);
    const cases = all(".case", list);
    const show = () => {
      const wanted = find.value.trim().toLowerCase();
      let shown = 0;
      for (const one of cases) {
        const fits = (!direction.value || (direction.value === "most" && wanted) || one.classList.contains(`d-${direction.value}`)) && one.textContent.toLowerCase().includes(wanted);
        one.hidden = !fits;
        shown += fits;
      }
      count.textContent = shown < cases.length ? `${shown} of ${cases.length} cases` : "";
    };
    find.addEventListener("input", show);
    direction.addEventListener("change", show);
    find.closest(".tools").hidden = false;
    show();
    list.addEventListener("reveal", () => { find.value = ""; direction.value = ""; show(); });
  }

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) target.closest(".cases")?.dispatchEvent(new Event("reveal"));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("main details:not([open]):not(.case):not(.case details)");
    opened.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
})();
