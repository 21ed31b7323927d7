// Relative times and countdowns that keep up with the clock. The server wrote the first text; this keeps it true.
//   data-ago="ISO"      how long ago or until, in one unit: "3분 전"
//   data-since="ISO"    how long it has lasted, in minutes as shown: "1시간 15분"
//   data-until="ISO"    countdown; turns due-soon in its last five minutes and due-late after it
const MINUTE = 60_000;
// "%일|%시간|%분|% 전|% 뒤|방금": the words of the reader's language, given by the server.
const [DAY, HOUR, MIN, PAST, FUTURE, JUST_NOW] = document.body.dataset.words.split("|");
const put = (words, value) => words.replace("%", value);
let skew = 0; // the server's clock counts, not the one of this device

function minutesBetween(from, until) {
  return Math.floor(until / MINUTE) - Math.floor(from / MINUTE);
}

function now() {
  return Date.now() + skew;
}

// One unit, the largest that fits.
function ago(at) {
  const minutes = minutesBetween(now(), at);
  const size = Math.abs(minutes);
  if (size === 0) return JUST_NOW;
  const span =
    size >= 1440 ? put(DAY, Math.floor(size / 1440)) : size >= 60 ? put(HOUR, Math.floor(size / 60)) : put(MIN, size);
  return put(minutes < 0 ? PAST : FUTURE, span);
}

function duration(minutes) {
  const left = Math.max(0, minutes);
  const parts = [];
  if (left >= 1440) parts.push(put(DAY, Math.floor(left / 1440)));
  if (Math.floor(left / 60) % 24 > 0) parts.push(put(HOUR, Math.floor(left / 60) % 24));
  if (left % 60 > 0 || left === 0) parts.push(put(MIN, left % 60));
  return parts.join(" ");
}

function show(element) {
  const { ago: agoAt, since, until } = element.dataset;
  if (agoAt) element.textContent = ago(Date.parse(agoAt));
  if (since) element.textContent = duration(minutesBetween(Date.parse(since), now()));
  if (until) {
    const left = minutesBetween(now(), Date.parse(until));
    element.textContent = (left < 0 ? element.dataset.late : element.dataset.left).replace("%", duration(Math.abs(left)));
    element.classList.toggle("due-late", left < 0);
    element.classList.toggle("due-soon", left >= 0 && left < 5);
  }
}

export function startClocks(root) {
  for (const element of root.querySelectorAll("[data-ago], [data-since], [data-until]")) show(element);
}

const stamp = document.querySelector("[data-now]");
if (stamp) skew = Date.parse(stamp.dataset.now) - Date.now();
// Under a settable clock (drills, tests) time stands still between requests: nothing to keep up with.
if (Math.abs(skew) < 720 * MINUTE) setInterval(() => startClocks(document), 15_000);
