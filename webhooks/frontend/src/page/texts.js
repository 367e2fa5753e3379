// Files that are plain text, and Word files that are edited elsewhere.
import { say } from "../language/index.js";
import { make } from "./dom.js";

export function textEditor(folder, path) {
  const label = say("text_of", { path });
  const area = make("textarea", {
    "aria-label": label,
    spellcheck: "false",
    oninput: () => folder.put(path, { text: area.value }),
  });
  area.value = folder.text(path) ?? "";
  return make("div", { class: "teks" }, area);
}

export function wordFile(folder, path, base) {
  const size = folder.now[path].size ?? folder.now[path].base64.length * 0.75;
  const chooser = make("input", {
    type: "file",
    accept: path.slice(path.lastIndexOf(".")),
    "aria-label": say("replace_file"),
    onchange: async () => {
      const [file] = chooser.files;
      if (file) folder.put(path, { base64: await asBase64(file) });
    },
  });
  const address = `${base}/berkas/${path.split("/").map(encodeURIComponent).join("/")}`;
  return make(
    "div",
    { class: "word" },
    make("p", {}, say("word_file", { size: Math.ceil(size / 1000) })),
    make("p", {}, make("a", { href: address, download: true }, say("open_file"))),
    make("p", {}, make("label", {}, `${say("replace_file")} `, chooser)),
  );
}

export function asBase64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

