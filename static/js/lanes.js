// The calendar: dragging along the final line offers an override for that time; times are also told in the reader's
// zone where it is another one. Everything here can be done by the form as well.
const HOUR = 3600000;

function wallOf(zone, at) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit",
    day: "2-digit", hour: "2-digit", minute: "2-digit" }).formatToParts(at);
  const part = (type) => parts.find((each) => each.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

function startDrag(holder, zone) {
  const dialog = document.querySelector("#override-dialog");
  const picture = holder.querySelector("svg[data-lanes]");
  const drop = picture?.querySelector("[data-drop]");
  if (!drop || !dialog?.showModal) return;
  const from = Date.parse(picture.dataset.begin);
  const span = Date.parse(picture.dataset.finish) - from;
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  mark.setAttribute("class", "pick");
  for (const side of ["y", "height"]) mark.setAttribute(side, drop.getAttribute(side));
  const top = Number(drop.getAttribute("y")), bottom = top + Number(drop.getAttribute("height"));
  const place = (event) => {
    const box = picture.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width };
  };
  const snapped = (x, width) => from + Math.round((Math.min(Math.max(x, 0), width) / width) * span / HOUR) * HOUR;
  let start = null;
  const range = (event) => {
    const { x, width } = place(event);
    const ends = [snapped(start, width), snapped(x, width)].sort((a, b) => a - b);
    return ends[0] === ends[1] ? [ends[0], ends[0] + HOUR] : ends;
  };
  picture.addEventListener("pointerdown", (event) => {
    const { x, y } = place(event);
    if (event.button !== 0 || y < top || y > bottom) return;
    start = x;
    picture.setPointerCapture(event.pointerId);
    picture.append(mark);
    event.preventDefault();
  });
  picture.addEventListener("pointermove", (event) => {
    if (start === null) return;
    const [begin, end] = range(event);
    const { width } = picture.viewBox.baseVal;
    mark.setAttribute("x", ((begin - from) / span) * width);
    mark.setAttribute("width", ((end - begin) / span) * width);
  });
  picture.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const [begin, end] = range(event);
    start = null;
    dialog.querySelector("[name=start]").value = wallOf(zone, begin);
    dialog.querySelector("[name=end]").value = wallOf(zone, end);
    dialog.showModal();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => mark.remove());
  document.querySelector("[data-drag-hint]")?.removeAttribute("hidden");
}

function tellOwnZone(zone) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const note = document.querySelector("[data-own-zone]");
  if (!note || !own || wallOf(own, Date.now()) === wallOf(zone, Date.now())) return;
  note.textContent = `· ${note.dataset.label} ${own}`;
  for (const time of document.querySelectorAll("[data-own-time]")) {
    const small = document.createElement("small");
    small.className = "soft";
    small.textContent = ` (${wallOf(own, Date.parse(time.dateTime)).slice(5).replace("T", " ")})`;
    time.after(small);
  }
}

export function startLanes() {
  const zone = document.querySelector("[data-zone]")?.dataset.zone;
  if (!zone) return;
  const holder = document.querySelector("[data-draggable]");
  if (holder) startDrag(holder, zone);
  tellOwnZone(zone);
}
