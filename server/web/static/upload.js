// Files are sent one by one with progress in bytes; what became of each is said beside its name.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form) return;
  const drop = document.getElementById("drop");
  const input = document.getElementById("file");
  const list = document.getElementById("sending");
  const organisation = document.getElementById("organisation");
  const most = Number(form.dataset.most) * 1024 * 1024;
  const waiting = [];
  let busy = false;

  const line = (name) => {
    const place = document.createElement("div");
    place.className = "hub-sending";
    const title = document.createElement("b");
    title.textContent = name;
    const state = document.createElement("span");
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", `Отправка ${name}`);
    place.append(title, state, bar);
    list.prepend(place);
    return { title, state, bar };
  };

  const failed = (shown, text, again) => {
    shown.bar.remove();
    shown.state.textContent = text + " ";
    if (!again) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = "Повторить";
    button.addEventListener("click", () => (shown.title.parentElement.remove(), add([again])));
    shown.state.append(button);
  };

  const done = (shown, answer) => {
    const link = document.createElement("a");
    link.href = answer.address;
    link.textContent = answer.name;
    shown.title.replaceChildren(link);
    if (answer.refusal) return failed(shown, answer.refusal, null);
    shown.bar.remove();
    shown.state.textContent = answer.told;
  };

  const finished = (request, shown, file) => {
    let answer = null;
    try {
      answer = JSON.parse(request.responseText);
    } catch { /* said below */ }
    if (request.status === 200 && Array.isArray(answer)) done(shown, answer[0]);
    else if (request.status === 401) failed(shown, "Сеанс закончился: войдите в соседней вкладке и повторите.", file);
    else failed(shown, (answer && answer.error) || `Не отправлен (${request.status}).`, file);
    if (window.htmx) htmx.ajax("GET", location.pathname, { target: "#mine-live", select: "#mine-live", swap: "outerHTML" });
    next();
  };

  const next = () => {
    busy = waiting.length > 0;
    if (!busy) return;
    const { file, shown } = waiting.shift();
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    if (organisation) body.append("organisation", organisation.value);
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      shown.bar.value = (event.loaded / event.total) * 100;
      shown.state.textContent = `${Math.round(shown.bar.value)} %`;
    });
    request.addEventListener("load", () => finished(request, shown, file));
    request.addEventListener("error", () => (failed(shown, "Нет связи с сервером.", file), next()));
    request.send(body);
  };

  const add = (files) => {
    if (organisation && !organisation.reportValidity()) return;
    for (const file of files) {
      const shown = line(file.name);
      if (file.size > most) failed(shown, `Файл больше ${form.dataset.most} МБ: разделите его на части.`, null);
      else waiting.push({ file, shown });
    }
    if (!busy) next();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add([...input.files]);
    input.value = "";
  });
  for (const name of ["dragover", "dragenter"]) {
    drop.addEventListener(name, (event) => (event.preventDefault(), drop.classList.add("hub-over")));
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("hub-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  addEventListener("beforeunload", (event) => {
    if (busy) event.preventDefault();
  });
})();
