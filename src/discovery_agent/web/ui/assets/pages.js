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
      if (lost() || document.activeElement === caught) focus(...ids);
    });
  }

  /* What is drawn anew takes the focus with it. It then goes to what stands there now under the same name, or else to whatever is
     nearest to where it was: somebody who works by keyboard never begins again at the top of the page. */
  const SECONDS_TO_DRAW = 0.25;
  let held, caught, catching, byKey = false, byTouch = false;
  const from = new Map(); /* for a dialog: what had the focus when it was opened */
  const lost = () => !document.activeElement || document.activeElement === document.body;
  const called = (one) => (one.getAttribute("aria-label") ?? (one.value && one.name ? one.name + one.value : one.name || one.textContent)).trim();
  const above = (one) => (one ? [one, ...above(one.parentElement)] : []);
  const takes = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !one.closest("dialog:not([open])");
  const there = (one) => one.isConnected && takes(one);
  /* Of several with one name, such as "Remove" in each row, none is taken for another. */
  const alike = (at, tag, name) => [...at.querySelectorAll(tag)].filter((one) => called(one) === name && takes(one));
  function note(one) {
    const name = called(one);
    const alone = alike(document, one.tagName, name).length === 1;
    return { one, tag: one.tagName, name, alone, above: above(one.parentElement), dialog: one.closest("dialog") };
  }
  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  function nearest({ one, tag, name, alone, above }) {
    if (there(one)) return one;
    const left = above.filter((at) => there(at) && at !== document.body && at !== document.documentElement);
    const [same] = alone ? alike(document, tag, name) : [];
    if (same) return same;
    for (const at of left) {
      if (at.matches("[tabindex]")) return at;
      const first = [...at.querySelectorAll(FOCUSABLE)].find(takes);
      if (first) return first;
    }
    return document.getElementById("content");
  }
  function hold() {
    if (!held || byTouch || !lost() || there(held.one)) return;
    const back = held.dialog && !there(held.dialog) ? from.get(held.dialog) ?? held : held;
    caught = nearest(back);
    caught?.focus({ preventScroll: !byKey });
  }
  /* `gone` tells whether what has the focus can have it no more; it is looked at when whatever is being drawn stands. */
  const watch = (gone) => {
    if (!held || catching || !gone(held.one)) return;
    catching = setTimeout(() => {
      catching = undefined;
      hold();
    }, SECONDS_TO_DRAW * 1000);
  };
  addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) held = note(target);
    if (target !== caught) caught = undefined;
  });
  /* A press on nothing lets go of it on purpose; a finger needs no focus, and a field that got it would bring up a keyboard. */
  addEventListener("pointerdown", ({ target, pointerType }) => {
    byKey = false;
    if (pointerType === "touch" || !(target instanceof Element && target.closest(FOCUSABLE + ", label"))) held = undefined;
    byTouch = pointerType === "touch";
  });
  addEventListener("keydown", () => {
    byKey = true;
    byTouch = false;
  });

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
  function open(id) {
    const found = getHtmlElement(id);
    if (!found || found.open) return;
    if (held) from.set(found, held);
    found.showModal();
  }
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
    watch((one) => !one.isConnected);
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
  new MutationObserver(() => watch((one) => !takes(one))).observe(document.documentElement, {
    attributeFilter: ["hidden", "disabled", "open"],
    subtree: true,
  });
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

  const byHand = () => !byKey;

  return { byHand, complete, put, take, taken, forget, copy, say, focus, refocus, awaitWords, empty, open, close, follow };
})();
