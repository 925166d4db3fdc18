/* The words of the filter language: tokens, numbers with units, and what somebody meant who misspelled one. */
#ifndef EMU_MODEL_FILTER_WORDS_H
#define EMU_MODEL_FILTER_WORDS_H

#include "emu/model/filter_tree.h"

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* src, FS_READ, .time */
    TOKEN_NUMBER, /* anything that begins like one: 3, 16.1, 250us */
    TOKEN_STRING, /* without its quotes */
    TOKEN_COMPARE,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_WRONG /* `wrong` says why */
};

struct token {
    enum token_kind kind;
    enum filter_op op; /* of TOKEN_COMPARE */
    int column;        /* from 1 */
    int length;        /* of text */
    const char *text;  /* in the filter's text: not terminated */
    const char *wrong;
};

/* The first token at or behind `*at`, which is moved behind it. `text` is the whole text. */
struct token token_next(const char *text, const char **at);

/* A number, with k, M, G, or, if `is_time`, with a unit of time, in instructions. False: not such a number; `why` says why. */
bool token_number(const struct token *t, bool is_time, filter_number *out, const char **why);

/* 3 or 16.1, into the literal. False: not an endpoint. */
bool token_endpoint(const struct token *t, struct filter_literal *out);

/* The known word that is most like this one: words_listed() by index, until it says NULL. NULL: none is alike. */
const char *word_like(const char *word, const char *(*listed)(size_t index));

#endif
