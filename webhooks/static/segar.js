// Brings a part of a page up to date while somebody looks at it: the board every half minute, or as
// often as the part says. Without this script the page is whole and is brought up to date by loading
// it again.
(() => {
  "use strict";
  const board = document.getElementById("papan");
  const told = document.getElementById("diperbarui");
  if (!board || !board.dataset.segar || !window.fetch) return;
  const pause = Number(board.dataset.tiap) || 30000;
  let known = "";
  let timer = 0;

  const place = (element) => element.id || element.getAttribute("href") || element.getAttribute("name");
  const replace = (html) => {
    const before = board.contains(document.activeElement) ? place(document.activeElement) : null;
    const { scrollX, scrollY } = window;
    board.innerHTML = html;
    const again = before && [...board.querySelectorAll("a, input, select, button")].find((each) => place(each) === before);
    if (again) again.focus({ preventScroll: true });
    window.scrollTo(scrollX, scrollY);
  };

  // what waited is over: the whole page is loaded again, unless somebody has begun to write on it
  const finish = () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", refresh);
    if (![...document.querySelectorAll("textarea")].some((each) => each.value)) window.location.reload();
  };

  const refresh = async () => {
    const isSelecting = !document.getSelection().isCollapsed;
    if (document.visibilityState !== "visible" || isSelecting) return;
    try {
      const headers = known ? { "If-None-Match": known } : {};
      const answer = await fetch(board.dataset.segar, { headers, credentials: "same-origin", redirect: "error" });
      if (answer.status === 200) {
        replace(await answer.text());
        known = answer.headers.get("ETag") || "";
      }
      if (told && (answer.status === 200 || answer.status === 304)) told.textContent = answer.headers.get("X-Diperbarui");
      if (answer.headers.get("X-Selesai")) finish();
    } catch (error) {
      // the next try comes by itself; the hour on the page says how old it is
    }
  };
  timer = setInterval(refresh, pause);
  document.addEventListener("visibilitychange", refresh);
})();
