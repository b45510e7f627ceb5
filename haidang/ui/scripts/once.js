// Elements that match and were not visited before: parts may be run again after every swap.
const seen = new Map();

export function once(root, selector) {
  if (!seen.has(selector)) seen.set(selector, new WeakSet());
  const known = seen.get(selector);
  const fresh = [...root.querySelectorAll(selector)].filter((element) => !known.has(element));
  fresh.forEach((element) => known.add(element));
  return fresh;
}
