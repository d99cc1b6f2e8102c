"""What every page must hold for those who do not see it, or see little: checked in the page itself, with no script from elsewhere."""

from __future__ import annotations

from playwright.sync_api import Page

_STRUCTURE = """() => {
  const found = [];
  const shown = (one) => one.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) && !one.closest('[aria-hidden="true"], [hidden]');
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const words = (one) => [...one.childNodes].map((node) =>
    node.nodeType === Node.TEXT_NODE ? node.data
    : node.nodeType === Node.ELEMENT_NODE && node.getAttribute("aria-hidden") !== "true" ? node.getAttribute("aria-label") ?? words(node) : "").join("");
  const name = (one) => {
    const by = one.getAttribute("aria-labelledby");
    if (by) return by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
    const labels = one.labels ? [...one.labels].map(words).join(" ") : "";
    return (one.getAttribute("aria-label") ?? "").trim() || labels.trim() || words(one).trim() || (one.getAttribute("title") ?? "").trim();
  };
  const tell = (one) => one.outerHTML.slice(0, 120);

  if (!document.documentElement.lang) found.push("the page names no language");
  if (!document.title.trim()) found.push("the page has no title");
  if (!document.querySelector('meta[name=viewport]')) found.push("no viewport is set");
  if (all("main").length !== 1) found.push(`${all("main").length} main landmarks`);
  if (all("header").filter((one) => !one.closest("main, article, section")).length !== 1) found.push("not exactly one banner");
  if (all("h1").length !== 1) found.push(`${all("h1").length} headings of level 1`);
  let level = 0;
  for (const one of all("h1, h2, h3, h4, h5, h6").filter((one) => !one.closest("dialog"))) {
    const now = Number(one.tagName[1]);
    if (now > level + 1 && level) found.push(`heading level jumps from ${level} to ${now}: ${one.textContent}`);
    level = now;
    if (!one.textContent.trim()) found.push(`empty heading: ${tell(one)}`);
  }
  for (const one of all("a[href], button, input:not([type=hidden]), select, textarea, [role=progressbar], dialog, [role=region], nav, aside"))
    if (!name(one)) found.push(`no name: ${tell(one)}`);
  for (const one of all("section")) if (!name(one) && (one.hasAttribute("aria-labelledby") || one.hasAttribute("aria-label"))) found.push(`no name: ${tell(one)}`);
  for (const one of all("a")) if (!one.getAttribute("href")) found.push(`link that leads nowhere: ${tell(one)}`);
  for (const one of all("img")) if (!one.hasAttribute("alt")) found.push(`image without words: ${tell(one)}`);
  for (const one of all("table")) if (!one.querySelector("th[scope]")) found.push(`table without heads: ${tell(one)}`);
  for (const one of all("ul, ol"))
    for (const child of one.children) if (!["LI", "SCRIPT", "TEMPLATE"].includes(child.tagName)) found.push(`not an item of a list: ${tell(child)}`);
  for (const one of all("fieldset")) if (!one.querySelector("legend")) found.push(`fieldset without legend: ${tell(one)}`);
  for (const one of document.querySelectorAll("[tabindex]")) if (Number(one.getAttribute("tabindex")) > 0) found.push(`tab order is bent: ${tell(one)}`);
  const ids = new Map();
  for (const one of document.querySelectorAll("[id]")) {
    if (ids.has(one.id)) found.push(`id twice: ${one.id}`);
    ids.set(one.id, one);
  }
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
    for (const one of document.querySelectorAll(`[${attribute}]`))
      for (const id of one.getAttribute(attribute).split(" ")) if (!ids.has(id)) found.push(`${attribute} names nothing: ${id}`);
  for (const one of all('a[href^="#"]')) if (!ids.has(one.getAttribute("href").slice(1))) found.push(`link to no place: ${tell(one)}`);
  return found;
}"""

_CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1), pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = color; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
  const over = ([r, g, b, a], under) => [r, g, b].map((one, at) => (one * a + under[at] * (255 - a)) / 255);
  const behind = (one) => {
    const layers = [];
    for (let at = one; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      const color = rgba(style.backgroundColor);
      if (color[3]) layers.push(color);
      if (color[3] === 255) break;
      if (at.tagName === "DIALOG") break;
    }
    let base = rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    for (const layer of layers.reverse()) base = over(layer, base);
    return base;
  };
  const light = (color) => { const [r, g, b] = color.map((one) => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility({ checkVisibilityCSS: true })) continue;
    if (one.closest("[disabled], [aria-disabled=true], [aria-hidden=true], .sr, .skip, script, style, option, .step")) continue;
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const ground = behind(one), [a, b] = [light(over(rgba(style.color), ground)), light(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05), needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < needed - 0.01) found.push(`${ratio.toFixed(2)} of ${needed}: “${walker.currentNode.data.trim().slice(0, 40)}” in ${one.tagName}.${one.className}`);
  }
  return [...new Set(found)];
}"""


def structure(page: Page) -> list[str]:
    """What is wrong with landmarks, headings, names and references of a page."""
    return page.evaluate(_STRUCTURE)


def contrast(page: Page) -> list[str]:
    """Text that stands out too little from what is behind it (WCAG AA)."""
    return page.evaluate(_CONTRAST)


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


_SMALL = """() => {
  const found = [];
  const one = (element) => element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") + "." + element.className + " “" + (element.getAttribute("aria-label") ?? element.textContent).trim().slice(0, 40) + "”";
  for (const element of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")) {
    if (!element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) || element.closest("[aria-hidden=true], [inert]")) continue;
    if (element.matches(".skip")) continue;
    // A link within a sentence is as high as its line (WCAG 2.2, 2.5.8: inline); what a label makes larger is as large as its label.
    if (element.tagName === "A" && getComputedStyle(element).display === "inline") continue;
    const box = (element.matches("input[type=checkbox], input[type=radio]") && element.closest("label") || element).getBoundingClientRect();
    if (box.width < 24 || box.height < 24) found.push(`${Math.round(box.width)}x${Math.round(box.height)}: ${one(element)}`);
  }
  return [...new Set(found)];
}"""

_BEYOND = """() => {
  const found = [], edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > edge) found.push(`the page is ${document.documentElement.scrollWidth - edge} px too wide`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, one = node.parentElement;
    if (!node.data.trim() || !one.checkVisibility({ checkVisibilityCSS: true }) || one.closest(".sr, .skip, .only-said, .page-name, script, style, option, svg")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    for (let at = one; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at), bounds = at.getBoundingClientRect();
      if (style.clipPath !== "none") break; /* meant for screen readers alone */
      if (style.overflowX === "auto" || style.overflowX === "scroll") break;
      if (style.textOverflow === "ellipsis") break;
      if ((style.overflowX === "hidden" || style.overflowX === "clip") && (box.right > bounds.right + 1 || box.left < bounds.left - 1)) {
        found.push(`cut by ${at.tagName}.${at.className}: ${node.data.trim().slice(0, 50)}`);
        break;
      }
      if ((style.overflowY === "hidden" || style.overflowY === "clip") && box.bottom > bounds.bottom + 1) {
        found.push(`cut at the bottom by ${at.tagName}.${at.className}: ${node.data.trim().slice(0, 50)}`);
        break;
      }
    }
  }
  return [...new Set(found)];
}"""


def small_targets(page: Page) -> list[str]:
    """Controls of less than 24 by 24 CSS pixels (WCAG 2.2, 2.5.8)."""
    return page.evaluate(_SMALL)


def overflowing(page: Page) -> list[str]:
    """Whether a page is wider than its window, and which words are cut."""
    return page.evaluate(_BEYOND)
