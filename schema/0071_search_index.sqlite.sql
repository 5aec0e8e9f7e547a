-- The index over `search_text.words`, by the row's seat. It keeps words alone, no text; `ascii` leaves every word as it was cut.

CREATE VIRTUAL TABLE search_word USING fts5 (words, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii');
