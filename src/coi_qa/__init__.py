"""Questions about Country of Origin Information reports, answered in their own words.

A report flows up once into an index; a question flows down through the same nouns and
comes back as sentences that rest on words cut out of the stored pages.
"""
