// The service worker of a phone whose owner wants to read without a network (ui/offline.py).
// Pages come from the house as long as it answers; what it lets be kept is put aside on the way.
const { offline, signIn, signOut, parts } = self.addresses;
const PAGES = "kept-pages";
const PARTS = "kept-parts";
const MOST_PAGES = 60;
const MOST_PARTS = 120;
const LONGEST_MS = 30 * 24 * 3600 * 1000;
const NO_ANSWER = [502, 503, 504];

self.addEventListener("install", (event) => event.waitUntil(prepare()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === signOut) event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (url.pathname.startsWith(parts)) event.respondWith(part(request));
  else if (request.mode === "navigate" || request.headers.has("X-Keep-Offline")) {
    event.respondWith(page(request, url));
  }
});

async function prepare() {
  const pages = await caches.open(PAGES);
  await pages.add(offline);
  await self.skipWaiting();
}

// Styles, scripts, fonts and icons never change under their names.
async function part(request) {
  const held = await caches.open(PARTS);
  const found = await held.match(request.url);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await put(held, request.url, answer.clone(), MOST_PARTS);
  return answer;
}

async function page(request, url) {
  url.hash = "";
  const answer = await fetch(request).catch(() => null);
  if (!answer || NO_ANSWER.includes(answer.status)) {
    return (await kept(url.href)) ?? answer ?? (await kept(new URL(offline, url).href)) ?? Response.error();
  }
  // Whoever is shown the sign-in page is signed in no more: the session ended or was ended.
  if (answer.ok && url.pathname === signIn) await forget();
  if (answer.ok && answer.headers.has("X-Keep-Offline")) await keep(url.href, answer.clone());
  return answer;
}

async function keep(href, answer) {
  const headers = new Headers(answer.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  headers.set("X-Kept-At", new Date().toISOString());
  const pages = await caches.open(PAGES);
  await put(pages, href, new Response(await answer.text(), { headers }), MOST_PAGES);
}

// The newest stand last; the oldest go, but never the page that says there is no network.
async function put(held, href, answer, most) {
  await held.delete(href);
  await held.put(href, answer);
  const known = (await held.keys()).filter((each) => !each.url.endsWith(offline));
  await Promise.all(known.slice(0, Math.max(known.length - most, 0)).map((each) => held.delete(each)));
}

async function kept(href) {
  const pages = await caches.open(PAGES);
  const found = await pages.match(href);
  const at = found?.headers.get("X-Kept-At");
  if (!at) return found;
  if (Date.now() - Date.parse(at) > LONGEST_MS) {
    await pages.delete(href);
    return undefined;
  }
  const html = (await found.text()).replace("<html ", `<html data-kept-at="${at}" `);
  return new Response(html, { headers: found.headers });
}

async function forget() {
  await Promise.all([caches.delete(PAGES), caches.delete(PARTS)]);
  await self.registration.unregister();
}
