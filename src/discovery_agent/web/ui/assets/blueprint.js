/* Cards behind citation numbers: shown by pointing at a number, by reaching it with the keyboard, or by a tap. */
"use strict";
(() => {
  const LEAVING = 220;
  let card, mark, pinned, leaving;

  const marks = (target) => (target instanceof Element ? target.closest(".mark") : null);
  const stored = (one) => document.getElementById(one.getAttribute("aria-describedby") ?? "");
  const inCard = (target) => target instanceof Node && card?.contains(target);

  function place() {
    if (!mark?.isConnected) return hide();
    const at = mark.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) return hide();
    const { offsetWidth: width, offsetHeight: height } = card;
    const wide = document.documentElement.clientWidth;
    const below = at.bottom + 6 + height <= innerHeight || at.top < height + 6;
    card.style.left = Math.max(8, Math.min(at.left - 12, wide - width - 8)) + "px";
    card.style.top = (below ? Math.min(at.bottom + 6, Math.max(8, innerHeight - height - 8)) : at.top - height - 6) + "px";
  }
  function show(one) {
    clearTimeout(leaving);
    const found = stored(one);
    if (!found || (one === mark && card && !card.hidden)) return;
    if (!card) {
      card = document.createElement("div");
      card.className = "cite-card";
      card.setAttribute("role", "group");
      card.setAttribute("aria-label", "What it stands on");
      card.addEventListener("pointerenter", () => clearTimeout(leaving));
      card.addEventListener("pointerleave", leave);
      document.body.append(card);
    }
    pinned = false;
    mark = one;
    card.replaceChildren(...[...found.childNodes].map((node) => node.cloneNode(true)));
    card.querySelectorAll("[id]").forEach((node) => node.removeAttribute("id"));
    card.hidden = false;
    place();
  }
  function hide() {
    clearTimeout(leaving);
    if (card) card.hidden = true;
    mark = undefined;
    pinned = false;
  }
  function leave() {
    clearTimeout(leaving);
    if (!pinned && document.activeElement !== mark && !inCard(document.activeElement)) leaving = setTimeout(hide, LEAVING);
  }

  addEventListener("pointerover", ({ target, pointerType }) => {
    const one = marks(target);
    if (one && pointerType === "mouse" && !pinned) show(one);
  });
  addEventListener("pointerout", ({ target, pointerType }) => {
    if (marks(target) && pointerType === "mouse") leave();
  });
  addEventListener("focusin", ({ target }) => {
    const one = marks(target);
    if (one) show(one);
    else if (!inCard(target)) hide();
  });
  addEventListener("click", (event) => {
    const one = marks(event.target);
    if (!one) return;
    if (one.dataset.do) return hide();
    show(one);
    pinned = true;
    /* Pressed with the keyboard: go on to what the card holds. */
    if (event.detail === 0) card.querySelector("a, button")?.focus();
  });
  addEventListener("pointerdown", ({ target }) => {
    if (card && !card.hidden && !inCard(target) && !marks(target)) hide();
  });
  addEventListener("keydown", (event) => {
    if (!card || card.hidden) return;
    if (event.key === "Escape") {
      const back = inCard(document.activeElement) ? mark : null;
      hide();
      back?.focus();
      hide();
    } else if (event.key === "Tab" && inCard(document.activeElement)) {
      /* The card stands at the end of the page, but is read where its number is. */
      const inside = [...card.querySelectorAll("a, button")];
      const next = inside.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
      if (next >= 0 && next < inside.length) return;
      mark?.focus();
      if (event.shiftKey) event.preventDefault();
    }
  });
  addEventListener("scroll", () => card && !card.hidden && place(), { capture: true, passive: true });
  addEventListener("resize", () => card && !card.hidden && place());
})();
