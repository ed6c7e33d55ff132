// <coi-qa>: questions to country reports inside another system's page. One script, no
// build step, nothing loaded from elsewhere. docs/embedding.md says how to use it.
//
// Nothing is ever parsed as HTML and no style stands in an attribute, so that it works
// under a strict Content-Security-Policy and whatever a report prints stays text. What
// is said of an answer comes in words from the service; the words here are labels.
(() => {
  "use strict";

  // Empty in a module script, which does not know where it came from: name `service`.
  const OWN_ORIGIN = document.currentScript ? new URL(document.currentScript.src).origin : "";
  const LANGUAGES = ["pl", "en"];
  const SPARE_S = 30; // a token that is about to end is not used any more

  const WORDS = {
    pl: {
      title: "Pytania do raportów COI",
      question: "Pytanie",
      questionHint: "Pełnym zdaniem, z nazwą kraju, bez danych osobowych. Najlepiej po polsku.",
      questionEmpty: "Wpisz pytanie.",
      error: "Błąd:",
      optional: "(nieobowiązkowo)",
      country: "Kraj",
      anyCountry: "nie wskazuję",
      countryHint: "Tylko raporty o tym kraju.",
      asAt: "Stan na",
      asAtHint: "Pomija późniejsze źródła, np. 2025-10.",
      ask: "Szukaj w raportach",
      busy: "Szukam w raportach…",
      ready: "Odpowiedź jest gotowa:",
      answerTo: "Pytanie:",
      attention: "Uwaga:",
      absence:
        "Brak stwierdza sam raport, w zdaniu przytoczonym niżej; usługa nie wnioskuje go z milczenia.",
      answer: "Odpowiedź",
      quotes: "Co mówią raporty",
      quote: "cytat",
      toNotes: "przypisy cytatu",
      toQuote: "wróć do cytatu",
      before: "Zdanie wcześniejsze, nie część cytatu:",
      report: "Raport",
      section: "Rozdział",
      page: "Strona",
      attributed: "Na czyje słowa się powołuje",
      speaksOf: "O jakim czasie mówi",
      sourcesDated: "Data źródeł",
      cite: "Wstaw do decyzji",
      cited: "Przekazano do systemu spraw.",
      newTab: "(nowa karta)",
      notes: "Przypisy",
      note: "przypis",
      noSource: "raport nie podaje wydawcy ani tytułu",
      printed: "Jak wydrukowano w raporcie",
      conflictsHint: "Każda wartość stoi w swoim cytacie. Usługa niczego nie uśrednia i nie wybiera.",
      basis: "Na czym to się opiera",
      searched: "Co przeszukano",
      withheld: "Wstrzymane zdania:",
      nearHint: "Są podobne do pytania, ale na nie nie odpowiadają. Nie przytaczaj ich jako odpowiedzi.",
      show: "Pokaż:",
      nearNotes: "Przypisy tego fragmentu",
      whole: "Ta odpowiedź na stronie usługi",
      unreachable:
        "Usługa nie odpowiada albo nie przyjęła tego pytania. Odśwież stronę i spróbuj ponownie; jeśli to nie pomoże, zgłoś to osobie, która prowadzi system spraw.",
      tokenMissing:
        "System spraw nie przekazał tokenu, więc nie można pytać. Odśwież stronę; jeśli to nie pomoże, zgłoś to osobie, która go prowadzi.",
      tokenExpired: "Token od systemu spraw wygasł. Odśwież stronę i spróbuj ponownie.",
      failed: "Usługa odpowiedziała w nieoczekiwany sposób. Spróbuj ponownie za chwilę.",
    },
    en: {
      title: "Questions to COI reports",
      question: "Question",
      questionHint:
        "A whole sentence with the country’s name and without personal data. Polish works best.",
      questionEmpty: "Type a question.",
      error: "Error:",
      optional: "(optional)",
      country: "Country",
      anyCountry: "any",
      countryHint: "Only reports on that country.",
      asAt: "As at",
      asAtHint: "Leaves out later sources, e.g. 2025-10.",
      ask: "Search the reports",
      busy: "Searching the reports…",
      ready: "The answer is ready:",
      answerTo: "Question:",
      attention: "Note:",
      absence:
        "It is the report itself that states this, in the sentence quoted below; the service does not infer it from silence.",
      answer: "Answer",
      quotes: "What the reports say",
      quote: "quote",
      toNotes: "footnotes of the quote",
      toQuote: "back to the quote",
      before: "The sentence before, no part of the quote:",
      report: "Report",
      section: "Section",
      page: "Page",
      attributed: "Whose words it passes on",
      speaksOf: "Time it speaks of",
      sourcesDated: "Date of sources",
      cite: "Put into the decision",
      cited: "Handed to the case system.",
      newTab: "(new tab)",
      notes: "Footnotes",
      note: "footnote",
      noSource: "the report names neither publisher nor title",
      printed: "As printed in the report",
      conflictsHint: "Each figure stands in its quote. Nothing is averaged or chosen.",
      basis: "What this rests on",
      searched: "What was searched",
      withheld: "Sentences withheld:",
      nearHint: "They are like the question but do not answer it. Do not quote them as an answer.",
      show: "Show:",
      nearNotes: "Footnotes of this passage",
      whole: "This answer on the service’s own page",
      unreachable:
        "The service does not answer, or did not take this question. Reload the page and try again; if that does not help, tell whoever runs the case system.",
      tokenMissing:
        "The case system handed over no token, so nothing can be asked. Reload the page; if that does not help, tell whoever runs it.",
      tokenExpired: "The case system’s token has expired. Reload the page and try again.",
      failed: "The service answered in an unexpected way. Try again in a while.",
      statusNames: {
        answered: "Found in the reports",
        reported_absence: "A report states that nothing was found or recorded",
        insufficient_evidence: "No answer was found in the reports",
        out_of_scope: "Outside what the reports cover",
      },
      statusWords: {
        answered: "These are the sentences nearest to the question. Check whether they answer it.",
        reported_absence:
          "A report states that something was not found. Check whether it is about this question.",
        insufficient_evidence: "No answer was found in the reports searched.",
        out_of_scope: "This question goes beyond what the reports describe.",
      },
      conflictsName: "Side by side: the same, told differently",
      nearName: "Passages that are near but were not taken as an answer",
    },
  };

  const STYLE = `
    :host {
      --_ink: var(--coi-qa-ink, light-dark(#1c2127, #e7eaee));
      --_soft: var(--coi-qa-soft, light-dark(#4d5661, #b3bcc7));
      --_line: var(--coi-qa-line, light-dark(#c9d0d8, #3d4650));
      --_edge: var(--coi-qa-edge, light-dark(#6b7682, #8a95a1));
      --_paper: var(--coi-qa-paper, light-dark(#ffffff, #1d232a));
      --_ground: var(--coi-qa-ground, light-dark(#f4f6f8, #14181d));
      --_link: var(--coi-qa-link, light-dark(#0b4a75, #8cc8f5));
      --_button: var(--coi-qa-button, light-dark(#0b4a75, #8cc8f5));
      --_on-button: var(--coi-qa-on-button, light-dark(#ffffff, #0c1a26));
      --_focus: var(--coi-qa-focus, light-dark(#a84f00, #ffb45c));
      --_bad: var(--coi-qa-bad, light-dark(#a31621, #ff9c9c));
      --_good: var(--coi-qa-good, light-dark(#1d6b3a, #86d9a3));
      --_silent: var(--coi-qa-silent, light-dark(#8a5a00, #f0c05e));
      --_warn: var(--coi-qa-warn, light-dark(#fff7e3, #2b2415));
      --_font: var(--coi-qa-font, system-ui, "Segoe UI", "Noto Sans", Arial, sans-serif);
      --_quote-font: var(--coi-qa-quote-font, Georgia, "Noto Serif", "DejaVu Serif", serif);
      --_radius: var(--coi-qa-radius, 6px);
      display: block;
      color-scheme: light dark;
      font-size: 1rem;
    }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    .root {
      padding: 1rem;
      border: 1px solid var(--_line);
      border-radius: var(--_radius);
      background: var(--_ground);
      color: var(--_ink);
      font: 1em/1.5 var(--_font);
      text-align: start;
      overflow-wrap: anywhere;
    }
    .heading { margin: 0; font-weight: 700; line-height: 1.3; }
    .title { margin-bottom: .75rem; font-size: 1.25em; }
    .outcome { font-size: 1.15em; }
    .part { margin: 1.5rem 0 .6rem; font-size: 1.05em; }
    p { margin: 0 0 .6rem; }
    ol, ul, dl { margin: 0; padding: 0; list-style: none; }
    a { color: var(--_link); text-underline-offset: .15em; }
    :focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }
    .hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    .hint, .soft { color: var(--_soft); font-size: .9375em; }
    .hint { margin-bottom: .3rem; }
    .field { margin-bottom: .9rem; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15.5rem), 1fr)); gap: 0 1.25rem; align-items: end; }
    label { display: block; font-weight: 600; }
    label .soft { font-weight: 400; }
    textarea, input, select {
      display: block;
      width: 100%;
      padding: .5rem .6rem;
      border: 1px solid var(--_edge);
      border-radius: var(--_radius);
      background: var(--_paper);
      color: var(--_ink);
      font: inherit;
    }
    input, select { min-height: 2.6rem; }
    textarea { resize: vertical; }
    [aria-invalid] { border: 2px solid var(--_bad); }
    .wrong, .alert { color: var(--_bad); font-weight: 600; }
    .alert:not(:empty) {
      margin: 1rem 0 0;
      padding: .7rem .9rem;
      border: 2px solid var(--_bad);
      border-radius: var(--_radius);
      background: var(--_paper);
    }
    button { font: inherit; cursor: pointer; }
    .submit, .cite {
      min-height: 2.5rem;
      padding: .45rem 1rem;
      border: 1px solid var(--_button);
      border-radius: var(--_radius);
      background: var(--_button);
      color: var(--_on-button);
      font-weight: 600;
    }
    .cite { min-height: 2.25rem; padding: .3rem .8rem; background: transparent; color: var(--_link); border-color: var(--_link); }
    .submit:hover, .cite:hover { text-decoration: underline; text-underline-offset: .15em; }
    .jump {
      min-width: 1.75em;
      min-height: 1.6em;
      padding: 0 .1em;
      border: 0;
      background: none;
      color: var(--_link);
      font: 600 .9em/1.4 var(--_font);
      text-decoration: underline;
      text-underline-offset: .15em;
    }
    .row { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .75rem; }
    .answer { margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--_line); }
    .asked { font-weight: 600; }
    .status {
      margin-bottom: 1rem;
      padding: .8rem 1rem .3rem;
      border: 1px solid var(--_line);
      border-inline-start: 6px solid var(--_edge);
      border-radius: var(--_radius);
      background: var(--_paper);
    }
    .status .heading { margin-bottom: .4rem; }
    .answered { border-inline-start-color: var(--_good); }
    .reported_absence, .insufficient_evidence { border-inline-start-color: var(--_silent); }
    .warning, .disclaimer {
      padding: .6rem .9rem;
      border: 1px solid var(--_edge);
      border-radius: var(--_radius);
      background: var(--_warn);
    }
    .disclaimer { margin-top: 1.5rem; background: none; font-weight: 600; }
    .card {
      margin-bottom: .9rem;
      padding: .9rem 1rem;
      border: 1px solid var(--_line);
      border-radius: var(--_radius);
      background: var(--_paper);
    }
    .near .card { border-style: dashed; background: none; }
    blockquote { margin: 0; font-family: var(--_quote-font); }
    .words { font-size: 1.0625em; }
    .near .words { font-size: 1em; }
    .facts { margin-bottom: .5rem; font-size: .9375em; }
    .facts > div { display: flex; flex-wrap: wrap; gap: 0 .5rem; padding: .15rem 0; }
    dt { flex: 1 1 9rem; color: var(--_soft); }
    dd { flex: 999 1 12rem; margin: 0; }
    .remark { color: var(--_soft); }
    .problem { color: var(--_bad); }
    .sides { margin-top: .5rem; }
    .sides li { margin-bottom: .4rem; padding-inline-start: .7rem; border-inline-start: 3px solid var(--_line); }
    .notes > li { margin-bottom: 1rem; }
    .notes ul { margin-inline-start: 1rem; }
    .notes ul > li { margin-bottom: .4rem; }
    details { font-size: .9375em; }
    summary { width: fit-content; padding: .2rem 0; color: var(--_link); cursor: pointer; }
    .raw { margin: .3rem 0; padding-inline-start: .7rem; border-inline-start: 2px solid var(--_line); }
    @media (prefers-reduced-motion: reduce) {
      * { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
    }
    @media print {
      form, .cite, [role="status"] { display: none; }
    }
  `;

  /** What went wrong, with a code for the host page. */
  class Problem extends Error {
    constructor(code, message, { status = null, fromService = false } = {}) {
      super(message);
      this.code = code;
      this.status = status;
      this.fromService = fromService;
    }
  }

  /** Return an element; strings among its children become text, and nothing else. */
  function make(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === false) continue;
      if (key === "class") made.className = value;
      else if (key === "on") made.addEventListener("click", value);
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== ""));
    return made;
  }

  /** Return `address` where it leads to a page of the web, else null. */
  function webAddress(address) {
    try {
      return ["http:", "https:"].includes(new URL(address).protocol) ? address : null;
    } catch {
      return null;
    }
  }

  /** Return when a token ends, in seconds since 1970; 0 where that cannot be read. */
  function endOf(token) {
    try {
      const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      return JSON.parse(atob(payload)).exp || 0;
    } catch {
      return 0;
    }
  }

  const isEnding = (token) => endOf(token) - SPARE_S < Date.now() / 1000;

  class CoiQa extends HTMLElement {
    static observedAttributes = [
      "token", "token-url", "country", "as-at", "lang", "service", "heading-level",
    ];

    #shadow;
    #form; // its fields by name
    #kept = ""; // the newest token from `token-url`
    #countries = [];
    #asking = null; // stops the question that is on its way
    #drawn = "";

    constructor() {
      super();
      this.#shadow = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet(); // what a style element would hold, CSP forbids
      sheet.replaceSync(STYLE);
      this.#shadow.adoptedStyleSheets = [sheet];
    }

    connectedCallback() {
      this.#draw();
      this.#loadCountries();
    }

    disconnectedCallback() {
      this.#asking?.abort();
    }

    attributeChangedCallback(name, before, now) {
      if (!this.isConnected || before === now) return;
      if (name === "lang" || name === "heading-level") this.#draw();
      else if (name === "country") this.#chooseCountry();
      else if (name === "as-at") this.#form.asAt.value = now ?? "";
      else {
        this.#kept = "";
        this.#loadCountries();
      }
    }

    /** The language that the labels are in. */
    get #language() {
      const wanted = (this.getAttribute("lang") ?? "").slice(0, 2).toLowerCase();
      return LANGUAGES.includes(wanted) ? wanted : LANGUAGES[0];
    }

    get #words() {
      return WORDS[this.#language];
    }

    // --- asking --------------------------------------------------------------------

    async #loadCountries() {
      // A token that is still on its way is no fault yet.
      if (!this.hasAttribute("token") && !this.hasAttribute("token-url")) return;
      try {
        this.#countries = await this.#fetch("/embed/countries");
      } catch (problem) {
        this.#fail(problem);
        return;
      }
      this.#fail(null);
      this.#listCountries();
    }

    async #submit(event) {
      event.preventDefault();
      const { question, country, asAt } = this.#form;
      const isEmpty = !question.value.trim();
      this.#mark(question, isEmpty ? this.#words.questionEmpty : "");
      if (isEmpty) {
        question.focus();
        return;
      }
      this.#asking?.abort();
      const asking = (this.#asking = new AbortController());
      this.#fail(null);
      this.#say(this.#words.busy);
      try {
        const answer = await this.#fetch("/embed/answers", {
          method: "POST",
          signal: asking.signal,
          body: JSON.stringify({
            question: question.value,
            countries: country.value ? [country.value] : null,
            as_at: asAt.value.trim() || null,
          }),
        });
        if (!asking.signal.aborted) this.#show(answer);
      } catch (problem) {
        if (asking.signal.aborted) return;
        this.#say("");
        this.#fail(problem);
      }
    }

    /** Return the JSON of one of the service's routes; raises `Problem`. */
    async #fetch(path, options = {}) {
      const response = await this.#send(path, options);
      let said;
      try {
        said = await response.json();
      } catch {
        throw new Problem("failed", this.#words.failed, { status: response.status });
      }
      if (response.ok) return said;
      const codes = { 403: "forbidden", 422: "invalid", 503: "busy" };
      const known = typeof said?.detail === "string";
      throw new Problem(
        codes[response.status] ?? "failed",
        known ? said.detail : this.#words.failed,
        { status: response.status, fromService: known },
      );
    }

    /** A browser does not say why nothing came back: a refusal looks like no network. */
    async #send(path, options) {
      const hasUrl = this.hasAttribute("token-url");
      for (const isAgain of hasUrl ? [false, true] : [false]) {
        const token = await this.#token(isAgain);
        try {
          return await fetch(new URL(path, this.getAttribute("service") || OWN_ORIGIN), {
            ...options,
            mode: "cors",
            credentials: "omit",
            cache: "no-store",
            referrerPolicy: "no-referrer",
            headers: {
              Authorization: `Bearer ${token}`,
              ...(options.body ? { "Content-Type": "application/json" } : {}),
            },
          });
        } catch (error) {
          if (options.signal?.aborted) throw error;
        }
      }
      if (!hasUrl && isEnding(this.getAttribute("token") ?? "")) {
        throw new Problem("token_expired", this.#words.tokenExpired);
      }
      throw new Problem("unreachable", this.#words.unreachable);
    }

    async #token(isAgain) {
      const url = this.getAttribute("token-url");
      if (url === null) {
        const token = this.getAttribute("token");
        if (token) return token;
        throw new Problem("token_missing", this.#words.tokenMissing);
      }
      if (isAgain || !this.#kept || isEnding(this.#kept)) {
        try {
          const response = await fetch(new URL(url, document.baseURI), { cache: "no-store" });
          const said = (await response.text()).trim();
          this.#kept = said.startsWith("{") ? JSON.parse(said).token : said;
          if (!response.ok) this.#kept = "";
        } catch {
          this.#kept = "";
        }
      }
      if (!this.#kept) throw new Problem("token_missing", this.#words.tokenMissing);
      return this.#kept;
    }

    // --- telling -------------------------------------------------------------------

    #tell(name, detail) {
      const options = { bubbles: true, composed: true, detail: structuredClone(detail) };
      this.dispatchEvent(new CustomEvent(`coi-qa:${name}`, options));
    }

    #say(words) {
      this.#form.said.textContent = words;
    }

    #fail(problem) {
      const { alert } = this.#form;
      if (problem === null) {
        alert.replaceChildren();
        return;
      }
      const message = problem instanceof Problem ? problem.message : this.#words.failed;
      const lang = problem.fromService ? this.#polish : null;
      alert.replaceChildren(`${this.#words.error} `, make("span", { lang }, message));
      this.#tell("error", {
        code: problem.code ?? "failed",
        message,
        status: problem.status ?? null,
      });
    }

    #mark(field, words) {
      const wrong = this.#form[`${field.id}Wrong`];
      wrong.hidden = !words;
      wrong.replaceChildren(...(words ? [`${this.#words.error} ${words}`] : []));
      if (words) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }

    /** What is Polish whatever the labels are; null where that goes without saying. */
    get #polish() {
      return this.#language === "pl" ? null : "pl";
    }

    // --- the form ------------------------------------------------------------------

    #draw() {
      const words = this.#words;
      const typed = this.#form;
      const field = (id, control, label, hint, more = {}) => {
        const wrong = make("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
        const made = make(control, {
          id,
          part: "field",
          "aria-describedby": `${id}-hint ${id}-wrong`,
          ...more,
        });
        const optional = more.required
          ? []
          : [" ", make("span", { class: "soft" }, words.optional)];
        const block = make(
          "div",
          { class: "field" },
          make("label", { for: id, part: "label" }, label, optional),
          make("p", { class: "hint", id: `${id}-hint` }, hint),
          wrong,
          made,
        );
        return { made, wrong, block };
      };
      const question = field("question", "textarea", words.question, words.questionHint, {
        rows: "3",
        required: true,
      });
      const country = field("country", "select", words.country, words.countryHint);
      const asAt = field("as-at", "input", words.asAt, words.asAtHint, { autocomplete: "off" });
      const said = make("p", { role: "status", part: "status" });
      const alert = make("div", { role: "alert", class: "alert", part: "error" });
      const answer = make("div", {});
      const form = make(
        "form",
        { novalidate: true, part: "form" },
        question.block,
        make("div", { class: "pair" }, country.block, asAt.block),
        make(
          "div",
          { class: "row" },
          make("button", { class: "submit", part: "button", type: "submit" }, words.ask),
          said,
        ),
      );
      form.addEventListener("submit", (event) => this.#submit(event));
      this.#form = {
        question: question.made,
        questionWrong: question.wrong,
        country: country.made,
        asAt: asAt.made,
        said,
        alert,
        answer,
      };
      this.#form.question.value = typed?.question.value ?? "";
      this.#form.asAt.value = typed?.asAt.value ?? this.getAttribute("as-at") ?? "";
      this.#shadow.replaceChildren(
        make(
          "section",
          { class: "root", part: "root", lang: this.#language, "aria-labelledby": "title" },
          this.#heading(0, { id: "title", class: "title", part: "title" }, words.title),
          form,
          alert,
          answer,
        ),
      );
      this.#listCountries(typed?.country.value);
      if (this.#drawn) this.#drawAnswer(this.#drawn);
    }

    #heading(below, properties, ...children) {
      const top = Number.parseInt(this.getAttribute("heading-level") ?? "2", 10);
      const level = Math.min(6, Math.max(1, (top || 2) + below));
      const classes = `heading ${properties.class ?? ""}`;
      return make(`h${level}`, { ...properties, class: classes }, ...children);
    }

    #listCountries(chosen) {
      const { country } = this.#form;
      const value = chosen ?? country.value;
      country.replaceChildren(
        make("option", { value: "" }, this.#words.anyCountry),
        ...this.#countries.map(({ code, name }) =>
          make("option", { value: code, lang: this.#polish }, name),
        ),
      );
      country.value = value;
      if (!country.value) this.#chooseCountry();
    }

    /** Choose the country that the attribute gives, by code or name. */
    #chooseCountry() {
      const wanted = (this.getAttribute("country") ?? "").trim().toLowerCase();
      const found = this.#countries.find(({ code, name }) =>
        [code, name].some((each) => each.toLowerCase() === wanted),
      );
      this.#form.country.value = found?.code ?? "";
    }

    // --- an answer -----------------------------------------------------------------

    #show(answer) {
      const isHere = this.#shadow.activeElement || document.activeElement === document.body;
      this.#drawAnswer(answer);
      const heading = this.#shadow.getElementById("outcome");
      // Who went on elsewhere on the host's page is told, and not called back.
      this.#say(isHere ? "" : `${this.#words.ready} ${heading.textContent}`);
      if (isHere) heading.focus();
      const { shown, ...plain } = answer;
      this.#tell("answer", { answer: plain, address: shown.address });
    }

    #drawAnswer(answer) {
      this.#drawn = answer;
      const { shown } = answer;
      const words = this.#words;
      const polish = this.#polish;
      this.#form.answer.replaceChildren(
        make(
          "article",
          { class: "answer", part: "answer", "aria-labelledby": "outcome" },
          make("p", { class: "asked" }, `${words.answerTo} ${answer.question}`),
          this.#outcome(answer),
          answer.currency.warnings.map((warning) =>
            make("p", { class: "warning", part: "warning" },
              make("strong", {}, words.attention), " ", make("span", { lang: polish }, warning)),
          ),
          this.#section("statements", words.answer, shown.statements.map((each) =>
            make("p", { lang: polish }, `${each.text} `, each.quotes.map((n) => this.#toQuote(n))),
          )),
          this.#section("conflicts", words.conflictsName ?? shown.conflicts_name,
            this.#conflicts(shown.conflicts)),
          this.#section("quotes", words.quotes, answer.quotes.length
            ? [make("ol", {}, answer.quotes.map((quote, at) =>
                this.#quote(answer, quote, shown.quotes[at])))]
            : []),
          this.#section("notes", words.notes, answer.quotes.length
            ? [make("ol", { class: "notes" }, answer.quotes.map((quote, at) =>
                this.#note(quote, shown.quotes[at])))]
            : []),
          this.#section("basis", answer.quotes.length ? words.basis : words.searched, [
            ...shown.facts.map((fact) => make("p", { lang: polish }, fact)),
            ...this.#withheld(shown.withheld),
          ]),
          this.#near(answer),
          make("p", { class: "disclaimer", part: "disclaimer", lang: polish }, answer.disclaimer),
          make("p", {}, this.#link(shown.address, words.whole)),
        ),
      );
    }

    #outcome(answer) {
      const { shown, status } = answer;
      const words = this.#words;
      const said = (own, theirs) =>
        own ? [own] : [make("span", { lang: this.#polish }, theirs)];
      const notice = answer.notice && answer.notice !== shown.status_words ? answer.notice : "";
      return make(
        "div",
        { class: `status ${status}`, part: "outcome" },
        this.#heading(1, { class: "outcome", id: "outcome", tabindex: "-1" },
          said(words.statusNames?.[status], shown.status_name)),
        make("p", {}, said(words.statusWords?.[status], shown.status_words)),
        status === "reported_absence" ? make("p", {}, words.absence) : "",
        notice ? make("p", { lang: this.#polish }, notice) : "",
      );
    }

    #section(id, name, children, more = {}) {
      if (!children.length) return "";
      return make("section", { ...more, "aria-labelledby": `${id}-name`, part: id },
        this.#heading(2, { class: "part", id: `${id}-name` }, name), children);
    }

    #quote(answer, quote, shown) {
      const words = this.#words;
      const mark = `[${quote.number}]`;
      const said = make("span", { role: "status" });
      const cite = () => {
        this.#tell("cite", this.#citation(answer, quote, shown));
        // Emptied first: the same words once more would not be read out.
        said.textContent = "";
        setTimeout(() => { said.textContent = words.cited; }, 50);
      };
      return make(
        "li",
        { class: "card", part: "quote", id: `quote-${quote.number}`, tabindex: "-1" },
        this.#passage(quote, " ", this.#jump(`note-${quote.number}`, mark, words.toNotes)),
        this.#facts(quote, shown),
        make("div", { class: "row" },
          make("button", { class: "cite", part: "cite", type: "button", on: cite },
            words.cite, make("span", { class: "hidden" }, ` ${words.quote} ${mark}`)),
          said),
      );
    }

    /** What a case system needs to put a quote into a decision with its sources. */
    #citation(answer, quote, shown) {
      return {
        answer: answer.id,
        number: quote.number,
        text: quote.text,
        citation: shown.citation,
        html: shown.html,
        csl: shown.csl,
        url: shown.pages[0].url,
        address: answer.shown.address,
        report: quote.report,
        section: quote.section,
        page: quote.places[0].page,
        places: quote.places,
        footnotes: quote.notes.map((note) => ({
          ...note,
          source: answer.sources.find((source) => source.number === note.source) ?? null,
        })),
      };
    }

    #passage(quote, ...behind) {
      const lang = quote.report.language || null;
      const before = quote.before
        ? make("p", { class: "soft" },
            make("span", { class: "hidden", lang: this.#language }, `${this.#words.before} `),
            quote.before.text)
        : "";
      return make("blockquote", { lang }, before,
        make("p", { class: "words", part: "quote-text" }, `„${quote.text}”`,
          make("span", { lang: this.#language }, behind)));
    }

    #facts(quote, shown) {
      const words = this.#words;
      const lang = quote.report.language || null;
      const polish = this.#polish;
      const rows = [
        [words.report, [shown.report], polish],
        [words.section, quote.section.length ? [quote.section.join(" › ")] : [], lang],
        [words.page, shown.pages.flatMap(({ url, words: where }, at) =>
          [at ? ", " : "", this.#link(url, where)]), polish],
        [words.attributed, quote.attributed_to.length ? [quote.attributed_to.join(", ")] : [], lang],
        [words.speaksOf, [shown.speaks_of], polish],
        [words.sourcesDated, [shown.sources_dated], polish],
      ];
      return [
        make("dl", { class: "facts" }, rows
          .filter(([, said]) => said.some((each) => each !== ""))
          .map(([label, said, language]) =>
            make("div", {}, make("dt", {}, label), make("dd", { lang: language }, said)))),
        ...shown.remarks.map((remark) =>
          make("p", { class: "remark" }, make("strong", {}, words.attention), " ",
            make("span", { lang: polish }, remark))),
      ];
    }

    #note(quote, shown) {
      const words = this.#words;
      const polish = this.#polish;
      const back = this.#jump(`quote-${quote.number}`, `[${quote.number}]`, words.toQuote);
      return make(
        "li",
        { part: "note", id: `note-${quote.number}`, tabindex: "-1" },
        make("p", {}, back, " ", make("strong", { lang: polish }, `${shown.report}, ${shown.where}`)),
        shown.scope ? make("p", { class: "remark", lang: polish }, shown.scope) : "",
        shown.sources.length
          ? make("ul", {}, shown.sources.map((source) => this.#source(quote, source)))
          : "",
      );
    }

    #source(quote, source) {
      const words = this.#words;
      const polish = this.#polish;
      const numbers = source.footnotes.join(", ");
      return make(
        "li",
        {},
        make("p", {},
          make("span", { class: "soft" }, `${words.note} ${numbers}: `),
          make("span", { lang: polish }, source.words || words.noSource),
          source.url ? [", ", this.#link(source.url, source.url)] : ""),
        source.problems.map((problem) =>
          make("p", { class: "problem" }, make("strong", {}, words.attention), " ",
            make("span", { lang: polish }, problem))),
        this.#printed(words.printed, source.raw, quote),
      );
    }

    #printed(name, raw, quote) {
      return make("details", {}, make("summary", {}, name), raw.map((each) =>
        make("p", { class: "raw", lang: quote.report.language || null }, each)));
    }

    #conflicts(conflicts) {
      if (!conflicts.length) return [];
      const polish = this.#polish;
      return [
        make("p", { class: "hint" }, this.#words.conflictsHint),
        ...conflicts.map((each) => make(
          "div",
          { class: "card", part: "conflict", lang: polish },
          make("strong", {}, each.relation), `: ${each.about}`,
          make("ul", { class: "sides" }, each.sides.map((side) =>
            make("li", {}, `${side.words} `, this.#toQuote(side.quote)))),
        )),
      ];
    }

    #withheld(withheld) {
      if (!withheld.length) return [];
      return [make("details", {},
        make("summary", {}, `${this.#words.withheld} ${withheld.length}`),
        make("ul", { lang: this.#polish }, withheld.map((each) =>
          make("li", {}, `${each.text} – ${each.why}`))))];
    }

    #near(answer) {
      const { near, quotes, shown } = answer;
      if (!near.length) return "";
      const words = this.#words;
      const list = make("ol", {}, near.map((quote, at) => make(
        "li",
        { class: "card", part: "near-passage" },
        this.#passage(quote),
        this.#facts(quote, shown.near[at]),
        quote.notes.length
          ? this.#printed(words.nearNotes, quote.notes.map((note) => note.raw), quote)
          : "",
      )));
      const folded = quotes.length
        ? make("details", {}, make("summary", {}, `${words.show} ${near.length}`), list)
        : list;
      return this.#section("near", words.nearName ?? shown.near_name,
        [make("p", { class: "hint" }, words.nearHint), folded], { class: "near" });
    }

    #toQuote(number) {
      return this.#jump(`quote-${number}`, `[${number}]`, this.#words.quote);
    }

    /** An anchor does not lead into a shadow tree, so a button moves the focus. */
    #jump(id, mark, words) {
      return make("button", {
        class: "jump",
        type: "button",
        lang: this.#language,
        "aria-label": `${mark} ${words}`,
        on: () => this.#shadow.getElementById(id)?.focus(),
      }, mark);
    }

    #link(address, words) {
      const href = webAddress(address);
      if (href === null) return make("span", {}, words);
      return make("a", { href, target: "_blank", rel: "noopener noreferrer", part: "link" },
        words, make("span", { class: "hidden", lang: this.#language }, ` ${this.#words.newTab}`),
        make("span", { "aria-hidden": "true" }, "\u00a0↗"));
    }
  }

  if (!customElements.get("coi-qa")) customElements.define("coi-qa", CoiQa);
})();
