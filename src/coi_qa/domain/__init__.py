"""The nouns of the field and pure functions on them; no machine is touched here."""
