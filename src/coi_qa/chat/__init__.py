"""The chat integrations: doors that hand an answer on with its citations."""
