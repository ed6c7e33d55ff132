"""The form, the answer page, the page viewer and the interface under /v1."""
