// Language, search, sorting, filtering and copying. Every page is whole without this file.
(() => {
  "use strict";
  const root = document.currentScript?.dataset.root ?? "";
  const html = document.documentElement;
  const remembered = {
    get: () => { try { return localStorage.getItem("nqpf-language"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("nqpf-language", value); } catch { /* a folder without storage */ } },
  };
  const both = (en, zh) => (html.lang.startsWith("zh") ? zh : en);

  const speak = (language) => { html.lang = language === "zh" ? "zh-Hans" : "en"; };
  speak(remembered.get() ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  const button = document.getElementById("language");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = html.lang.startsWith("zh") ? "en" : "zh";
    remembered.set(next);
    speak(next);
  });

  const input = document.getElementById("search");
  const list = document.getElementById("found");
  if (typeof SEARCH !== "undefined") input.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.replaceChildren();
    const found = words.length
      ? SEARCH.filter(([name, title]) => words.every((word) => `${name} ${title}`.toLowerCase().includes(word)))
      : [];
    for (const [name, title, page] of found.slice(0, 30)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + page;
      link.textContent = title ? `${name} — ${title}` : name;
      item.append(link);
      list.append(item);
    }
    list.hidden = !found.length;
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { input.value = ""; list.hidden = true; }
    if (event.key === "Enter") list.querySelector("a")?.click();
  });

  const shown = (cell) => (cell?.textContent ?? "").trim();
  const order = (a, b) => {
    const [x, y] = [a, b].map((text) => (text === "" ? NaN : Number(text.replaceAll(",", ""))));
    if (Number.isNaN(x) || Number.isNaN(y)) return a.localeCompare(b, html.lang, { numeric: true });
    return x - y;
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    table.querySelectorAll("thead th").forEach((head, at) => {
      const sort = document.createElement("button");
      sort.type = "button";
      sort.append(...head.childNodes);
      head.append(sort);
      sort.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        table.querySelectorAll("thead th").forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...body.rows].sort((a, b) => (up ? 1 : -1) * order(shown(a.cells[at]), shown(b.cells[at])));
        body.append(...rows);
      });
    });
    if (body.rows.length > 10) {
      const filter = document.createElement("input");
      filter.type = "search";
      filter.placeholder = "Filter / 筛选";
      filter.setAttribute("aria-label", both("Filter rows", "筛选行"));
      filter.addEventListener("input", () => {
        const word = filter.value.toLowerCase();
        for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(word);
      });
      table.parentElement.before(filter);
    }
  }
  for (const table of document.querySelectorAll("table.paper, table.plain")) {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = both("Copy table", "复制表格");
    copy.addEventListener("click", async () => {
      const lines = [...table.rows].map((row) => [...row.cells].map(shown).join("\t"));
      try { await navigator.clipboard.writeText(lines.join("\n")); copy.textContent = "✓"; } catch { copy.textContent = "✗"; }
    });
    table.parentElement.after(copy);
  }
})();
