// The same as processes/engine/naming.py does with the files of a folder: old ids become names.

/** A text in which every mention of an id of `names` is its name. */
export function renamed(text, names) {
  const ids = Object.keys(names).sort((one, other) => other.length - one.length).join("|");
  const mention = new RegExp(`(^|[^\\p{L}\\p{N}_-])(${ids})(?=(?:_di|_label|_plane)?(?![\\p{L}\\p{N}_]))`, "gu");
  return text.replace(mention, (_, before, id) => before + names[id]);
}
