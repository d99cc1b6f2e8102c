/* What a page does without asking the server: grow, follow, keep drafts, copy, open dialogs, take files. */
"use strict";
window.discovery = (() => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  /* How far the end of the talk is below the lower edge of the window. */
  const below = () => (document.querySelector(".talk")?.getBoundingClientRect().bottom ?? innerHeight) - innerHeight;
  const near = () => Math.abs(below()) < 240;

  function grow(field) {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = Math.min(field.scrollHeight + 2, innerHeight * 0.4) + "px";
  }

  /* Drafts outlive a reload of the page, in this tab only. */
  const slot = (field) => "draft:" + field.dataset.draft;
  function keep(field) {
    const value = field.type === "checkbox" && !field.checked ? "" : field.value;
    sessionStorage.setItem(slot(field), value);
  }
  function bringBack(field) {
    const kept = sessionStorage.getItem(slot(field));
    if (!kept) return;
    if (field.type === "radio" || field.type === "checkbox") {
      if (kept !== field.value || field.checked) return;
      field.checked = true;
    } else {
      if (field.value === kept) return;
      field.value = kept;
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function forget(prefix) {
    Object.keys(sessionStorage).filter((key) => key.startsWith("draft:" + prefix)).forEach((key) => sessionStorage.removeItem(key));
  }

  /* An answer keeps its key until its words change, so that sending it twice counts once. */
  function take(field) {
    const text = field.value.trim();
    if (!text) return null;
    const place = "key:" + field.dataset.draft;
    const kept = JSON.parse(sessionStorage.getItem(place) || "null");
    const sent = kept && kept.text === text ? kept : { text, key: createRandomUUID() };
    sessionStorage.setItem(place, JSON.stringify(sent));
    return sent;
  }
  function taken(id, text) {
    const field = getHtmlElement(id);
    if (!field) return;
    sessionStorage.removeItem("key:" + field.dataset.draft);
    if (field.value.trim() !== text) return;
    field.value = "";
    keep(field);
    grow(field);
  }

  async function copy(id, done) {
    const field = getHtmlElement(id);
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    say(done);
  }
  let hush;
  function say(text, bad = false) {
    const place = document.querySelector(".says");
    if (!place) return;
    place.classList.toggle("bad", bad);
    place.textContent = text;
    clearTimeout(hush);
    hush = setTimeout(() => (place.textContent = ""), bad ? 9000 : 4500);
  }

  /* Focus goes to the first of these that is there; `refocus` only if it was lost with what had it. */
  function focus(...ids) {
    const place = ids.map((id) => document.getElementById(id)).find((one) => one);
    place?.focus({ preventScroll: false });
  }
  function refocus(...ids) {
    requestAnimationFrame(() => {
      if (!document.activeElement || document.activeElement === document.body) focus(...ids);
    });
  }
  /* A field is not focused where that would bring up a keyboard over half the page. */
  const awaitWords = (id) => matchMedia("(pointer: fine)").matches && focus(id);

  /* Words that were picked go into a field as if they had been typed. */
  function put(id, text) {
    const field = document.getElementById(id);
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  const empty = (id) => getHtmlElement(id)?.querySelector("form")?.reset();
  const open = (id) => getHtmlElement(id)?.showModal();
  const close = (id) => getHtmlElement(id)?.close();
  function follow(always = false) {
    if (always || near()) scrollBy({ top: below(), behavior: calm.matches || always ? "auto" : "smooth" });
  }

  addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.matches("textarea.grow")) grow(target);
    if (target.dataset.draft) keep(target);
  });
  addEventListener("click", ({ target }) => {
    if (target instanceof HTMLDialogElement && target.open) target.close();
  });
  new MutationObserver((changes) => {
    const atEnd = near();
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        const fields = node.matches("[data-draft]") ? [node] : node.querySelectorAll("[data-draft]");
        fields.forEach(bringBack);
      }
    }
    if (atEnd && document.querySelector("[data-follow]") && changes.some(({ target }) => target.parentElement?.closest("[data-follow]"))) follow(true);
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
  addEventListener("DOMContentLoaded", () => document.getElementById("popup")?.setAttribute("role", "alert"));

  /* The menu of an engagement: its lists are opened and closed here, closed by Escape and by leaving them. */
  const unfold = (button, wanted) => button.setAttribute("aria-expanded", String(wanted));
  const unfolded = () => [...document.querySelectorAll('.menu [aria-expanded="true"]')];
  const leave = (target) => unfolded().forEach((one) => one.parentElement.contains(target) || unfold(one, false));
  addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest(".menu [aria-expanded]") : null;
    leave(target);
    if (button) unfold(button, button.getAttribute("aria-expanded") !== "true");
  });
  addEventListener("focusin", ({ target }) => leave(target));
  addEventListener("keydown", ({ key, target }) => {
    const button = key === "Escape" && unfolded().filter((one) => one.parentElement.contains(target)).pop();
    if (!button) return;
    unfold(button, false);
    button.focus();
  });

  /* The server cannot know by which name it is reached through a proxy; the browser does. */
  function complete(id) {
    const field = getHtmlElement(id);
    if (field) field.value = new URL(field.value, location.href).href;
  }

  return { complete, put, take, taken, forget, copy, say, focus, refocus, awaitWords, empty, open, close, follow };
})();
