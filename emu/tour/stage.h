/*
 * The stage: a live system on which a script plays, driven from one certain thing to the next: a prompt, a message, a
 * breakpoint. Virtual time knows nothing of the host's, so a script plays the same every time.
 *
 *     stage_open(&s, &options, ...);
 *     stage_type(&s, "ls /");
 *     stage_wait(&s, filter);          the guest stands where the message has just been delivered
 *     ... s.model knows everything so far ...
 *     stage_close(&s);
 */
#ifndef EMU_TOUR_STAGE_H
#define EMU_TOUR_STAGE_H

#include "emu/control/breakpoint.h"
#include "emu/control/fault.h"
#include "emu/control/step.h"
#include "emu/model/filter.h"
#include "emu/model/model.h"
#include "emu/serial.h"
#include "emu/trace/trace.h"

#define STAGE_EVENTS  1024  /* that are kept */
#define STAGE_CONSOLE 16384 /* bytes since the last line that was typed */

struct stage_options {
    const char *kernel, *disk; /* the disk is not written */
    bool record;               /* for stage_reopen() */
};

struct stage {
    struct model *model;
    uint64_t scene;                  /* number of the last message before the last line was typed */
    uint64_t since;                  /* virtual time from then on */
    uint64_t recoveries;             /* so many have been shown */
    uint64_t found;                  /* number of the message that was waited for last, or 0 */
    char console[STAGE_CONSOLE + 1]; /* what the guest wrote since then: text, lines */
    struct event event[STAGE_EVENTS]; /* since then: a ring, of */
    uint64_t events;                  /* so many in all */
    struct event
        stopped_before; /* a message that is not delivered yet; number 0: the guest is not stopped */
    char why[256];      /* of a failure: one line */

    /* private: */
    struct board *board;
    struct trace *trace;
    struct serial serial;
    struct fault fault;
    struct breakpoints breakpoints;
    struct step step;
    struct sink watch; /* behind the model */
    bool at_prompt;
    size_t console_length;
    struct filter *awaited; /* NULL: nothing is */
    struct filter *broken;  /* what the breakpoint is about */
    int breakpoint;         /* its number, or 0 */
    uint64_t looked;        /* number of the last message that was looked at */
    char recording[64];     /* path of the trace; "": none */
};

/* These return false if it cannot be done, or does not happen in ten seconds of virtual time; `why` says so. */

/* Boots, up to the first prompt. Close it in either case. */
bool stage_open(struct stage *s, const struct stage_options *options);
void stage_close(struct stage *s);

/* Types a line at the next prompt. A new scene begins. */
bool stage_type(struct stage *s, const char *line);

/* Until the shell prompts. */
bool stage_prompt(struct stage *s);

/* Until a message that matches, and comes from now on, has been delivered. */
bool stage_wait(struct stage *s, struct filter *f);

/* From now on stage_go() stops before such a message is delivered, and for no other breakpoint. The filter must live as
 * long as the stage. */
bool stage_break(struct stage *s, struct filter *f);

/* Until the next breakpoint, whose message then is stopped_before, or else the prompt. */
bool stage_go(struct stage *s);

/* Until the next message is about to be delivered. */
bool stage_step(struct stage *s);

/* Kills the process of this name when it next runs. */
bool stage_kill(struct stage *s, const char *name);

/* Ends the guest, and makes the model anew from its trace. Nothing can be done on the stage afterwards. */
bool stage_reopen(struct stage *s);

#endif
