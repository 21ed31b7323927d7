// Editing a section that others may edit too: nothing typed is lost, nothing is overwritten unseen.
// Every key press is kept in this browser at once; a second after a pause, and at least every three, on the server as
// well. The answer says who else is here and whether somebody saved the section meanwhile. What comes back after a crash,
// a restart or a lost session is the newer of the two. Saving itself is the form's business and works without this.
const PAUSE_MS = 1_000;
const LONGEST_MS = 3_000;
const HELLO_MS = 20_000;
const KEEPALIVE_MAX = 15_000; // browsers refuse larger bodies while a page goes away

const lines = (text) => text.replaceAll("\r\n", "\n").trimEnd();

function remember(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // storage switched off or full: the server still keeps it
  }
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function edit(form, page) {
  const field = form.elements.body;
  const { base, number } = form.elements;
  const section = form.dataset.section;
  const key = `bongsu.typed.${page.editing}.${section}`;
  const screen = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const status = form.querySelector("[data-status]");
  const editors = form.querySelector("[data-editors]");
  const view = form.querySelector("[data-preview-of]");
  const fold = form.closest("details");
  const stored = lines(field.defaultValue);
  let preview = !view.hidden;
  let timer = 0;
  let since = 0;
  let asked = false; // a request is under way
  let unsent = false;
  let stopped = false; // another window of the same person has this section
  let leaving = false; // the form is sent: what it carries is the newest
  let going = false; // the next page is under way, perhaps made before what is answered from now on

  const keep = () =>
    remember(key, { text: field.value, base: base.value, number: number.value, screen, unsent: unsent || going });

  function restore() {
    const kept = recall(key);
    if (!kept?.unsent || field.matches("[aria-invalid]") || lines(kept.text) === stored) return;
    const mine = kept.number === number.value || kept.screen === form.dataset.screen;
    if (!mine && number.value !== "0") { // typed in two windows: both are shown
      const other = document.createElement("textarea");
      other.className = "input";
      other.readOnly = true;
      other.rows = 6;
      other.value = field.value;
      other.setAttribute("aria-label", page.other);
      const title = document.createElement("p");
      title.textContent = page.other;
      form.prepend(title, other);
    }
    field.value = kept.text;
    if (kept.base !== base.value) base.value = kept.base; // a late save is refused and shows both
    fold.open = true;
    typed();
  }

  function answered(answer, text) {
    number.value = answer.number;
    if (field.value === text) unsent = false;
    keep();
    status.textContent = page.kept;
    if (String(answer.version) !== base.value && answer.saved_by) status.textContent = page.saved.replace("%", answer.saved_by);
    if (answer.html !== undefined && answer.html !== null) view.innerHTML = answer.html; // made safe by the server
  }

  function refused(code) {
    if (code === 401 || code === 403) status.textContent = page.login;
    else if (code === 409 || code === 412) {
      status.textContent = page.elsewhere;
      stopped = true;
    } else status.textContent = page.local;
  }

  async function send(body, closing = false) {
    const text = field.value;
    try {
      const answer = await fetch(page.editing, {
        method: "POST",
        keepalive: closing && text.length < KEEPALIVE_MAX,
        signal: closing ? undefined : AbortSignal.timeout(10_000),
        headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf.value },
        body: JSON.stringify({ section, screen, preview, ...body, base: Number(base.value), number: Number(number.value) }),
      });
      if (!answer.ok) return refused(answer.status);
      const json = await answer.json();
      if ("body" in body) answered(json, text);
      page.show(json.others);
      return undefined;
    } catch {
      return refused(0);
    }
  }

  async function flush() {
    clearTimeout(timer);
    if (asked || stopped || leaving) return;
    asked = true;
    since = 0;
    await send({ body: field.value });
    asked = false;
    if (unsent && !stopped) wait();
  }

  function wait() {
    clearTimeout(timer);
    since ||= Date.now();
    timer = setTimeout(flush, Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - Date.now())));
  }

  function typed() {
    unsent = true;
    keep();
    wait();
  }

  field.addEventListener("input", typed);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  addEventListener("beforeunload", () => (going = true));
  addEventListener("pageshow", () => (leaving = going = false)); // back after the form could not be sent
  form.querySelector("[data-discard]")?.addEventListener("click", () => remember(key, null));
  form.querySelector("[data-preview]").addEventListener("click", (event) => {
    event.preventDefault();
    preview = !preview;
    view.hidden = !preview;
    if (preview) flush();
  });
  addEventListener("pagehide", () => unsent && !stopped && !leaving && send({ body: field.value }, true));
  if (recall(key) && lines(recall(key).text) === stored) remember(key, null);
  restore();
  return {
    section,
    hello: () => fold.open && !unsent && !asked && send({}),
    show: (others) => {
      const names = others.filter((other) => other.section === section).map((other) => other.person);
      editors.textContent = names.length > 0 ? page.present.replace("%", names.join(", ")) : "";
    },
  };
}

export function startEditing(root) {
  const place = root.querySelector("[data-editing]");
  if (!place) return;
  const page = { ...place.dataset, show: (others) => sections.forEach((one) => one.show(others)) };
  const sections = [...place.querySelectorAll("form[data-section]")].map((form) => edit(form, page));
  const hello = () => document.visibilityState === "visible" && sections.forEach((one) => one.hello());
  setInterval(hello, HELLO_MS);
  for (const fold of place.querySelectorAll("details")) fold.addEventListener("toggle", () => fold.open && hello());
}
