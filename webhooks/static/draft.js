// Saves what is typed a moment after the last key; without this script the button does the same.
(() => {
  "use strict";
  const form = document.getElementById("isian");
  const told = document.getElementById("tersimpan");
  if (!form || !told || !window.fetch) return;
  const pause = 1500;
  let timer = 0;
  let busy = false;
  let again = false;
  let leaving = false;
  const fresh = new Set();

  const body = () => {
    const data = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) {
      if (!fresh.has(input.name)) {
        const kept = data.getAll(input.name).filter((value) => typeof value === "string");
        data.delete(input.name);
        for (const value of kept) data.append(input.name, value);
      }
    }
    data.append(form.dataset.save, "1");
    return data;
  };

  const keepFile = (name, file) => {
    const input = [...form.querySelectorAll("input[type=file]")].find((each) => each.name === name);
    if (!input) return;
    let hidden = [...form.querySelectorAll("input[type=hidden]")].find((each) => each.name === name);
    let label = input.parentElement.querySelector(".kept");
    if (!hidden) {
      hidden = document.createElement("input");
      hidden.type = "hidden";
      hidden.name = name;
      input.before(hidden);
    }
    if (!label) {
      label = document.createElement("p");
      label.className = "kept";
      input.before(label);
    }
    hidden.value = file.id;
    label.textContent = file.label;
    input.value = "";
  };

  const save = async () => {
    if (leaving) return;
    if (busy) { again = true; return; }
    busy = true;
    again = false;
    const sent = body();
    const files = [...fresh];
    fresh.clear();
    try {
      const answer = await fetch(location.href, {
        method: "POST",
        body: sent,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const saved = await answer.json();
      for (const [name, file] of Object.entries(saved.files)) keepFile(name, file);
      told.querySelector("strong").textContent = saved.said;
      told.hidden = false;
    } catch (error) {
      // the next key tries again; the form still holds everything
      for (const name of files) fresh.add(name);
    }
    busy = false;
    if (again) save();
  };

  const soon = (event) => {
    if (event.target.type === "file" && event.target.name) fresh.add(event.target.name);
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => { leaving = true; clearTimeout(timer); });
})();
