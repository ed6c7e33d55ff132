-- One index's reports. Written once, then only read.
CREATE TABLE report (
    id TEXT PRIMARY KEY,          -- sha256 of the PDF
    ordinal INTEGER NOT NULL,
    imprint TEXT NOT NULL         -- JSON
) STRICT;

CREATE TABLE country (            -- invented ones, which no country list knows
    code TEXT PRIMARY KEY,
    names TEXT NOT NULL,          -- JSON list, the one to show first
    forms TEXT NOT NULL           -- JSON list
) STRICT;

CREATE TABLE page (
    report TEXT NOT NULL REFERENCES report,
    number INTEGER NOT NULL,      -- from 1
    label TEXT NOT NULL,
    width REAL NOT NULL,          -- points
    height REAL NOT NULL,
    body TEXT NOT NULL,
    ink BLOB NOT NULL,            -- zlib of four float32 a character of the body
    starts_inside_word INTEGER NOT NULL,
    PRIMARY KEY (report, number)
) STRICT;

CREATE TABLE section (
    report TEXT NOT NULL REFERENCES report,
    ordinal INTEGER NOT NULL,
    path TEXT NOT NULL,           -- JSON list of headings, highest first
    level INTEGER NOT NULL,
    page INTEGER NOT NULL,
    places TEXT NOT NULL,         -- JSON list of [page, start, end]
    PRIMARY KEY (report, ordinal)
) STRICT;

CREATE TABLE abbreviation (       -- that a report defines itself
    report TEXT NOT NULL REFERENCES report,
    short TEXT NOT NULL,
    long TEXT NOT NULL,
    PRIMARY KEY (report, short, long)
) STRICT;

CREATE TABLE source (
    report TEXT NOT NULL REFERENCES report,
    ordinal INTEGER NOT NULL,
    said TEXT NOT NULL,           -- JSON
    PRIMARY KEY (report, ordinal)
) STRICT;

CREATE TABLE footnote (
    report TEXT NOT NULL REFERENCES report,
    ordinal INTEGER NOT NULL,
    number INTEGER NOT NULL,
    page INTEGER NOT NULL,
    raw TEXT NOT NULL,
    boxes TEXT NOT NULL,          -- JSON list of boxes in points
    source INTEGER NOT NULL,
    problems TEXT NOT NULL,       -- JSON list
    PRIMARY KEY (report, ordinal)
) STRICT;

CREATE TABLE marker (
    report TEXT NOT NULL REFERENCES report,
    number INTEGER NOT NULL,
    page INTEGER NOT NULL,
    at INTEGER NOT NULL,          -- offset in the page's body
    footnote INTEGER              -- NULL: no definition
) STRICT;

CREATE TABLE defect (             -- of the report itself, in the order of its pages
    report TEXT NOT NULL REFERENCES report,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    page INTEGER NOT NULL,
    number INTEGER,               -- of the footnote concerned
    text TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (report, ordinal)
) STRICT;

CREATE TABLE chunk (
    id TEXT PRIMARY KEY,
    report TEXT NOT NULL REFERENCES report,
    section INTEGER NOT NULL,
    places TEXT NOT NULL,
    tokens INTEGER NOT NULL
) STRICT;

CREATE TABLE sentence (
    id INTEGER PRIMARY KEY,       -- through all reports, in their order
    report TEXT NOT NULL REFERENCES report,
    ordinal INTEGER NOT NULL,
    paragraph INTEGER NOT NULL,
    section INTEGER NOT NULL,
    chunk TEXT NOT NULL REFERENCES chunk,
    places TEXT NOT NULL,
    footnotes TEXT NOT NULL,      -- JSON list of ordinals
    scope TEXT NOT NULL,
    attributed_to TEXT NOT NULL,  -- JSON list of names as printed
    undefined TEXT NOT NULL       -- JSON list of numbers of marks without a footnote
) STRICT;

CREATE TABLE vector (
    row INTEGER PRIMARY KEY,      -- in vectors.faiss, from 0
    report TEXT NOT NULL REFERENCES report,
    chunk TEXT NOT NULL REFERENCES chunk,
    sentence INTEGER,             -- NULL: the vector of the whole chunk
    text_sha256 BLOB NOT NULL     -- of what was embedded, for the next index
) STRICT;

CREATE INDEX vector_chunk ON vector (chunk);
CREATE INDEX sentence_chunk ON sentence (chunk);

-- rowid is the sentence's id; terms are analysed already, so the tokenizer only splits.
CREATE VIRTUAL TABLE words USING fts5 (
    own, around, content = '', tokenize = "unicode61 remove_diacritics 0"
);
