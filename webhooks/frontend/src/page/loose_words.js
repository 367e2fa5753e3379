// Words that the simulation writes itself, without asking for their translation.
import { translate } from "../language/index.js";

const WHERE = ".bts-toggle-mode, .bts-log, .bts-palette, .bts-notifications, .bts-notification, .bts-context-menu, .bts-set-animation-speed, .bts-scopes, .bjs-powered-by";
const TEXT = /^\s*(.*\S)\s*$/s;

const KNOWN = {
  "Set animation speed": "Kecepatan simulasi",
  "Focus process instance": "Tunjukkan jalannya",
  "Process started": "Proses dimulai",
  "started": "dimulai",
  "finished": "selesai",
};

function put(node, name, text) {
  const [, bare] = text.match(TEXT) ?? [];
  if (!bare) return;
  const prefix = Object.keys(KNOWN).find((each) => bare.includes(each));
  const after = document.documentElement.lang !== "en" && prefix ? bare.replace(prefix, KNOWN[prefix]) : translate(bare);
  if (after === bare) return;
  if (name) node.setAttribute(name, after);
  else node.data = node.data.replace(bare, after);
}

function walk(root) {
  for (const each of root.querySelectorAll?.("[title]") ?? []) put(each, "title", each.title);
  if (root.title) put(root, "title", root.title);
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) put(texts.currentNode, "", texts.currentNode.data);
}

/** Translate what is written into these parts of the drawing, now and later. */
export function follow(canvas) {
  const look = (node) => {
    const place = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const inside = place?.closest?.(WHERE);
    if (inside) walk(inside);
    for (const each of place?.querySelectorAll?.(WHERE) ?? []) walk(each);
  };
  look(canvas);
  new MutationObserver((changes) => changes.forEach((each) => each.addedNodes.forEach(look))).observe(canvas, {
    childList: true,
    subtree: true,
  });
}
