// What pages do beyond links and forms: keys, copying, rows that open, addresses without empty parts.
(() => {
  "use strict";
  const toast = (text) => {
    const place = document.getElementById("hub-toast");
    if (!place) return;
    place.textContent = text;
    place.classList.add("hub-on");
    setTimeout(() => place.classList.remove("hub-on"), 1600);
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    toast("Скопировано");
  };

  // The page one is on stands in sight in a menu longer than the window.
  document.querySelector(".navbar-vertical .nav-item.active")?.scrollIntoView({ block: "nearest" });

  const rows = () => [...document.querySelectorAll("tr[data-link]")];
  const here = () => document.querySelector("tr.hub-here");
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    here()?.classList.remove("hub-here");
    next.classList.add("hub-here");
    next.scrollIntoView({ block: "nearest" });
  };
  const open = (row, aside) => (aside ? window.open(row.dataset.link, "_blank") : (location.href = row.dataset.link));
  const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.hub-pop[open]").forEach((one) => (one.open = false));
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    // The letters as they lie on the keyboard, whatever layout is on.
    if (event.code === "Slash" && !event.shiftKey) {
      event.preventDefault();
      document.getElementById("hub-search")?.focus();
    } else if (event.code === "KeyJ") step(1);
    else if (event.code === "KeyK") step(-1);
    else if (event.key === "Enter" && here() && event.target === document.body) open(here(), false);
    else if (event.key === "?") location.href = "/keys";
    else if (!event.shiftKey) document.querySelector(`[data-key="${event.code}"]:not([disabled])`)?.click();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) return void copy(button.dataset.copy);
    if (event.target.closest("[data-act=print]")) return void window.print();
    document.querySelectorAll("details.hub-pop[open]").forEach((one) => {
      if (!one.contains(event.target)) one.open = false;
    });
    const row = event.target.closest("tr[data-link]");
    if (row && !event.target.closest("a, button, input, label, summary") && !String(getSelection())) {
      open(row, event.ctrlKey || event.metaKey);
    }
  });
  document.addEventListener("auxclick", (event) => {
    const row = event.target.closest("tr[data-link]");
    if (row && event.button === 1 && !event.target.closest("a")) open(row, true);
  });

  // Several choices are taken together, not one by one; chosen rows are counted.
  const recount = (body) => {
    const told = document.querySelector(`[data-picked="${body.id}"]`);
    const count = body.querySelectorAll("input[name=id]:checked").length;
    if (told) told.textContent = count ? `Выбрано строк: ${count}` : "Отметьте строки, чтобы действовать с ними";
  };
  document.addEventListener("change", (event) => {
    if (event.target.closest(".hub-choices")) return void event.stopPropagation();
    const all = event.target.dataset.pick;
    const body = all ? document.getElementById(all) : event.target.closest("tbody");
    if (!body) return;
    if (all) body.querySelectorAll("input[name=id]").forEach((one) => (one.checked = event.target.checked));
    recount(body);
  }, true);

  // Empty filters stay out of the address.
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "get") return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
    setTimeout(() => [...event.target.elements].forEach((field) => (field.disabled = false)), 0);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") return;
    for (const [name, value] of Object.entries(event.detail.parameters)) if (value === "") delete event.detail.parameters[name];
  });
  // A page that must be signed in to, or that broke, is shown whole instead of inside a part of another.
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) location.reload();
    else toast(`Не получилось (${status}). Повторите или обновите страницу`);
  });
  document.addEventListener("htmx:sendError", () => toast("Нет связи с сервером"));
})();
