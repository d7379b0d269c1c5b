// Shows news as they come; a new chapter is loaded behind the old one and takes its place.
"use strict";

const at = (id) => document.getElementById(id);
const body = document.body;
let [shown, spare] = document.querySelectorAll("iframe");
let loading = 0;

function load(version) {
  if (version === loading) return;
  loading = version;
  spare.onload = () => {
    if (version !== loading || !spare.contentWindow) return;
    const { scrollX, scrollY } = shown.contentWindow;
    spare.contentWindow.scrollTo(scrollX, scrollY);
    shown.setAttribute("aria-hidden", "true");
    shown.tabIndex = -1;
    spare.removeAttribute("aria-hidden");
    spare.tabIndex = 0;
    [shown, spare] = [spare, shown];
    body.dataset.version = version;
  };
  spare.src = `chapter?version=${version}`;
}

function trouble(news) {
  at("trouble").hidden = news.state !== "failed";
  if (news.state !== "failed") return;
  at("title").textContent = news.title;
  at("lines").replaceChildren(
    ...news.lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
  for (const id of ["source", "details"]) {
    at(id).textContent = news[id];
    at(id).hidden = !news[id];
  }
  at("more").hidden = !news.details;
  at("kept").hidden = !news.version;
}

const words = { running: "正在执行", fresh: "已更新", failed: "出错" };

const source = new EventSource("news");
source.onmessage = (event) => {
  const news = JSON.parse(event.data);
  at("heading").textContent = news.heading;
  document.title = `${words[news.state]} · ${news.heading}`;
  at("state").textContent = [words[news.state], news.note].filter(Boolean).join(" · ");
  if (news.state !== "running") trouble(news);
  if (news.version) load(news.version);
  body.dataset.state = news.state;
};
source.onerror = () => {
  body.dataset.state = "failed";
  at("state").textContent = "与预览断开了，正在重连；也许已经停止";
};
