// While a title is typed, open incidents that look alike are shown: joining one beats declaring it twice.
const PAUSE_MS = 350;

export function startSimilar() {
  const field = document.querySelector("[data-similar]");
  const place = field && document.getElementById("similar");
  if (!place) return;
  let timer = 0;
  let last = field.value;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = field.value.trim();
      if (text === last || text.length < 2) return;
      last = text;
      try {
        const answer = await fetch(`${field.dataset.similar}?title=${encodeURIComponent(text)}`);
        if (!answer.ok) return;
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("similar");
        if (fresh) place.replaceChildren(...fresh.childNodes);
      } catch {
        // it only helps; declaring goes on without it
      }
    }, PAUSE_MS);
  });
}
