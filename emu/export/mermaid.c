/*
 * A Mermaid sequence diagram. It begins with its participants, so all is kept until the end; and it is for a selection:
 * who draws it refuses long texts.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

#define MESSAGES_MAX     200 /* and notes */
#define PARTICIPANTS_MAX (2 * MESSAGES_MAX)
#define LINE_BYTES       160

struct participant {
    endpoint_t endpoint;
    uint32_t incarnation;
    char process[NAME_BYTES], name[32];
};

struct mermaid {
    struct walker walker;
    FILE *out;
    const char *path;
    size_t messages, participants;
    struct participant participant[PARTICIPANTS_MAX];
    struct line {
        size_t from, to;   /* participants */
        const char *arrow; /* NULL: a note about `from` */
        char text[LINE_BYTES];
    } message[MESSAGES_MAX];
};

/* Takes out what Mermaid would read as its own: ; ends a statement, # begins an entity, "end" a block. */
static char *harmless(char *text)
{
    for (char *c = text_clean(text); *c; c++)
        if (strchr(";#:%<>{}\"\\", *c))
            *c = ' ';
    for (char *c = text; (c = strcasestr(c, "end")) != NULL; c += 3) {
        bool begins = c == text || !isalnum((unsigned char)c[-1]);
        if (begins && !isalnum((unsigned char)c[3]) && c[3] != '_')
            c[1] = 'N'; /* "eNd" */
    }
    return text;
}

/* A process, or an incarnation of a service: each has a column of its own. */
static size_t participant(struct mermaid *m, endpoint_t ep, const char *name, uint32_t incarnation)
{
    size_t i = 0;
    char clean[NAME_BYTES];
    while (i < m->participants &&
           (m->participant[i].endpoint != ep || m->participant[i].incarnation != incarnation))
        i++;
    if (i == m->participants) {
        struct participant *p = &m->participant[m->participants++];
        p->endpoint = ep;
        p->incarnation = incarnation;
        snprintf(p->process, sizeof p->process, "%s", name);
        snprintf(clean, sizeof clean, "%s", *name ? name : "nobody");
        harmless(clean);
        if (incarnation > 1)
            snprintf(p->name, sizeof p->name, "%s (%u)", clean, incarnation);
        else
            snprintf(p->name, sizeof p->name, "%s", clean);
    }
    return i;
}

static const char *arrow_of(const struct entry *e)
{
    bool lost = e->kind == ENTRY_FAILED || (e->kind == ENTRY_REQUEST && e->fate == FATE_AGAIN);
    return lost ? "-x" : e->kind == ENTRY_REPLY ? "-->>" : e->kind == ENTRY_NOTICE ? "-)" : "->>";
}

/* Who died or came back, by the note's first word: the last participant of that name, or `participants`. */
static size_t whose(const struct mermaid *m, const char *note)
{
    for (size_t i = m->participants; i > 0; i--) {
        size_t length = strlen(m->participant[i - 1].process);
        if (length && strncmp(note, m->participant[i - 1].process, length) == 0 &&
            note[length] == ' ')
            return i - 1;
    }
    return m->participants;
}

/* Of the log only what became of those who take part. */
static void put_note(struct mermaid *m, struct line *line, const struct note *note)
{
    char text[NOTE_BYTES];
    line->from = whose(m, note->text);
    if (line->from == m->participants)
        return;
    snprintf(text, sizeof text, "%s", note->text);
    snprintf(line->text, LINE_BYTES, "%s", harmless(text));
    line->arrow = NULL;
    m->messages++;
}

static void put_message(struct mermaid *m, struct line *line, const struct entry *e)
{
    char text[NAMES_MESSAGE_BYTES], status[32];
    names_message(text, sizeof text, &e->message, past_name, &m->walker.then);
    line->from = participant(m, e->source, e->source_name, e->source_incarnation);
    line->to = participant(m, e->dest, e->dest_name, e->dest_incarnation);
    line->arrow = arrow_of(e);
    snprintf(line->text, LINE_BYTES, "%.120s%s%s", harmless(text),
             e->kind == ENTRY_FAILED ? " failed " : "",
             e->kind == ENTRY_FAILED ? names_status(status, sizeof status, e->status) : "");
    m->messages++;
}

static void on_message(struct walker *self, const struct model *model, const struct entry *e,
                       uint64_t ended)
{
    struct mermaid *m = (struct mermaid *)self;
    (void)model;
    (void)ended;
    if (m->messages == MESSAGES_MAX) {
        snprintf(self->why, sizeof self->why,
                 "%.60s: more than %d messages, too many for a sequence diagram: choose some with "
                 "--filter",
                 m->path, MESSAGES_MAX);
        self->stop = true;
    } else if (e->kind == ENTRY_NOTE) {
        put_note(m, &m->message[m->messages], &e->note);
    } else {
        put_message(m, &m->message[m->messages], e);
    }
}

static void on_finish(struct walker *self, const struct model *model)
{
    struct mermaid *m = (struct mermaid *)self;
    (void)model;
    if (*self->why)
        return;
    fputs("sequenceDiagram\n    autonumber\n", m->out);
    for (size_t i = 0; i < m->participants; i++)
        fprintf(m->out, "    participant p%zu as %s\n", i, m->participant[i].name);
    for (size_t i = 0; i < m->messages; i++) {
        const struct line *line = &m->message[i];
        if (line->arrow)
            fprintf(m->out, "    p%zu%sp%zu: %s\n", line->from, line->arrow, line->to, line->text);
        else
            fprintf(m->out, "    Note over p%zu: %s\n", line->from, line->text);
    }
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *mermaid_create(const struct export_options *options)
{
    struct mermaid *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->walker = (struct walker){.message = on_message, .finish = on_finish, .free = on_free};
    m->out = options->out;
    m->path = options->path;
    return &m->walker;
}
