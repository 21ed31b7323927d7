// A notice template while it is written: filled in with sample values after a pause, faults named with their place, a
// variable inserted where the caret stood. The server refuses what is broken; this only shows it earlier.
const PAUSE_MS = 300;

// Places count characters; fields count UTF-16 units.
function select(field, offset, length) {
  const characters = Array.from(field.value);
  const start = characters.slice(0, offset).join("").length;
  field.focus();
  field.setSelectionRange(start, start + characters.slice(offset, offset + length).join("").length);
}

function faultItem(form, fault) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button bare small field-error";
  button.textContent = fault.message;
  button.addEventListener("click", () => select(form.elements[fault.field], fault.offset, fault.length));
  item.append(button);
  return item;
}

function show(form, panel, answer) {
  const filled = panel.querySelector("[data-template-filled]");
  panel.querySelector("[data-template-errors]").replaceChildren(...answer.errors.map((fault) => faultItem(form, fault)));
  filled.hidden = answer.errors.length > 0;
  if (filled.hidden) return;
  filled.querySelector("[data-template-title]").textContent = answer.title ?? "";
  filled.querySelector("[data-template-text]").textContent = answer.text ?? "";
  for (const channel of filled.querySelectorAll("[data-template-channel]")) {
    channel.textContent = answer.channels?.[channel.dataset.templateChannel] ?? "";
  }
}

async function fill(form, panel) {
  const answer = await fetch("/api/v1/notice-templates/preview", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf.value },
    body: JSON.stringify({ stage: form.dataset.templateStage, lang: form.dataset.templateLang,
      title: form.elements.title.value, text: form.elements.text.value }),
  });
  if (answer.ok) show(form, panel, await answer.json());
}

export function startTemplate(root) {
  const form = root.querySelector("form[data-template-stage]");
  const panel = root.querySelector("[data-template-preview]");
  if (!form || !panel?.querySelector("[data-template-filled]")) return;
  let timer = 0;
  let field = form.elements.text;
  form.querySelector("[data-template-button]").hidden = true; // it comes by itself
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => fill(form, panel).catch(() => {}), PAUSE_MS);
  });
  form.addEventListener("focusin", (event) => {
    if (["title", "text"].includes(event.target.name)) field = event.target;
  });
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    field.focus();
    if (document.execCommand("insertText", false, button.dataset.insert)) return;
    field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
