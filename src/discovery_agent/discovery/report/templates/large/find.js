"use strict";
(() => {
  const SHOWN = 100;
  const one = (selector) => document.querySelector(selector);
  const talks = JSON.parse(one("#talks").textContent);
  const words = talks.map((talk) => [talk[0], talk[2], talk[3], talk[4]].join("\n").toLowerCase());
  const field = one("#find");

  const item = ([title, address, date, source, people]) => {
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.dir = "auto";
    link.textContent = title;
    const facts = document.createElement("p");
    facts.className = "quiet";
    facts.textContent = [date, source, people].filter(Boolean).join(" · ");
    row.append(link, facts);
    return row;
  };

  const search = () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    if (wanted.length) words.forEach((text, at) => { if (wanted.every((word) => text.includes(word))) found.push(talks[at]); });
    one("#found").replaceChildren(...found.slice(0, SHOWN).map(item));
    const more = found.length > SHOWN ? `; the first ${SHOWN} are listed, more words narrow it down` : "";
    one("#found-count").textContent = wanted.length ? `${found.length.toLocaleString("en")} of ${talks.length.toLocaleString("en")} conversations${more}` : "";
  };

  one("#finder").hidden = false;
  field.addEventListener("input", search);
  search();
})();
