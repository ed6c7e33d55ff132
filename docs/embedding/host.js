// What a case system does with the component: it listens, and pastes at the caret.
const decision = document.getElementById("decision");
const told = document.getElementById("told");

document.addEventListener("coi-qa:cite", ({ detail }) => {
  const source = detail.citation.replace(/\.$/, "");
  decision.setRangeText(
    `„${detail.text}” (${source}).\n\n`,
    decision.selectionStart,
    decision.selectionEnd,
    "end",
  );
  told.textContent = `Wstawiono cytat [${detail.number}] ze strony ${detail.page} raportu.`;
});

document.addEventListener("coi-qa:error", ({ detail }) => {
  told.textContent = `Pytania do raportów: ${detail.code}.`;
});
