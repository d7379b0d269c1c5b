// The desk's page: shows a step of the year, asks the server for what is there, sends what is done.
"use strict";

const at = (id) => document.getElementById(id);
const STEPS = [
  ["choose", "1 选择", "选这一年的数据包、方案和年度", "1-建数据包发填报表"],
  ["forms", "2 发表", "给各部门、各单元做填报表，记下发给了谁", "1-建数据包发填报表"],
  ["received", "3 收表", "收填好的表，退回有问题的，催没报的", "2-收表"],
  ["data", "4 数据", "看报了多少、缺什么、修订了什么", "3-检查"],
  ["build", "5 出稿", "只重做变了的章和报告", "4-出稿"],
  ["read", "6 看稿", "打开入口页和各份报告", "4-出稿"],
  ["file", "7 定稿", "定稿子的状态，出打印版，核对归档", "5-征求意见与定稿"],
];
const chosen = { pack: "", params: "", year: "" };
let reading = "";
let work = { number: 0, running: false };
let shown = 0; // each drawing of a step; what comes late for an earlier one is dropped

function h(tag, given = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...inside.flat().filter((one) => one !== "" && one !== null && one !== undefined));
  return node;
}

const query = (more = {}) => new URLSearchParams({ ...chosen, ...more });
const file = (kind, name) => `fetch/${kind}/${encodeURIComponent(name)}?${query()}`;
const report = (path) => `/${reading}/${[chosen.pack, chosen.params, chosen.year].map(encodeURIComponent).join("/")}/${path}`;

class Refused extends Error {
  constructor(faults) {
    super("refused");
    this.faults = faults;
  }
}

async function asked(address, given) {
  let answer;
  try {
    answer = await fetch(address, given);
  } catch {
    throw new Refused([{ where: "", problem: "工作台没有回答", remedy: "看看运行它的窗口是否还开着；关了就再打开一次" }]);
  }
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => null);
  throw new Refused(said?.faults ?? [{ where: "", problem: `出了错（${answer.status}）`, remedy: "刷新本页再试；还不行，关掉工作台再打开" }]);
}
const look = (name) => asked(`look/${name}?${query()}`);
const act = (name, body = {}) => asked(`do/${name}?${query()}`, { method: "POST", body: JSON.stringify(body) });

const step = () => STEPS.find(([id]) => `#${id}` === location.hash) ?? STEPS[0];
const help = () => h("a", { href: `help/evaluators#${step()[3]}`, target: "_blank" }, "说明");

function faultList(faults, title, tone = "bad") {
  const line = (one) => h("li", {}, one.where ? `${one.where}：` : "", one.problem, one.remedy ? `。${one.remedy}` : "", "。");
  const first = faults.slice(0, 40).map(line);
  const rest = faults.slice(40);
  return h("div", { class: `note ${tone}`, role: tone === "bad" ? "alert" : "note" },
    h("p", {}, h("strong", {}, title), "　", help()), h("ul", {}, first),
    rest.length ? h("details", {}, h("summary", {}, `另有 ${rest.length} 条`), h("ul", {}, rest.map(line))) : "");
}
const note = (tone, ...inside) => h("div", { class: `note ${tone}` }, h("p", {}, ...inside));
const refused = (error) => {
  if (!(error instanceof Refused)) throw error;
  return faultList(error.faults, `有 ${error.faults.length} 处问题，没有做`);
};

async function attempt(place, doing) {
  try {
    await doing();
  } catch (error) {
    place.replaceChildren(refused(error));
  }
}

function button(words, doing, kind = "") {
  const place = h("div");
  const node = h("button", { type: "button", class: kind, onclick: async () => {
    node.disabled = true;
    await attempt(place, doing);
    node.disabled = false;
  } }, words);
  return [node, place];
}
const workButton = (words, name, body = () => ({})) => button(words, async () => { await act(name, body()); }, "main");

function table(head, rows) {
  return h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": `表：${head.filter(Boolean).join("、")}` },
    h("table", {}, h("thead", {}, h("tr", {}, head.map((one) => h(one ? "th" : "td", one ? { scope: "col" } : {}, one)))),
      h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell, place) => cell instanceof Node && cell.tagName === "TD" ? cell : h("td", place ? {} : { class: "tight" }, cell)))))));
}

const MARKS = { taken: ["good", "✓"], returned: ["bad", "✗"], late: ["bad", "▼"], waiting: ["calm", "…"], accepted: ["good", "✓"], refused: ["bad", "✗"], unchanged: ["calm", "＝"], ask: ["ask", "！"] };
const mark = (kind, words) => h("span", { class: `mark ${MARKS[kind][0]}` }, `${MARKS[kind][1]} ${words}`);

function field(label, name, values, value, onchange) {
  return h("label", { class: "field" }, label, h("select", { name, onchange }, values.map((one) => h("option", { value: one, selected: one === value }, one))));
}

const DRAW = {
  async choose() {
    const start = await asked("look/start");
    const year = h("input", { type: "number", name: "year", min: "1990", max: "2100", value: chosen.year });
    const pack = field("数据包", "pack", start.packs, chosen.pack);
    const params = field("方案（参数目录）", "params", start.plans, chosen.params);
    const result = h("div");
    const [save, place] = button("用这些", async () => {
      Object.assign(chosen, { pack: pack.lastChild.value, params: params.lastChild.value, year: year.value });
      await act("choose");
      await about();
      draw();
    }, "main");
    const given = ["name", "title", "cutoff"].map((name) => h("input", { type: "text", name }));
    const [make, made] = button("建立数据包", async () => {
      const found = await act("pack", Object.fromEntries(given.map((one) => [one.name, one.value.trim()])));
      chosen.pack = found.pack;
      await act("choose");
      await about();
      draw();
    });
    about().then((told) => result.replaceChildren(told));
    return [
      start.unfinished ? note("ask", `上次“${start.unfinished}”没有做完工作台就关了。做完的部分留着，回到那一步再按一次就接着做。`) : "",
      h("div", { class: "row" }, pack, params, h("label", { class: "field" }, "年度", year)),
      h("div", { class: "row" }, save), place, result,
      h("fieldset", {}, h("legend", {}, "第一次用：新建数据包"),
        h("p", { class: "lead" }, `在 ${start.here} 里建一个目录，写好 pack.yml（正式数据）。往年的数照“数据字典”放进 observations.csv。`),
        h("div", { class: "row" }, ["目录名", "标题", "数据截止日（如 2026-03-31）"].map((label, n) => h("label", { class: "field" }, label, given[n]))),
        h("div", { class: "row" }, make), made),
    ];
  },

  async forms() {
    const found = await look("forms");
    const made = found.owners.filter((one) => one.made).length;
    const open = found.owners.filter((one) => one.made && !one.handed);
    const [make, place] = workButton(made ? "补做缺的填报表" : "做填报表", "forms");
    const [all, allPlace] = button("全部记作已发", async () => { await act("handed", { codes: open.map((one) => one.code), handed: true }); draw(); });
    return [
      h("p", {}, `${found.owners.length} 家应报，做好 ${made} 份，发出 ${found.owners.filter((one) => one.handed).length} 份。`),
      h("div", { class: "row" }, make, made ? h("a", { class: "button", href: file("all", "forms.zip") }, "全部下载（zip）") : "", open.length ? all : ""), place, allPlace,
      made ? h("p", { class: "lead" }, "表在 ", h("span", { class: "path" }, found.folder), "，也可以逐份下载；发给谁了，记一下，催报时用。") : note("", "还没有做。按上面的按钮，每个责任部门和每个单元各得一份 Excel。"),
      table(["单位", "填报表", "应报日期", "发出"], found.owners.map((one) => [
        one.name,
        one.made ? h("a", { href: file("form", one.code) }, one.form) : "—",
        one.due,
        one.made ? h("label", {}, h("input", { type: "checkbox", checked: Boolean(one.handed), "aria-label": `${one.name} 已发`, onchange: async (event) => { await act("handed", { codes: [one.code], handed: event.target.checked }); draw(); } }), " ", one.handed || "未发") : "—",
      ])),
    ];
  },

  async received() {
    const [found, tray] = await Promise.all([look("forms"), look("received")]);
    const place = h("div");
    const count = (state) => found.owners.filter((one) => one.state === state).length;
    const late = found.owners.filter((one) => one.state === "late");
    const input = h("input", { type: "file", multiple: true, accept: ".xlsx,.zip", onchange: () => drop([...input.files], place) });
    const zone = h("label", { class: "drop", ondragover: (event) => { event.preventDefault(); zone.classList.add("over"); }, ondragleave: () => zone.classList.remove("over"), ondrop: (event) => { event.preventDefault(); zone.classList.remove("over"); drop([...event.dataTransfer.files], place); } },
      h("strong", {}, "把填好的表拖到这里，或点这里选文件"), h("br"), "一份、几份或一个 zip 都行；放上来就检查，没有问题的当场收进数据包。", input);
    const [take, taken] = workButton(`收这 ${tray.waiting.length} 个文件`, "intake");
    const result = work.name === "收表" && !work.running ? work.result : {};
    return [
      h("p", {}, `${found.owners.length} 家：已收 ${count("taken")}，退回 ${count("returned")}，逾期未报 ${late.length}，未到期 ${count("waiting")}。`),
      zone, place,
      result.faults?.length ? faultList(result.faults, "还有这些问题") : "",
      tray.waiting.length && !work.running ? h("div", { class: "note ask" }, h("p", {}, `有 ${tray.waiting.length} 个文件放上来了还没有收：${tray.waiting.slice(0, 8).join("、")}${tray.waiting.length > 8 ? "……" : ""}`), h("div", { class: "row" }, take), taken) : "",
      late.length ? h("details", {}, h("summary", {}, `催报：${late.length} 家逾期未报`), h("p", {}, `请尽快报送 ${chosen.year} 年度报送表：${late.map((one) => `${one.name}（应于 ${one.due} 前报）`).join("、")}。`)) : "",
      h("h2", {}, "各单位"),
      table(["单位", "情况", "收了什么", "要办的事"], found.owners.map((one) => [one.name, mark(one.last?.notices.length && one.state === "taken" ? "ask" : one.state, one.word), got(one), asks(one)])),
      h("h2", {}, "放上来的文件"),
      tray.files.length ? table(["文件", "时间", "结果"], tray.files.map((one) => [one.file, one.when.replace("T", " "), h("div", {}, one.books.map((book) => h("div", {}, mark(book.status, `${one.books.length > 1 || book.file !== one.file ? `${book.file}：` : ""}${{ accepted: "已收入", refused: "退回", unchanged: "没有新内容" }[book.status]}`), book.status === "refused" && !book.owner ? faultList(book.faults, "认不出是谁的表，没有收") : "")))])) : h("p", { class: "lead" }, "还没有。"),
      h("p", { class: "lead" }, "原件都留在 ", h("span", { class: "path" }, tray.folder)),
    ];
  },

  async data() {
    const found = await look("data");
    return [
      note("good", `参数与数据都没有问题：数据包“${found.title}”有 ${found.figures.toLocaleString()} 个数、${found.tasks.toLocaleString()} 条任务进展。`),
      h("div", { class: "row" }, h("a", { class: "button", href: report("data_report.html"), target: "_blank" }, "看数据报告")),
      h("p", { class: "lead" }, "每个单元、每个部门报了多少、缺哪些、因此报告说不出什么；修订过哪些；与全市合计差多少。"),
      found.notices.length ? faultList(found.notices, `请核对或说明：${found.notices.length} 条`, "ask") : "",
    ];
  },

  async build() {
    const told = await about();
    const units = h("div", { class: "checks" }, told.units.map((name) => h("label", {}, h("input", { type: "checkbox", name: "unit", value: name }), " ", name)));
    const [go, place] = workButton("生成", "build", () => ({ regions: [...units.querySelectorAll(":checked")].map((one) => one.value) }));
    const state = h("div", { "aria-live": "polite" }, h("p", { class: "lead" }, "正在看哪些要重做……"));
    attempt(state, async () => {
      const found = await look("due");
      state.replaceChildren(
        found.lines.length ? h("details", { open: found.lines.length < 30 }, h("summary", {}, `要重做的和原因：${found.lines.length} 条（${found.fresh} 章、${found.whole} 份报告是新的）`), h("ul", {}, found.lines.slice(0, 300).map((line) => h("li", {}, line)))) : note("good", `没有要重做的：${found.fresh} 章、${found.whole} 份报告都是新的。`),
        closing(found.last));
    });
    return [
      h("fieldset", {}, h("legend", {}, "单元（不选就是全部）"), units),
      h("div", { class: "row" }, go), place, state,
    ];
  },

  async read() {
    const found = await look("reports");
    return [
      found.reports.length ? "" : note("", "这一年还没有报告。到“出稿”去生成。"),
      found.portal ? h("div", { class: "row" }, h("a", { class: "button", href: report("index.html"), target: "_blank" }, "打开入口页")) : "",
      found.reports.length ? table(["单元", "判断", "打开"], found.reports.map((one) => [one.name, one.reason ? mark("refused", one.reason) : one.verdict, h("span", { class: "row" }, one.editions.map((edition) => h("a", { href: report(edition.path), target: "_blank" }, edition.name)))])) : "",
      h("p", { class: "lead" }, "文件在 ", h("span", { class: "path" }, found.out)),
    ];
  },

  async file() {
    const found = await look("reports");
    const status = field("稿子的状态（印在封面上）", "status", found.statuses, found.status);
    const [save, place] = button("改成这个", async () => { await act("status", { status: status.lastChild.value }); await about(); draw(); });
    const [make, made] = workButton("生成打印版：网页、PDF、Word、Excel", "build", () => ({ formats: ["html", "pdf", "docx", "xlsx"] }));
    const [keep, kept] = workButton("留这一稿", "keep");
    const state = h("div");
    const [check, checked] = button("核对归档的文件", async () => {
      const { checked: lines } = await look("verified");
      state.replaceChildren(lines.length ? table(["单元", "结果", "封面指纹", "run.json 的 SHA-256（另外登记）"], lines.map((one) => [one.name, one.ok ? mark("accepted", `${one.same} 个文件都与生成时相同`) : mark("refused", `与生成时不同：${one.changed.join("、")}`), h("code", {}, one.fingerprint), h("code", {}, one.record)])) : note("", "没有可核对的报告。先到“出稿”去生成。"));
    });
    return [
      h("div", { class: "row" }, status, save), place,
      h("p", { class: "lead" }, `现在是“${found.status}”。改了状态，报告要重新生成才印上。`),
      h("h2", {}, "打印版"), h("div", { class: "row" }, make), made,
      h("h2", {}, "留稿"), h("p", { class: "lead" }, "送出去的每一稿都留一份。以后各次生成，入口页写明比上一稿改了什么。"),
      h("div", { class: "row" }, keep), kept,
      found.drafts.length ? table(["稿", "数据截止", "报告", "draft.json 的 SHA-256（另外登记）"], found.drafts.map((one) => [one.title, one.cutoff, h("details", {}, h("summary", {}, `${one.reports} 份`), h("ul", {}, one.pages.map((page) => h("li", {}, h("a", { href: report(page.path), target: "_blank" }, page.name)))), h("span", { class: "path" }, one.folder)), h("code", {}, one.digest)])) : "",
      h("h2", {}, "归档"), h("p", { class: "lead" }, "把输出目录里这一年的整个目录和数据包一起存，并把下面的 SHA-256 记在归档登记表里。"),
      h("div", { class: "row" }, check), checked, state,
    ];
  },
};

const got = (one) => one.last && one.last.status !== "refused" ? `新增 ${one.last.added}，修订 ${one.last.revised}，未填 ${one.last.missing} 格` : "—";

function asks(one) {
  const last = one.last;
  if (!last) return one.state === "late" ? `催报（${one.handed ? `${one.handed} 发出` : "表还没有发"}）` : "";
  const list = (title, items) => items.length ? h("details", {}, h("summary", {}, `${title} ${items.length} 条`), h("ul", {}, items.map((item) => h("li", {}, `${item.where}：${item.problem}。${item.remedy}`)))) : "";
  return h("div", {},
    last.returned ? h("div", {}, h("a", { href: file("returned", last.returned) }, "下载退回单"), "，发回给填表人") : "",
    list("请改正", last.faults), list("请说明", last.notices), list("未填", last.gaps));
}

function closing(last) {
  if (!last.made) return "";
  const lines = [...last.failed, ...last.left_out, ...last.refused, last.moved].filter(Boolean);
  return h("div", {},
    h("h2", {}, "上一次生成"),
    lines.length ? h("div", { class: "note bad" }, h("ul", {}, lines.slice(0, 60).map((line) => h("li", {}, line)))) : "",
    last.made.length ? table(["单元", "章", "落后", "最差的章", "报告"], last.made.map((one) => [one.unit, one.chapters, one.behind, one.worst, h("a", { href: report(one.path), target: "_blank" }, "打开")])) : "",
    last.kept ? h("p", { class: "lead" }, `${last.kept} 份报告没有变化，原样保留。`) : "");
}

async function drop(given, place) {
  const lines = h("ul");
  place.replaceChildren(h("div", { class: "note" }, h("p", { role: "status" }, `正在存 ${given.length} 个文件……`), lines));
  const waiting = [...given];
  let kept = 0;
  const one = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        await asked(`drop?${query({ name: next.name })}`, { method: "PUT", body: next });
        kept += 1;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        lines.append(...error.faults.map((fault) => h("li", {}, `${fault.where || next.name}：${fault.problem}。${fault.remedy}`)));
      }
    }
  };
  await Promise.all([one(), one(), one()]);
  place.firstChild.firstChild.textContent = `存好 ${kept} 个文件${lines.children.length ? "，下面这些没有收" : ""}。`;
  if (kept) await attempt(place, async () => { await act("intake"); });
}

async function about() {
  try {
    const told = await look("about");
    const kind = { demo: "演示数据", published: "公开数据", official: "" }[told.kind];
    at("chosen").textContent = [told.plan, `${chosen.year} 年度`, `${told.pack}${kind && !told.pack.includes(kind) ? `（${kind}）` : ""}`, told.status].join(" · ");
    return Object.assign(note("good", `可以用：${told.pack}，${told.figures.toLocaleString()} 个数${told.years.length ? `（${told.years.join("–")} 年）` : "，还没有往年的数"}，数据截止 ${told.cutoff}。`), { units: told.units });
  } catch (error) {
    at("chosen").textContent = "";
    return Object.assign(refused(error), { units: [] });
  }
}

async function draw() {
  const mine = ++shown;
  const [id, title, lead] = step();
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${id}`) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  }
  document.title = `${title} · 评估工作台`;
  const head = [h("h1", {}, title.slice(2)), h("p", { class: "lead" }, lead, "。", help())];
  if (at("step").dataset.step !== id) at("step").replaceChildren(...head, h("p", { class: "lead" }, "……"));
  let inside;
  try {
    inside = await DRAW[id]();
  } catch (error) {
    inside = [refused(error)];
  }
  if (mine !== shown) return;
  const end = ended();
  at("step").replaceChildren(...head, ...[end, ...inside.flat()].filter((one) => one !== ""));
  at("step").dataset.step = id;
  at("step").dataset.drawn = mine;
}

const WHERE = { 做填报表: "forms", 收表: "received", 出稿: "build", 留稿: "file" };
function ended() {
  if (!work.number || work.running || ![WHERE[work.name], ...(work.name === "出稿" ? ["file"] : [])].includes(step()[0])) return "";
  const time = `用时 ${work.seconds.toFixed(1)} 秒`;
  if (work.faults.length) return faultList(work.faults, `${work.name}：没有做成`);
  if (work.stopped) return note("ask", work.stopped);
  const { result } = work;
  if (work.name === "做填报表") return note("good", `共 ${result.made} 份填报表，${time}。`);
  if (work.name === "收表") return note(result.refused ? "ask" : "good", `收入 ${result.taken} 份，退回 ${result.refused} 份，没有新内容 ${result.unchanged} 份；${time}。${result.refused ? "退回的，下载退回单发给填表人，改好的退回单直接再放上来。" : ""}`);
  if (work.name === "留稿") return note("good", result.new ? `已留${result.draft}，${result.reports} 份报告。` : `与${result.draft}相同，不另留稿。`);
  if (result.nothing) return note("good", `没有任何变化，报告都是新的；${time}。`);
  return note(result.ok ? "good" : "bad", result.ok ? `生成好了，${time}。` : `有的没有做成，见下面；其余照出，${time}。修正后再按一次，只补做没做成的。`);
}

function follow() {
  const source = new EventSource("news");
  source.onmessage = (event) => {
    const before = work;
    work = JSON.parse(event.data);
    at("work").hidden = !work.running;
    document.body.dataset.work = work.running ? "running" : "idle";
    document.body.dataset.number = work.number;
    if (work.running) {
      at("worktext").textContent = `${work.name}：${work.total ? `${work.done}/${work.total}　` : ""}${work.text}`;
      if (work.total) Object.assign(at("bar"), { max: work.total, value: work.done });
      else at("bar").removeAttribute("value");
      at("stop").hidden = work.name !== "出稿";
      at("lines").replaceChildren(...work.lines.slice(-100).map((line) => h("li", {}, line)));
    }
    if (before.number !== work.number ? !work.running && before.number : before.running && !work.running) draw();
  };
}

async function begin() {
  at("steps").append(...STEPS.map(([id, title]) => h("li", {}, h("a", { href: `#${id}` }, title))));
  at("stop").addEventListener("click", () => act("stop"));
  window.addEventListener("hashchange", () => { draw(); at("step").focus(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && step()[0] !== "choose") draw(); });
  try {
    const start = await asked("look/start");
    Object.assign(chosen, start.chosen);
    reading = start.reading;
  } catch (error) {
    at("step").replaceChildren(refused(error));
    return;
  }
  follow();
  await about();
  draw();
}
begin();
