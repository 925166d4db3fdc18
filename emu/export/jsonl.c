/*
 * JSON Lines: the first line says which schema this is, every other line is one record: a message, a note, or an event of a process's
 * life. Numbers of 64 bits are strings. Times are virtual nanoseconds.
 */
#include <stdlib.h>
#include "emu/export/exporters.h"
#include "emu/export/json.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"
#include "emu/trace/probes.h"

#define SCHEMA         "courier-trace"
#define SCHEMA_VERSION 1

struct jsonl {
    struct walker walker;
    FILE *out;
    bool filtered;
};

static void put(const struct jsonl *j, json_t *record)
{
    json_line(j->out, record);
    fputc('\n', j->out);
}

static void on_begin(struct walker *self)
{
    put((struct jsonl *)self,
        json_pack("{s:s, s:i, s:i, s:s}", "schema", SCHEMA, "version", SCHEMA_VERSION,
                  "instruction_ns", INSN_NS, "clock", "virtual"));
}

/* A record that happened at this time, with this event. */
static json_t *begin(const char *what, uint64_t time, uint64_t event)
{
    return json_pack("{s:s, s:o*, s:o*}", "record", what, "time_ns", json_u64(time * INSN_NS),
                     "event", json_u64(event));
}

static void set_if(json_t *object, bool there, const char *key, json_t *value)
{
    if (there)
        json_object_set_new(object, key, value);
    else
        json_decref(value);
}

static void set_outcome(json_t *o, const struct entry *e, uint64_t ended)
{
    bool request = e->kind == ENTRY_REQUEST;
    bool status = e->kind == ENTRY_REPLY || e->kind == ENTRY_FAILED ||
                  (request && (e->fate == FATE_ANSWERED || e->fate == FATE_FAILED));
    const char *error = status && e->status < 0 ? names_error(e->status) : NULL;
    set_if(o, request, "fate", json_string(text_fate(e->fate)));
    set_if(o, status, "status", json_i64(e->status));
    set_if(o, error != NULL, "error", json_string(error ? error : ""));
    set_if(o, request && ended, "ended_ns", json_u64(ended * INSN_NS));
    if (e->latency == 0)
        return;
    json_object_set_new(o, "latency_ns", json_u64(e->latency * INSN_NS));
    json_object_set_new(o, "self_ns", json_u64(e->self * INSN_NS));
    json_object_set_new(o, "inside_ns", json_u64(e->inside * INSN_NS));
    json_object_set_new(o, "put_off", json_boolean(e->deferred));
}

static void put_message(const struct jsonl *j, const struct entry *e, uint64_t ended)
{
    const struct past_names_at *then = &j->walker.then;
    const char *type = names_type(e->message.type);
    char text[NAMES_MESSAGE_BYTES];
    names_message(text, sizeof text, &e->message, past_name, then);
    json_t *o = begin("message", e->time, e->event);
    json_object_set_new(o, "kind", json_string(text_kind(e->kind)));
    json_object_set_new(o, "source",
                        json_process(e->source_name, e->source, e->source_incarnation));
    json_object_set_new(o, "dest", json_process(e->dest_name, e->dest, e->dest_incarnation));
    json_object_set_new(o, "type", json_integer(e->message.type & ~MSG_REPLY));
    set_if(o, type != NULL, "type_name", json_string(type ? type : ""));
    json_object_set_new(o, "text", json_clean(text));
    json_object_set_new(o, "fields", json_fields(&e->message, past_name, then));
    set_outcome(o, e, ended);
    set_if(o, e->transaction != 0, "transaction", json_u64(e->transaction));
    set_if(o, e->parent != 0, "parent", json_u64(e->parent));
    put(j, o);
}

static void on_message(struct walker *self, const struct model *m, const struct entry *e,
                       uint64_t ended)
{
    const struct jsonl *j = (struct jsonl *)self;
    (void)m;
    if (e->kind != ENTRY_NOTE) {
        put_message(j, e, ended);
        return;
    }
    if (j->filtered) /* what programs read has what was asked for, and no more */
        return;
    json_t *o = begin("note", e->time, e->event);
    json_object_set_new(o, "text", json_clean(e->note.text));
    put(j, o);
}

static void on_life(struct walker *self, const struct model *m, const struct event *e)
{
    const struct jsonl *j = (struct jsonl *)self;
    bool spawn = e->kind == EVENT_SPAWN, crash = e->kind == EVENT_CRASH;
    bool text = e->kind == EVENT_CONSOLE || e->kind == EVENT_OPERATOR;
    char name[NAME_BYTES], words[EVENT_TEXT + 1];
    json_t *o = begin(probes_kind_name(e->kind), e->time, e->number);
    (void)m;
    snprintf(words, sizeof words, "%.*s", e->length, e->text);
    if (spawn || e->kind == EVENT_EXEC)
        snprintf(name, sizeof name, "%.*s", NAME_BYTES - 1, e->name);
    else
        names_endpoint(name, sizeof name, e->who, past_name, &self->then);
    set_if(o, e->who != EP_NONE && e->kind != EVENT_CONSOLE, "process",
           json_process(name, e->who, 0));
    names_endpoint(name, sizeof name, e->peer, past_name, &self->then);
    set_if(o, spawn && e->peer != EP_NONE, "parent", json_process(name, e->peer, 0));
    set_if(o, e->kind == EVENT_RESTART, "incarnation", json_integer((json_int_t)e->incarnation));
    set_if(o, crash, "cause", crash ? json_string(model_cause(e->cause)) : NULL);
    set_if(o, crash, "pc", json_u64(e->pc));
    set_if(o, crash, "address", json_u64(e->address));
    set_if(o, text, "text", json_clean(words));
    put(j, o);
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *jsonl_create(const struct export_options *options)
{
    struct jsonl *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    j->walker =
        (struct walker){.begin = on_begin, .message = on_message, .life = on_life, .free = on_free};
    j->out = options->out;
    j->filtered = options->filter != NULL;
    return &j->walker;
}
