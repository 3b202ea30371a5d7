// Questions to the copy of the published file beside this page, answered here: nothing is asked of another machine.
(() => {
  "use strict";
  const MOST_ROWS = 1000;
  const at = (id) => document.getElementById(id);
  if (location.protocol === "file:" || typeof WebAssembly === "undefined" || typeof Worker === "undefined") return;
  at("no_server").hidden = true;
  at("ask").hidden = false;
  const both = (en, zh) => (document.documentElement.lang.startsWith("zh") ? zh : en);
  const state = (text) => { at("state").textContent = text; };
  const engine = new URL("engine/", location.href).href;

  const arrow = () => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${engine}arrow.js`;
    script.onload = done;
    script.onerror = () => failed(new Error("engine/arrow.js"));
    document.head.append(script);
  });
  const begin = async () => {
    await arrow();
    const duckdb = await import(`${engine}duckdb.js`);
    const worker = new Worker(`${engine}duckdb.worker.js`);
    const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
    await db.instantiate(`${engine}duckdb.wasm`);
    const file = new URL("nqpf.duckdb", location.href).href;
    await db.registerFileURL("nqpf.duckdb", file, duckdb.DuckDBDataProtocol.HTTP, false);
    await db.open({ path: "nqpf.duckdb", accessMode: duckdb.DuckDBAccessMode.READ_ONLY });
    const connection = await db.connect();
    // What is not built in would be fetched from another machine.
    await connection.query("SET autoinstall_known_extensions = false");
    await connection.query("SET autoload_known_extensions = false");
    await connection.query("SET lock_configuration = true");
    return { connection, worker };
  };
  let begun = null;
  let running = 0;

  const cell = (kind, text, isNumber) => {
    const one = document.createElement(kind);
    if (kind === "th") one.scope = "col";
    if (isNumber) one.className = "number";
    one.textContent = text ?? "";
    return one;
  };
  const drawn = (names, types, rows) => {
    const table = document.createElement("table");
    table.className = "plain sortable";
    const isNumber = types.map((type) => /INT|DOUBLE|FLOAT|DECIMAL|REAL/.test(type) && !/[[(].*[\])]$/.test(type.replace(/^DECIMAL\(.*\)$/, "DECIMAL")));
    table.createTHead().insertRow().append(...names.map((name) => cell("th", name)));
    const body = table.createTBody();
    for (const row of rows) body.insertRow().append(...names.map((_, n) => cell("td", row[n], isNumber[n])));
    return table;
  };

  // Every value as the engine itself prints it: the page's own numbers would lose digits, and decimals their point.
  const answered = async (connection, sql) => {
    const own = sql.trim().replace(/(;\s*)+$/, "");
    const columns = (await connection.query(`DESCRIBE SELECT * FROM (\n${own}\n)`)).toArray().map((row) => row.toJSON());
    const names = columns.map((one) => one.column_name);
    const result = await connection.query(`SELECT COLUMNS(*)::VARCHAR FROM (\n${own}\n) LIMIT ${MOST_ROWS + 1}`);
    const vectors = names.map((_, n) => result.getChildAt(n));
    const rows = Array.from({ length: result.numRows }, (_, n) => vectors.map((vector) => vector.get(n)));
    return { names, types: columns.map((one) => one.column_type), rows };
  };

  const ask = async (sql) => {
    const mine = ++running;
    at("wrong").textContent = "";
    at("answer").hidden = true;
    at("stop").hidden = false;
    state(begun ? both("asking …", "查询中……") : both("fetching the engine and the data, once …", "首次使用，正在载入引擎与数据……"));
    try {
      begun ??= begin();
      const { connection } = await begun;
      const { names, types, rows } = await answered(connection, sql);
      if (mine !== running) return;
      const place = at("answer").querySelector(".wide");
      for (const old of at("answer").querySelectorAll("input, .copy")) old.remove();
      const table = drawn(names, types, rows.slice(0, MOST_ROWS));
      place.replaceChildren(table);
      at("answer").hidden = false;
      window.nqpfTable?.(table);
      state(rows.length > MOST_ROWS
        ? both(`the first ${MOST_ROWS} rows; nqpf query gives all`, `前 ${MOST_ROWS} 行；nqpf query 可得全部`)
        : both(`${rows.length} ${rows.length === 1 ? "row" : "rows"}`, `${rows.length} 行`));
    } catch (error) {
      if (mine !== running) return;
      at("wrong").textContent = error.message ?? String(error);
      state("");
      if (!(await begun?.then(() => true, () => false))) begun = null;
    }
    at("stop").hidden = true;
  };
  at("ask").addEventListener("submit", (event) => { event.preventDefault(); ask(at("sql").value); });
  at("sql").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); ask(at("sql").value); }
  });
  at("stop").addEventListener("click", async () => {
    running += 1;
    const stopped = begun;
    begun = null;
    at("stop").hidden = true;
    state(both("stopped", "已停止"));
    (await stopped?.catch(() => null))?.worker.terminate();
  });
  for (const button of document.querySelectorAll("button.ready")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      at("sql").value = at(button.value).textContent;
      ask(at("sql").value);
      at("sql").scrollIntoView({ block: "center" });
      at("sql").focus({ preventScroll: true });
    });
  }
})();
