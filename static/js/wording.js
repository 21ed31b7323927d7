// Wording as one types: <textarea data-wording-section="cause" data-wording-kind="report">, or a line, is checked after
// a pause; what points at people is underlined, and under the field each finding says why and offers other words, one
// press away.
// The server decides at publishing; this only helps, so a failed check is silent.
const PAUSE_MS = 500;

// "%곳 …|none|delete|go to|replace with": the page's language, from <body data-wording-words>.
function words() {
  return (document.body.dataset.wordingWords ?? "%||||").split("|");
}

function csrfOf(field) {
  return document.querySelector("input[name=csrf]")?.value ?? field.form?.elements.csrf?.value ?? "";
}

async function findingsOf(field, text) {
  const answer = await fetch("/api/v1/wording/check", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrfOf(field) },
    body: JSON.stringify({
      text,
      section: field.dataset.wordingSection,
      kind: field.dataset.wordingKind ?? "report",
      lang: field.dataset.wordingLang || undefined,
    }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).findings;
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// The field on top of a copy of its text that carries the marks. Offsets are UTF-16 units, as in the field.
function stack(field) {
  const frame = element("div", "wording");
  const copy = element("div", field.tagName === "INPUT" ? "input wording-copy wording-line" : "input wording-copy");
  copy.setAttribute("aria-hidden", "true");
  const hadFocus = document.activeElement === field;
  field.replaceWith(frame);
  frame.append(copy, field);
  if (hadFocus) field.focus();
  const follow = () => copy.scrollTo(field.scrollLeft, field.scrollTop);
  field.addEventListener("scroll", follow);
  return { frame, copy, follow };
}

function paint(copy, text, findings) {
  const pieces = [];
  let at = 0;
  for (const finding of findings) {
    pieces.push(text.slice(at, finding.start_utf16));
    pieces.push(element("mark", finding.severity === "block" ? "wording-block" : "wording-advise",
      text.slice(finding.start_utf16, finding.end_utf16)));
    at = finding.end_utf16;
  }
  copy.replaceChildren(...pieces, text.slice(at), "\n");
}

function goTo(field, finding) {
  field.focus();
  field.setSelectionRange(finding.start_utf16, finding.end_utf16);
}

// Through the browser's own editing where it can, so that undo brings the old words back.
function rewrite(field, finding, suggestion) {
  goTo(field, finding);
  const done = suggestion === "" ? document.execCommand("delete") : document.execCommand("insertText", false, suggestion);
  if (done) return;
  field.setRangeText(suggestion, finding.start_utf16, finding.end_utf16, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function itemOf(field, finding) {
  const [, , remove, go, replace] = words();
  const item = element("li", "wording-finding");
  const quote = element("button", "button bare small wording-quote", `‘${field.value.slice(finding.start_utf16, finding.end_utf16)}’`);
  quote.type = "button";
  quote.title = go;
  quote.addEventListener("click", () => goTo(field, finding));
  const choices = element("span", "wording-choices");
  for (const suggestion of finding.suggestions) {
    const button = element("button", "button small", suggestion === "" ? remove : suggestion);
    button.type = "button";
    if (suggestion !== "") button.setAttribute("aria-label", `${replace}: ${suggestion}`);
    button.addEventListener("click", () => rewrite(field, finding, suggestion));
    choices.append(button);
  }
  item.append(quote, element("span", "wording-why", finding.message), choices);
  return item;
}

function watch(field) {
  const { frame, copy, follow } = stack(field);
  const status = element("p", "quiet-label");
  status.setAttribute("role", "status");
  const list = element("ul", "wording-list");
  list.hidden = true;
  list.id = `${field.id || field.name}-wording`;
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${list.id}`.trim());
  frame.after(list, status);
  let timer = 0;
  let checked = null;

  const show = (text, findings) => {
    const [some, none] = words();
    const had = !list.hidden;
    paint(copy, text, findings);
    list.replaceChildren(...findings.map((finding) => itemOf(field, finding)));
    list.hidden = findings.length === 0;
    if (findings.length > 0) status.textContent = some.replace("%", String(findings.length));
    else if (had) status.textContent = none;
    follow();
  };

  const check = async () => {
    const text = field.value;
    if (text === checked) return;
    checked = text;
    try {
      const findings = text.trim() === "" ? [] : await findingsOf(field, text);
      if (field.value === text) show(text, findings);
    } catch {
      checked = null; // the next key press tries again
    }
  };

  field.addEventListener("input", () => {
    copy.replaceChildren(); // marks of an older text would sit under the wrong words
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE_MS);
  });
  field.addEventListener("blur", check);
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") field.focus();
  });
  check();
}

export function startWording(root) {
  for (const field of root.querySelectorAll("[data-wording-section]")) watch(field);
}
