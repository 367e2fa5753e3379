// Styles that the text editor inside tables brings along: as sheets that a script makes, because the
// policy of the page forbids it to write them into the document.
import { StyleModule as Written } from "../../node_modules/style-mod/src/style-mod.js";

const mounted = new Set();

export class StyleModule extends Written {
  static mount(root, modules, options) {
    const target = root.ownerDocument ?? root;
    if (!target.adoptedStyleSheets) {
      super.mount(root, modules, options);
      return;
    }
    for (const each of [modules].flat().filter((one) => !mounted.has(one))) {
      mounted.add(each);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(each.getRules());
      target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
    }
  }
}
