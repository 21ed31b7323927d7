// Open pages follow the incident. The stream says only "topic X is at N"; the page then fetches its own fragments,
// so permissions and language are the server's business as always.
//   <div data-live="incident/7001" data-live-url="/incidents/INC-…/live">
// Each [data-part] of the answer replaces the element of the same id, unless someone is typing in it.
// One tab holds the stream and tells the others; where the stream is refused, pages poll and a 304 costs nothing.
const POLL_MS = 5_000;

function busy(element) {
  const active = document.activeElement;
  return active !== document.body && element.contains(active) && active.matches("input, textarea, select");
}

function swap(html, ready) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (!old || old.innerHTML === part.innerHTML || busy(old)) continue;
    const open = new Set([...old.querySelectorAll("details[open][id]")].map((detail) => detail.id));
    const known = new Set([...old.querySelectorAll("[id]")].map((child) => child.id));
    const node = document.adoptNode(part);
    for (const detail of node.querySelectorAll("details[id]")) detail.open ||= open.has(detail.id);
    for (const child of node.querySelectorAll(".event[id]")) child.classList.toggle("fresh", !known.has(child.id));
    old.replaceWith(node);
    ready(node);
  }
}

export function startLive(ready) {
  const place = document.querySelector("[data-live]");
  if (!place) return;
  const { live: topic, liveUrl: url } = place.dataset;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(`bongsu.${topic}`) : null;
  let etag = "";
  let asked = false;
  let polling = 0;

  async function refresh() {
    if (asked) return; // one at a time; the last number wins
    asked = true;
    try {
      const answer = await fetch(url, { headers: etag ? { "If-None-Match": etag } : {}, credentials: "same-origin" });
      if (answer.ok) {
        etag = answer.headers.get("ETag") ?? "";
        swap(await answer.text(), ready);
      }
    } catch {
      // offline: the next tick tries again
    }
    asked = false;
  }

  function poll() {
    polling ||= setInterval(() => {
      if (document.visibilityState === "visible") refresh();
      channel?.postMessage("poll");
    }, POLL_MS);
  }

  function stream() {
    const source = new EventSource(`/live?topic=${encodeURIComponent(topic)}`);
    source.onmessage = (event) => {
      refresh();
      channel?.postMessage(event.lastEventId || event.data);
    };
    source.onopen = () => {
      clearInterval(polling);
      polling = 0;
    };
    source.onerror = () => {
      poll();
      if (source.readyState === EventSource.CLOSED) setTimeout(stream, 30_000);
    };
  }

  if (channel) channel.onmessage = refresh;
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
  // The first tab that gets the lock holds the one stream; the others take over when it closes.
  if (navigator.locks && channel) {
    navigator.locks.request(`bongsu.${topic}`, () => new Promise(stream));
  } else stream();
}
