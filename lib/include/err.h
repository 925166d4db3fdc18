/*
 * Messages on stderr, as the BSDs have them: "program: text: error", where the error is errno's and
 * is left out by the functions with an x. err and errx end the program with `status`. Control
 * characters in the text are shown as ^X.
 */
#ifndef ERR_H
#define ERR_H

extern const char *program_name; /* the last part of argv[0] */

_Noreturn void err(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
_Noreturn void errx(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warnx(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Wrong usage: "usage: program synopsis" in one line, status 2. */
_Noreturn void usage(const char *synopsis);

#endif
