-- The index over `search_text.words`. The words are cut already, so no parser and no dictionary of the server has a say in them.

CREATE INDEX search_text_words ON search_text USING GIN (array_to_tsvector(string_to_array(words, ' ')));
