"""How a visitor asks on the form."""

from __future__ import annotations


def ask(tab, question):
    """Ask on the form that `tab` shows, in whichever language it speaks."""
    tab.locator("#question").fill(question)
    tab.locator("form:has(#question) button[type=submit]").click()
    tab.wait_for_url("**/answers/*")
