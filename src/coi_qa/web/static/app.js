// What a script adds to pages that are complete without one: copying, printing with all
// details open, a word while a question is being answered, and a list of the visitor's
// own questions that never leaves this browser.

const HISTORY = "coi-qa-questions";
const OFF = "coi-qa-questions-off";
const ASKED = "coi-qa-asked";
const MOST = 20;

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** A browser may forbid a page to keep things; then there is no list. */
function stored(work, otherwise) {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

// --- copying ---------------------------------------------------------------------------

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[role=status]");
  const done = await copied(source);
  said.textContent = done ? button.dataset.done : button.dataset.failed;
}

async function copied(source) {
  const folded = source.closest("details");
  const wasOpen = folded?.open;
  if (folded) folded.open = true; // what is folded has neither lines nor a selection
  const text = source.innerText.trim();
  try {
    await navigator.clipboard.writeText(text); // only there over HTTPS and on localhost
    if (folded) folded.open = wasOpen;
    return true;
  } catch {
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}

for (const row of all(".script")) row.hidden = false;
for (const button of all("[data-copy]")) {
  button.addEventListener("click", () => copy(button));
}

// --- printing --------------------------------------------------------------------------

let opened = [];
addEventListener("beforeprint", () => {
  opened = all("details:not([open])");
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});
for (const button of all("[data-print]")) {
  button.addEventListener("click", () => print());
}

// --- asking ----------------------------------------------------------------------------

for (const form of all("form[data-ask]")) {
  form.addEventListener("submit", () => {
    stored(() => sessionStorage.setItem(ASKED, "1"));
    const said = document.querySelector(".busy");
    said.textContent = said.dataset.words;
  });
}
addEventListener("pageshow", () => {
  for (const said of all(".busy")) said.textContent = ""; // a page that was gone back to
});

// --- the visitor's own questions -------------------------------------------------------

function kept() {
  const list = stored(() => JSON.parse(localStorage.getItem(HISTORY)), null);
  return Array.isArray(list) ? list.filter(isEntry) : [];
}

/** Another page of this host may have written there: nothing of it is taken on trust. */
function isEntry(entry) {
  return (
    typeof entry?.question === "string" &&
    /^\/answers\/[\w-]+$/.test(entry.address) &&
    Number.isFinite(entry.asked)
  );
}

/** Keep the question of an answer that was asked for here, not one that was linked to. */
function keepAsked() {
  const question = document.querySelector("[data-asked]")?.textContent;
  const asked = stored(() => sessionStorage.getItem(ASKED), null);
  stored(() => sessionStorage.removeItem(ASKED));
  const isOff = stored(() => localStorage.getItem(OFF), null);
  if (!question || !asked || isOff) return;
  const entry = { question, address: location.pathname, asked: Date.now() };
  const others = kept().filter((each) => each.address !== entry.address);
  stored(() =>
    localStorage.setItem(HISTORY, JSON.stringify([entry, ...others].slice(0, MOST))),
  );
}

function showHistory(section) {
  const [list, said] = [section.querySelector("ol"), section.querySelector("[role=status]")];
  const [clear, toggle] = all("[data-clear], [data-switch]", section);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
  });

  const draw = () => {
    const entries = kept();
    const isOff = stored(() => localStorage.getItem(OFF), null);
    section.hidden = section.hidden && !entries.length && !isOff;
    clear.hidden = !entries.length;
    toggle.textContent = isOff ? section.dataset.on : section.dataset.off;
    list.replaceChildren(
      ...entries.map((entry) => {
        const [item, link, when] = ["li", "a", "span"].map((tag) =>
          document.createElement(tag),
        );
        link.href = entry.address;
        link.textContent = entry.question;
        when.className = "meta";
        when.textContent = time.format(entry.asked);
        item.append(link, " ", when);
        return item;
      }),
    );
  };

  clear.addEventListener("click", () => {
    stored(() => localStorage.removeItem(HISTORY));
    said.textContent = section.dataset.cleared;
    toggle.focus(); // the button that had the focus is gone
    draw();
  });
  toggle.addEventListener("click", () => {
    stored(() => {
      if (localStorage.getItem(OFF)) {
        localStorage.removeItem(OFF);
      } else {
        localStorage.setItem(OFF, "1");
        localStorage.removeItem(HISTORY);
      }
    });
    draw();
  });
  draw();
}

keepAsked();
for (const section of all("[data-history]")) showHistory(section);
