// The page works without any of this. Each module looks for its own data- attributes and makes them livelier.
import { startClocks } from "./clocks.js";
import { startCommands } from "./commands.js";
import { startDrafts } from "./draft.js";
import { startEditing } from "./editing.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startLanes } from "./lanes.js";
import { startSchedule } from "./schedule.js";
import { startSimilar } from "./similar.js";
import { startTemplate } from "./template.js";
import { startWording } from "./wording.js";

startClocks(document);
startCommands(document);
startDrafts(document);
startEditing(document);
startKeys();
startLive(startClocks);
startSimilar();
startSchedule();
startLanes();
startTemplate(document);
startWording(document);

// Buttons that copy text: <button data-copy="#id">.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source || !navigator.clipboard) return;
  navigator.clipboard.writeText(source.value ?? source.textContent).then(() => {
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => (button.textContent = label), 1600);
  });
});

// A severity picked by its question is shown where it was picked.
document.addEventListener("click", (event) => {
  const label = event.target.closest(".flow label");
  label?.control?.scrollIntoView({ block: "center" });
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
