// Nothing typed is lost: fields of <form data-draft="KEY"> are kept in this browser until the form is accepted.
// With data-draft-over they stand also in place of what the page says, and their fold is open.
// A draft is dropped when the page comes back with the same form empty after it was sent.
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
  if (Object.keys(kept).length > 0) localStorage.setItem(key, JSON.stringify(kept));
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
    else if (field.tagName !== "SELECT" && (field.value === "" || "draftOver" in form.dataset)) {
      field.value = kept[field.name];
      if ("draftOver" in form.dataset) form.closest("details")?.setAttribute("open", "");
    }
  }
}

export function startDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    try {
      restore(form);
    } catch {
      continue; // storage switched off: the form still works
    }
    form.addEventListener("input", () => save(form));
    form.addEventListener("submit", () => sessionStorage.setItem(PREFIX + form.dataset.draft, "sent"));
  }
}
