/*
 * CSV (RFC 4180): a row a message, the first row names the columns. Times are virtual nanoseconds.
 *
 * A spreadsheet takes a cell that begins with = + - @ for a formula. Names come from the guest, so such a cell gets a ' in front,
 * unless it is a number.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

struct csv {
    struct walker walker;
    FILE *out;
};

/* A cell of text, then a comma. */
static void put_text(FILE *out, const char *text)
{
    bool formula = *text && strchr("=+-@", *text);
    if (!formula && !strpbrk(text, ",\"\r\n")) {
        fprintf(out, "%s,", text);
        return;
    }
    fputs(formula ? "\"'" : "\"", out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputs("\",", out);
}

/* A number, or an empty cell: the message has none. */
static void put_number(FILE *out, bool there, uint64_t n)
{
    if (there)
        fprintf(out, "%llu", (unsigned long long)n);
    fputc(',', out);
}

static void put_process(FILE *out, const char *name, endpoint_t ep, uint32_t incarnation)
{
    char text[32], clean[NAME_BYTES];
    snprintf(clean, sizeof clean, "%s", name);
    put_text(out, text_clean(clean));
    fprintf(out, "%s,", names_endpoint(text, sizeof text, ep, NULL, NULL));
    put_number(out, incarnation > 0, incarnation);
}

/* FS_READ, and its fields without it: "fd=3 bytes=512". */
static void put_content(FILE *out, const struct past_names_at *then, const struct message *message)
{
    char text[NAMES_MESSAGE_BYTES], number[16];
    const char *type = names_type(message->type);
    snprintf(number, sizeof number, "%#x", message->type & ~MSG_REPLY);
    names_message(text, sizeof text, message, past_name, then);
    put_text(out, type ? type : number);
    const char *fields = strchr(text_clean(text), ' ');
    bool reply = message->type & MSG_REPLY;
    for (int words = reply ? type ? 2 : 1 : 0; fields && words; words--) /* "reply", the status */
        fields = strchr(fields + 1, ' ');
    put_text(out, fields ? fields + 1 : "");
}

/* The status, and its name if it is an error. */
static void put_status(FILE *out, const struct entry *e)
{
    bool answered = e->fate == FATE_ANSWERED || e->fate == FATE_FAILED;
    bool there =
        e->kind == ENTRY_REPLY || e->kind == ENTRY_FAILED || (e->kind == ENTRY_REQUEST && answered);
    const char *error = there && e->status < 0 ? names_error(e->status) : NULL;
    if (there)
        fprintf(out, "%lld", (long long)e->status);
    fprintf(out, ",%s,", error ? error : "");
}

static void on_begin(struct walker *self)
{
    fputs("event,time_ns,kind,source,source_endpoint,source_incarnation,dest,dest_endpoint,"
          "dest_incarnation,type,fields,status,error,fate,latency_ns,self_ns,inside_ns,"
          "transaction,parent\r\n",
          ((struct csv *)self)->out);
}

static void on_message(struct walker *self, const struct model *m, const struct entry *e,
                       uint64_t ended)
{
    FILE *out = ((struct csv *)self)->out;
    (void)m;
    (void)ended;
    if (e->kind == ENTRY_NOTE)
        return;
    fprintf(out, "%llu,%llu,%s,", (unsigned long long)e->event,
            (unsigned long long)e->time * INSN_NS, text_kind(e->kind));
    put_process(out, e->source_name, e->source, e->source_incarnation);
    put_process(out, e->dest_name, e->dest, e->dest_incarnation);
    put_content(out, &self->then, &e->message);
    put_status(out, e);
    put_text(out, e->kind == ENTRY_REQUEST ? text_fate(e->fate) : "");
    put_number(out, e->latency != 0, e->latency * INSN_NS);
    put_number(out, e->latency != 0, e->self * INSN_NS);
    put_number(out, e->latency != 0, e->inside * INSN_NS);
    put_number(out, e->transaction != 0, e->transaction);
    if (e->parent)
        fprintf(out, "%llu", (unsigned long long)e->parent);
    fputs("\r\n", out);
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *csv_create(const struct export_options *options)
{
    struct csv *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->walker = (struct walker){.begin = on_begin, .message = on_message, .free = on_free};
    c->out = options->out;
    return &c->walker;
}
