/*
 * The result of grading one submission: what the runner finds out, what every report is made from, and what is kept as JSON
 * (report_json.c) to be read again by `grade replay` and by a batch that goes on. It holds nothing that depends on the
 * machine or the hour, so that the same submission and seed give the same report, byte for byte.
 */
#ifndef GRADER_RESULT_H
#define GRADER_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum case_status {
    CASE_PASSED,
    CASE_FAILED,  /* the submission broke a rule, or spent its budget of instructions */
    CASE_SKIPPED, /* nothing to run: the submission was refused, or does not build */
    CASE_ERROR    /* the grader's own failure: no verdict about the submission */
};

struct case_result {
    char *name;  /* "order-both-ways": lower case, digits and hyphens; the same for ever */
    char *title; /* one line for people */
    bool hidden; /* its text names the property, never the data */
    unsigned points, max_points;
    enum case_status status;
    char *rule; /* the property that was broken, in words; NULL if passed */
    uint64_t
        event; /* the boundary event that broke it, as `grade replay` shows it; 0: none in particular */
    char *ladder; /* the last few messages as text, or NULL */
    char *hint;   /* or NULL */
};

enum result_status {
    RESULT_GRADED,
    RESULT_REFUSED, /* the submission as such: no archive, wrong names, a bomb; `message` says why. 0 points */
    RESULT_BUILD, /* does not compile or link; `message` holds the compiler's words, trimmed. 0 points */
    RESULT_ERROR /* the grader failed; `message` says how. Not a grade */
};

struct result {
    char *lab;
    char *submission; /* as named on the command line, made harmless for terminals */
    char *digest;     /* SHA-256 in hex of the allowed files' names and contents */
    uint64_t seed;
    enum result_status status;
    char *message; /* or NULL */
    unsigned points, max_points;
    struct case_result *cases;
    size_t ncases;
};

/* Frees everything a result owns (all strings and the cases), not the struct itself. */
void result_free(struct result *r);

/* Whether the points are a grade: neither the whole nor any case is the grader's own failure. */
bool result_has_grade(const struct result *r);

/* "passed", "failed", "skipped", "error"; "graded", "refused", "build", "error". */
const char *case_status_name(enum case_status status);
const char *result_status_name(enum result_status status);

#endif
