-- Searching sees one spelling of a text: full width and ligatures are resolved (NFKC), accents, vowel signs and
-- points fall away, capitals are lowered in every script, ß is ss. Chinese, Japanese and Korean, which have no blanks
-- between words, are indexed by every pair of neighbours.
CREATE FUNCTION search_fold(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN normalize(replace(replace(translate(
        lower(regexp_replace(normalize(words, NFKD), '[\u0300-\u036F\u0591-\u05C7\u0610-\u061A\u0640\u064B-\u065F\u0670]', '', 'g')),
        -- What lower() leaves where the database's locale knows the capitals of English only.
        'ÆÐØÞĐŁŒΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩςАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІҐЂЈЉЊЋЏ',
        'æðøþđłœαβγδεζηθικλμνξοπρστυφχψωσабвгдежзиклмнопрстуфхцчшщъыьэюяєіґђјљњћџ'),
        'ß', 'ss'), 'ẞ', 'ss'), NFKC);

-- The folded words of a text with blanks between them. Pairs of neighbours are taken at even places of a run, and
-- again without its first character; of the latter fewer, so that all of them fit into an index.
CREATE FUNCTION search_tokens(words text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT regexp_replace(left(folded, 100000), '([\u3005-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]{2})', ' \1 ', 'g') || ' '
                || regexp_replace(regexp_replace(regexp_replace(left(folded, 50000),
                       '[^\u3005-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]+', ' ', 'g'),
                       '(^|\s)\S', ' ', 'g'),
                       '(\S{2})', ' \1 ', 'g')
              -- After folding, which makes ASCII punctuation of the full-width one.
              FROM translate(search_fold(words), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
                                                 '                                ') folded);

-- What finds documents that have every word, or a longer one that begins with it.
CREATE FUNCTION search_query(words text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT to_tsquery('simple', coalesce(string_agg('''' || token || ''':*', ' & '), ''))
              FROM regexp_split_to_table(search_tokens(words), '\s+') token
             WHERE token <> '');

DROP INDEX documents_by_words;
CREATE OR REPLACE FUNCTION document_words(title text, content text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('simple'::regconfig, search_tokens(title || ' ' || left(content, 100000)));
CREATE INDEX documents_by_words ON documents USING gin (document_words(title, content));
