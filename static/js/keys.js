// Keyboard: links and fields with data-key="c", "/", "?" or "g i" answer to it, unless someone is typing.
function typing(target) {
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

function act(element) {
  if (!element) return false;
  if (element.matches("a, button")) element.click();
  else element.focus();
  return true;
}

export function startKeys() {
  let before = "";
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && typing(event.target)) event.target.blur();
    // Ctrl or ⌘ with Enter sends the form one is typing in.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key.toLowerCase();
    const keys = before ? `${before} ${key}` : key;
    before = "";
    clearTimeout(timer);
    if (act(document.querySelector(`[data-key="${CSS.escape(keys)}"]`))) event.preventDefault();
    else if (key === "g") {
      before = "g";
      timer = setTimeout(() => (before = ""), 1200);
    }
  });
}
