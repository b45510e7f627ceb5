// Elements that match and that a part has not visited before: parts are run again after every swap.
const seen = new Map();

export function once(part, root, selector) {
  const key = `${part} ${selector}`;
  if (!seen.has(key)) seen.set(key, new WeakSet());
  const known = seen.get(key);
  const fresh = [...root.querySelectorAll(selector)].filter((element) => !known.has(element));
  fresh.forEach((element) => known.add(element));
  return fresh;
}
