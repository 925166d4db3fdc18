/*
 * Text that a student may have written, made fit to be shown: in a terminal, in a web page, in XML, in a CI log.
 */
#ifndef GRADER_CLEAN_H
#define GRADER_CLEAN_H

#include <stdio.h>

/*
 * A copy that is valid UTF-8 and says what it holds: newlines and tabs stay; other control characters, the marks that turn
 * the direction of text or cannot be seen, and bytes that are no UTF-8 are written out (\x1b, \u{202e}). CR LF becomes LF,
 * and ##[, which some CI systems take for a command anywhere in a line, is broken up. NULL gives NULL. Owned by the caller; NULL also if there is no memory.
 */
char *clean_text(const char *text);

/* The same on one line: newlines and tabs are blanks. */
char *clean_line(const char *text);

/*
 * Writes cleaned text, each line with `prefix` before it, and a newline after the last. A prefix that is not blank keeps
 * a line from being a command to a CI system's log (::error::).
 */
void clean_quote(FILE *out, const char *prefix, const char *cleaned);

/*
 * Writes text as character data of XML or HTML: quotes & < > " ', and leaves out what XML 1.0 (section 2.2, production 2)
 * does not allow, which no entity can stand for.
 */
void clean_xml(FILE *out, const char *text);

/* The length of the UTF-8 character at `s` (RFC 3629, section 4), and its code point; 0: there is none. */
unsigned clean_decode(const char *s, unsigned *point);

#endif
