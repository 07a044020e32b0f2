// Comforts: commands can be copied, the rail shows the step that is due, and times are told in the
// reader's zone. The page works without them.
"use strict";
(() => {
  const offerCopies = (place) => {
    for (const button of place.querySelectorAll("[data-copy][hidden]")) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 2000);
      });
    }
  };
  offerCopies(document);
  const rail = document.querySelector(".rail");
  const here = rail && rail.querySelector(".busy, .next, [aria-current]");
  const due = here && here.closest("li"); // the link to all texts stands below the steps
  if (due && rail.scrollWidth > rail.clientWidth) {
    rail.scrollLeft = due.offsetLeft - rail.offsetLeft - 16;
  }
  const chosen = document.documentElement.dataset.zone;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // for who signed in, the next page comes with all times in this zone, those in sentences too
  if (own && document.querySelector(".masthead form")) {
    const safe = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `concord_zone=${own}; path=/; max-age=31536000; samesite=lax${safe}`;
  }
  const form = new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium", timeStyle: "short", timeZone: chosen || undefined,
  });
  const localise = (place) => {
    for (const time of place.querySelectorAll("time[datetime]")) {
      time.title = time.dateTime;
      time.textContent = form.format(new Date(time.dateTime));
    }
  };
  localise(document);
  // parts of a page that are fetched anew say so
  document.addEventListener("renewed", (event) => {
    localise(event.target);
    offerCopies(event.target);
  });
})();
