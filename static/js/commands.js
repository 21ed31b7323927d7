// Code blocks get a button that copies them: <div data-commands="label" data-copied="label">. Without this the text
// can be selected as ever.
export function startCommands(root) {
  if (!navigator.clipboard) return;
  for (const place of root.querySelectorAll("[data-commands]")) {
    place.querySelectorAll("pre").forEach((block, at) => {
      block.id ||= `command-${at + 1}`;
      block.tabIndex = 0;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small";
      button.textContent = place.dataset.commands;
      button.dataset.copy = `#${block.id}`;
      button.dataset.copied = place.dataset.copied;
      block.after(button);
    });
  }
}
