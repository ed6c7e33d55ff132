"""How a visitor asks on the form."""

from __future__ import annotations


def ask(tab, question):
    """Ask on the form that `tab` shows."""
    tab.get_by_label("Pytanie", exact=True).fill(question)
    tab.get_by_role("button", name="Szukaj w raportach").click()
    tab.wait_for_url("**/answers/*")
