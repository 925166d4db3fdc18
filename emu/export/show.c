/* `courier trace show`: a line for each message, and for what happened between messages. */
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

struct show {
    struct walker walker;
    FILE *out;
};

static void put_place(const struct show *s, uint64_t time, uint64_t event)
{
    char text[32];
    fprintf(s->out, "%14s %9llu  ", text_time(text, sizeof text, time), (unsigned long long)event);
}

static void put_message(const struct show *s, const struct entry *e)
{
    char source[32], dest[32], pair[72], message[NAMES_MESSAGE_BYTES], outcome[96];
    text_process(source, sizeof source, e->source_name, e->source_incarnation);
    text_process(dest, sizeof dest, e->dest_name, e->dest_incarnation);
    snprintf(pair, sizeof pair, "%s > %s", source, dest);
    names_message(message, sizeof message, &e->message, past_name, &s->walker.then);
    text_outcome(outcome, sizeof outcome, e);
    fprintf(s->out, "%-14s  %s%s%s%s", pair, text_clean(message), *outcome ? "  " : "",
            e->kind == ENTRY_FAILED ? "failed " : "", outcome);
    if (e->transaction)
        fprintf(s->out, "  txn %llu", (unsigned long long)e->transaction);
    if (e->parent)
        fprintf(s->out, " (in %llu)", (unsigned long long)e->parent);
    fputc('\n', s->out);
}

static void on_message(struct walker *self, const struct model *m, const struct entry *e,
                       uint64_t ended)
{
    const struct show *s = (struct show *)self;
    (void)m;
    (void)ended;
    put_place(s, e->time, e->event);
    if (e->kind != ENTRY_NOTE) {
        put_message(s, e);
        return;
    }
    struct note note = e->note;
    fprintf(s->out, "-- %s\n", text_clean(note.text));
}

/* "sh (17.1)"; before an exec it is called as until then. */
static void put_label(char *out, size_t size, const struct past_names_at *then, endpoint_t ep)
{
    char number[16];
    struct past_names_at before = {then->names, then->event - 1};
    const char *name = past_name(&before, ep);
    name = name ? name : past_name(then, ep);
    names_endpoint(number, sizeof number, ep, NULL, NULL);
    if (name)
        snprintf(out, size, "%s (%s)", name, number);
    else
        snprintf(out, size, "%s", number);
    text_clean(out);
}

/* Crashes, restarts and the operator's deeds are notes. */
static void on_life(struct walker *self, const struct model *m, const struct event *e)
{
    const struct show *s = (struct show *)self;
    char who[32], by[32], text[EVENT_TEXT + 1];
    put_label(who, sizeof who, &self->then, e->who);
    put_label(by, sizeof by, &self->then, e->peer);
    (void)m;
    if (e->kind == EVENT_SPAWN || e->kind == EVENT_EXEC) {
        snprintf(text, sizeof text, "%s", e->name);
        put_place(s, e->time, e->number);
        if (e->kind == EVENT_EXEC)
            fprintf(s->out, "-- %s runs %s\n", who, text_clean(text));
        else if (e->peer == EP_NONE || e->peer == EP_KERNEL)
            fprintf(s->out, "-- %s begins\n", who);
        else
            fprintf(s->out, "-- %s begins, made by %s\n", who, by);
    } else if (e->kind == EVENT_EXIT) {
        put_place(s, e->time, e->number);
        fprintf(s->out, "-- %s is gone\n", who);
    } else if (e->kind == EVENT_CONSOLE) {
        snprintf(text, sizeof text, "%.*s", e->length, e->text);
        for (size_t n = strlen(text); n > 0 && strchr("\r\n", text[n - 1]); n--)
            text[n - 1] = '\0'; /* the end of a line is the end of ours */
        put_place(s, e->time, e->number);
        fprintf(s->out, "-- console: %s\n", text_clean(text));
    }
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *show_create(const struct export_options *options)
{
    struct show *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->walker = (struct walker){.message = on_message, .life = on_life, .free = on_free};
    s->out = options->out;
    return &s->walker;
}
