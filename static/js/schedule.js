// The schedule editor: the picture follows what is typed. The server draws it, so that it is what saving will mean.
export function startSchedule() {
  const form = document.querySelector("form[data-schedule]");
  const picture = form?.querySelector("[data-preview]");
  if (!picture) return;
  let timer, asked = 0;
  const ask = async () => {
    const turn = ++asked;
    const answer = await fetch(form.dataset.schedule, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    if (turn !== asked || !answer?.ok) return; // not yet complete: the last picture stays
    const wrap = picture.querySelector(".lanes-wrap")?.scrollLeft ?? 0;
    picture.innerHTML = await answer.text();
    const fresh = picture.querySelector(".lanes-wrap");
    if (fresh) fresh.scrollLeft = wrap;
  };
  form.addEventListener("change", (event) => {
    const list = event.target.closest("select[data-add-to]");
    const people = list && form.elements[list.dataset.addTo];
    if (!people || list.value === "") return;
    people.value = `${people.value.trimEnd()}\n${list.value}`.trimStart();
    list.value = "";
    people.dispatchEvent(new Event("input", { bubbles: true }));
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 300);
  });
  ask();
}
