/** The title in lower case, with one `-` for everything that is neither a letter nor a digit. */
export function slug(title) {
  return title
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/^-|-$/g, "");
}

/** A slug that none of `taken` has: a number is added where it has to be. */
export function freeSlug(title, taken) {
  const base = slug(title);
  let candidate = base;
  for (let number = 2; taken.has(candidate); number += 1) {
    candidate = `${base}-${number}`;
  }
  return candidate;
}
