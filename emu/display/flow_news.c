/* The line about what has just happened: great news from the model's log, one after the other; and small ones in between. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "emu/display/flow_parts.h"

void flow_tell(struct flow *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(f->news, sizeof f->news, format, args);
    va_end(args);
    f->newsed = f->present;
}

/* A death, a restart, a deadlock, a deed: more than that somebody begins. */
static bool is_great(const struct note *n)
{
    return n && (n->level != NOTE_INFO || strncmp(n->text, "operator", 8) == 0);
}

const struct note *flow_note(const struct flow *f)
{
    bool shown = f->noted && f->present < f->noted + FLOW_NOTE;
    return shown ? model_note(f->model, f->note) : NULL;
}

/* Great news stand one after the other, each for a while; when there are too many, or at a standstill, the last ones. */
void flow_follow_notes(struct flow *f)
{
    const struct model *m = f->model;
    uint64_t next = 0, last = 0;
    unsigned waiting = 0;
    for (; f->heard < m->notes; f->heard++) {
        const struct note *n = model_note(m, f->heard + 1);
        if (n && !is_great(n))
            flow_tell(f, "%s", n->text);
    }
    for (uint64_t i = m->notes; i > f->note && waiting < 3; i--) {
        if (!is_great(model_note(m, i)))
            continue;
        last = last ? last : i;
        next = i;
        waiting++;
    }
    if (!next || (f->noted && f->present < f->noted + FLOW_CROSS && !f->still && waiting < 3))
        return;
    f->note = f->still ? last : next;
    f->noted = f->present ? f->present : 1;
}
