// Language, search, sorting, filtering and copying. Every page is whole without this file.
(() => {
  "use strict";
  const root = document.currentScript?.dataset.root ?? "";
  const html = document.documentElement;
  const remembered = {
    get: () => { try { return localStorage.getItem("nqpf-language"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("nqpf-language", value); } catch { /* a folder without storage */ } },
  };
  const isChinese = () => html.lang.startsWith("zh");
  const both = (en, zh) => (isChinese() ? zh : en);
  const told = document.getElementById("told");

  // Words that a page without scripts does not have: set in the language of the page, and again when it turns.
  const said = [];
  const say = (how) => { said.push(how); how(); };
  const speak = (language) => {
    html.lang = language === "zh" ? "zh-Hans" : "en";
    for (const how of said) how();
  };
  speak(remembered.get() ?? (navigator.language.startsWith("zh") ? "zh" : "en"));
  const button = document.getElementById("language");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = isChinese() ? "en" : "zh";
    remembered.set(next);
    speak(next);
  });

  const input = document.getElementById("search");
  const list = document.getElementById("found");
  const MOST_FOUND = 30;
  if (typeof SEARCH !== "undefined") input.hidden = false;
  const close = () => { list.hidden = true; list.replaceChildren(); told.textContent = ""; };
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    close();
    if (!words.length) return;
    const found = SEARCH.filter(([name, title]) => words.every((word) => `${name} ${title}`.toLowerCase().includes(word)));
    for (const [name, title, page] of found.slice(0, MOST_FOUND)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + page;
      link.textContent = title ? `${name} — ${title}` : name;
      item.append(link);
      list.append(item);
    }
    const more = found.length > MOST_FOUND ? both(`, the first ${MOST_FOUND} are listed`, `，列出前 ${MOST_FOUND} 个`) : "";
    told.textContent = both(`${found.length} found`, `找到 ${found.length} 个`) + more;
    if (!found.length || more) {
      const item = document.createElement("li");
      item.textContent = told.textContent;
      list.append(item);
    }
    list.hidden = false;
  });
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") list.querySelector("a")?.click(); });
  input.parentElement.parentElement.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { input.value = ""; close(); input.focus(); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || list.hidden) return;
    const stops = [input, ...list.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  });

  // What a reader sees of a cell: not the words of the other language.
  const shown = (cell) => (cell?.innerText ?? "").trim();
  // Numbers before words, and nothing last, whichever way is up.
  const keyed = (text) => {
    const value = text === "" ? NaN : Number(text.replaceAll(",", "").replace("−", "-").replace("∞", "Infinity"));
    return { rank: text === "" ? 2 : Number.isNaN(value) ? 1 : 0, value, text };
  };
  const compared = (a, b, up, words) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    if (a.rank === 2) return 0;
    const way = a.rank === 0 ? (a.value > b.value) - (a.value < b.value) : words.compare(a.text, b.text);
    return up ? way : -way;
  };
  const sortable = (table) => {
    const body = table.tBodies[0];
    const heads = table.querySelectorAll("thead th");
    heads.forEach((head, at) => {
      const sort = document.createElement("button");
      sort.type = "button";
      sort.append(...head.childNodes);
      head.append(sort);
      sort.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const one of heads) one.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const keys = [...body.rows].map((row) => [keyed((row.cells[at]?.textContent ?? "").trim()), row]);
        const words = new Intl.Collator(html.lang, { numeric: true }); // one for all: each costs as much as a thousand comparisons
        keys.sort(([a], [b]) => compared(a, b, up, words));
        body.append(...keys.map(([, row]) => row));
      });
    });
    if (body.rows.length > 10) {
      const filter = document.createElement("input");
      filter.type = "search";
      say(() => {
        filter.placeholder = both("Filter", "筛选");
        filter.setAttribute("aria-label", both("Filter rows", "筛选行"));
      });
      const texts = new Map();
      filter.addEventListener("input", () => {
        if (!texts.size) for (const row of body.rows) texts.set(row, row.textContent.toLowerCase());
        const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
        let n = 0;
        for (const [row, text] of texts) {
          row.hidden = !words.every((word) => text.includes(word));
          n += !row.hidden;
        }
        told.textContent = both(`${n} of ${texts.size} rows`, `${texts.size} 行中的 ${n} 行`);
      });
      table.parentElement.before(filter);
    }
  };

  // Copied as text and as a table: Excel reads the text (7.40) as minus 7.4, so such cells are marked as text.
  const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const asHtml = (rows) => {
    const cell = (text) => `<td${/^\(/.test(text) ? ` style="mso-number-format:'\\@'"` : ""}>${escaped(text)}</td>`;
    return `<table>${rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`).join("")}</table>`;
  };
  const copied = (rows) => {
    const put = (event) => {
      event.preventDefault();
      event.clipboardData.setData("text/plain", rows.map((row) => row.join("\t")).join("\n"));
      event.clipboardData.setData("text/html", asHtml(rows));
    };
    document.addEventListener("copy", put, { once: true });
    const isDone = document.execCommand("copy"); // the one way that folders and plain web servers allow, too
    document.removeEventListener("copy", put);
    return isDone;
  };
  const copyable = (table) => {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.className = "copy";
    say(() => { copy.textContent = both("Copy table", "复制表格"); });
    copy.addEventListener("click", () => {
      const rows = [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(shown));
      copy.textContent = copied(rows) ? both("Copied", "已复制") : both("Could not be copied", "无法复制");
      told.textContent = copy.textContent;
    });
    table.parentElement.after(copy);
  };
  for (const table of document.querySelectorAll("table.sortable")) sortable(table);
  for (const table of document.querySelectorAll("table.paper, table.plain")) copyable(table);
  window.nqpfTable = (table) => { sortable(table); copyable(table); }; // of a table that comes later
})();
