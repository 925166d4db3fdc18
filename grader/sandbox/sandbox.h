/*
 * Runs one program where it sees nothing but what it is given, and can do no harm: under bubblewrap, without network,
 * in name spaces of its own, with an empty environment, and within limits. What a student hands in is compiled so, and runs so.
 *
 * --no-sandbox takes the name spaces away and leaves the limits. Nothing is hidden from the program then.
 */
#ifndef GRADER_SANDBOX_H
#define GRADER_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a compiler takes for the time (reproducible-builds.org, SOURCE_DATE_EPOCH), and sources are dated with: __DATE__,
 * __TIME__ and __TIMESTAMP__ are the same in every compile. 2026-01-01, as on the board.
 */
#define SANDBOX_DATE      1767225600
#define SANDBOX_DATE_TEXT "1767225600"

/* A file or directory, and where the program finds it. Parents are made. */
struct sandbox_bind {
    const char *from, *to;
    bool writable;
};

struct sandbox_limits {
    unsigned cpu_seconds;   /* of all its processes together */
    unsigned wall_seconds;  /* the watchdog: for a machine in trouble */
    unsigned processes;     /* at one time; bubblewrap's own is one of them */
    uint64_t address_space; /* bytes that one process may map; 0: no limit */
    uint64_t memory;        /* resident bytes of all together; 0: no limit */
    uint64_t file;          /* bytes a file that it writes */
    uint64_t output;        /* bytes of stdout, and as many of stderr; more ends it */
};

struct sandbox_job {
    const char *const *argv; /* ends with NULL; paths as the program sees them */
    const struct sandbox_bind *binds;
    size_t nbinds;
    const char *directory; /* where it starts */
    const char
        *libraries; /* where it finds its shared libraries, or NULL: where the system has them */
    const char *scratch; /* a writable directory for its temporary files, or NULL: it needs none */
    const char
        *confine; /* the program of that name (kit/confine.c); NULL: processes are only counted */
    struct sandbox_limits limits;
    bool open; /* --no-sandbox: binds are not made, so paths are the host's */
};

enum sandbox_end {
    SANDBOX_EXITED,    /* `status` is its exit status, 128 + n if signal n ended it */
    SANDBOX_CPU,       /* too much of the processor's time */
    SANDBOX_MEMORY,    /* too much memory in all */
    SANDBOX_PROCESSES, /* too many of them */
    SANDBOX_OUTPUT,    /* too much output */
    SANDBOX_WALL,      /* the watchdog */
    SANDBOX_STOPPED,   /* sandbox_stop() */
    SANDBOX_CANNOT     /* there is no sandbox here: `error` says why */
};

struct sandbox_outcome {
    enum sandbox_end end;
    int status;
    char *output, *errors; /* stdout and stderr, as far as they were kept; a zero follows */
    size_t output_bytes, error_bytes;
    char error[200];
};

/* Returns when no process of it is left. The outcome is the caller's, to be freed with sandbox_free(). */
void sandbox_run(const struct sandbox_job *job, struct sandbox_outcome *o);
void sandbox_free(struct sandbox_outcome *o);

/* Makes a directory the program's, for one that it may write to. False: errno says why. */
bool sandbox_hand_over(const char *directory, bool open);

/* For a signal handler: what runs now, and what would come, ends as SANDBOX_STOPPED. */
void sandbox_stop(void);

/* Is there a bubblewrap that works? False: one line in `why`. */
bool sandbox_works(char *why, size_t size);

#endif
