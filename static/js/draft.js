// Nothing typed is lost: fields of <form data-draft="KEY"> are kept in this browser until the form is accepted.
// A draft is dropped when the page comes back with the same form empty after it was sent.
// A form with data-draft-base edits a stored text: what was typed comes back together with the version it was typed
// against, so that a save over somebody else's is refused and shows both. It is dropped once the stored text equals it.
const PREFIX = "bongsu.draft.";

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type),
  );
}

function save(form) {
  const kept = {};
  for (const field of fieldsOf(form)) {
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.checked && !field.defaultChecked) kept[field.name] = field.value;
    } else if (field.value !== field.defaultValue && field.value !== "") kept[field.name] = field.value;
  }
  const key = PREFIX + form.dataset.draft;
  if (form.dataset.draftBase) kept[""] = form.elements.base.value;
  const typed = Object.keys(kept).some((name) => name !== "");
  if (typed) localStorage.setItem(key, JSON.stringify(kept));
  else localStorage.removeItem(key);
}

function restore(form) {
  const key = PREFIX + form.dataset.draft;
  if (sessionStorage.getItem(key) === "sent") {
    sessionStorage.removeItem(key);
    if (!form.querySelector("[aria-invalid]")) localStorage.removeItem(key);
    return;
  }
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept) return;
  for (const field of fieldsOf(form)) {
    if (!(field.name in kept)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === kept[field.name];
    else if (field.tagName !== "SELECT" && field.value === "") field.value = kept[field.name];
  }
}

const lines = (text) => text.replaceAll("\r\n", "\n").trimEnd();

function restoreStored(form) {
  const key = PREFIX + form.dataset.draft;
  const { "": base, ...kept } = JSON.parse(localStorage.getItem(key) ?? "{}");
  let typed = false;
  for (const field of fieldsOf(form)) {
    if (!(field.name in kept) || field.matches("[aria-invalid]")) continue;
    if (lines(kept[field.name]) === lines(field.value)) continue;
    field.value = kept[field.name];
    typed = true;
  }
  if (!typed) return form.querySelector("[aria-invalid]") ? undefined : localStorage.removeItem(key);
  form.elements.base.value = base;
  const fold = form.closest("details");
  if (fold) fold.open = true;
}

export function startDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    try {
      if (form.dataset.draftBase) restoreStored(form);
      else restore(form);
    } catch {
      continue; // storage switched off: the form still works
    }
    form.addEventListener("input", () => save(form));
    form.addEventListener("submit", () => sessionStorage.setItem(PREFIX + form.dataset.draft, "sent"));
  }
}
