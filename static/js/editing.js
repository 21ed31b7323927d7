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

// What a form holds as one text: a section its Markdown, a part the JSON of its fields.
function contentOf(form) {
  const body = form.elements.body;
  if (body) {
    return {
      box: body,
      get text() { return body.value; },
      set text(value) { body.value = value; },
      stored: lines(body.defaultValue),
      same: (text) => lines(text),
      read: (text) => text,
    };
  }
  const fields = [...form.elements].filter((field) => field.matches("input:not([type=hidden]), textarea, select"));
  const initial = (field) => ([...(field.options ?? [])].find((option) => option.defaultSelected)?.value ?? field.defaultValue ?? field.value);
  const json = (value) => JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, value(field)])));
  return {
    box: form,
    get text() { return json((field) => field.value); },
    set text(value) {
      const kept = JSON.parse(value);
      for (const field of fields) field.value = kept[field.name] ?? field.value;
    },
    stored: json(initial),
    same: (text) => text,
    read: (text) => Object.values(JSON.parse(text)).filter(Boolean).join("\n"),
  };
}

// This tab, also after a reload: what it wrote last it may write over.
function screenOf() {
  const key = "bongsu.screen";
  const fresh = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  try {
    if (!sessionStorage.getItem(key)) sessionStorage.setItem(key, fresh);
    return sessionStorage.getItem(key);
  } catch {
    return fresh;
  }
}

function edit(form, page) {
  const content = contentOf(form);
  const { base, number } = form.elements;
  const section = form.dataset.section;
  const key = `bongsu.typed.${page.editing}.${section}`;
  const screen = screenOf();
  if (form.elements.screen) form.elements.screen.value = screen;
  const status = form.querySelector("[data-status]");
  const editors = form.querySelector("[data-editors]");
  const view = form.querySelector("[data-preview-of]");
  const fold = form.closest("details");
  const stored = content.stored;
  let preview = Boolean(view && !view.hidden);
  let timer = 0;
  let since = 0;
  let asked = false; // a request is under way
  let unsent = false;
  let stopped = false; // another window of the same person has this section
  let leaving = false; // the form is sent: what it carries is the newest
  let going = false; // the next page is under way, perhaps made before what is answered from now on

  const keep = () =>
    remember(key, { text: content.text, base: base.value, number: number.value, screen, unsent: unsent || going });

  function restore() {
    const kept = recall(key);
    if (!kept?.unsent || form.querySelector("[aria-invalid]") || content.same(kept.text) === stored) return;
    const mine = kept.number === number.value || kept.screen === form.dataset.screen;
    if (!mine && number.value !== "0") { // typed in two windows: both are shown
      const other = document.createElement("textarea");
      other.className = "input";
      other.readOnly = true;
      other.rows = 6;
      other.value = content.read(content.text);
      other.setAttribute("aria-label", page.other);
      const title = document.createElement("p");
      title.textContent = page.other;
      form.prepend(title, other);
    }
    content.text = kept.text;
    if (kept.base !== base.value) base.value = kept.base; // a late save is refused and shows both
    fold.open = true;
    typed();
  }

  function answered(answer, text) {
    number.value = answer.number;
    if (content.text === text) unsent = false;
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
    const text = content.text;
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
    await send({ body: content.text });
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

  content.box.addEventListener("input", typed);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  addEventListener("beforeunload", () => (going = true));
  addEventListener("pageshow", () => (leaving = going = false)); // back after the form could not be sent
  form.querySelector("[data-discard]")?.addEventListener("click", () => remember(key, null));
  form.querySelector("[data-preview]")?.addEventListener("click", (event) => {
    event.preventDefault();
    preview = !preview;
    view.hidden = !preview;
    if (preview) flush();
  });
  addEventListener("pagehide", () => unsent && !stopped && !leaving && send({ body: content.text }, true));
  if (recall(key) && content.same(recall(key).text) === stored) remember(key, null);
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
