/*
 * Playing a script: each command drives the stage, shows something, or checks that it was as the caption says. What is done to
 * the guest is written as it stands in the script, behind a `>`.
 */
#include "emu/tour/tour.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/pending.h"
#include "emu/tour/show.h"

#define CAPTION_COLUMNS 76

enum block { BLOCK_CAPTION, BLOCK_DEEDS, BLOCK_PICTURE, BLOCK_END };

struct player {
    const struct tour_options *options;
    const struct script *script;
    struct stage *stage;
    enum block block; /* written last */
    int column;       /* of the caption being written; 0: none is */
    int lines;        /* that nobody has had time to read */
    bool picture;     /* there is one among them */
    unsigned held;    /* expectations */
};

/* ---- the page ------------------------------------------------------------------------------------- */

static FILE *page(const struct player *p)
{
    return p->options->written->out;
}

static void end_line(struct player *p)
{
    fputc('\n', page(p));
    p->lines++;
    p->column = 0;
}

/* A caption, what is done, and each picture stand apart. */
static void begin(struct player *p, enum block block)
{
    if (p->column > 0) {
        fputs(p->options->color ? "\033[0m" : "", page(p));
        end_line(p);
    }
    if (block != p->block || block != BLOCK_DEEDS)
        end_line(p);
    p->block = block;
}

/* TOUR_GOOD: the reader goes on. */
static enum tour_end turn_page(struct player *p)
{
    int lines = p->lines;
    p->lines = 0;
    p->picture = false;
    enum tour_end end = tour_pause(p->options, "go on", lines);
    page_turn(p->options->written);
    return end;
}

/* ---- captions and deeds --------------------------------------------------------------------------- */

/* Words flow on from one line of the script to the next; an empty one begins a new paragraph. */
static void put_caption(struct player *p, const char *text)
{
    if (p->column == 0 || !*text) {
        begin(p, BLOCK_CAPTION);
        fputs(p->options->color ? "\033[1m" : "", page(p));
    }
    int most = tour_columns(p->options) - 2;
    if (most > CAPTION_COLUMNS)
        most = CAPTION_COLUMNS;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (p->column > 0 && p->column + 1 + n > most) {
            end_line(p);
        } else if (p->column > 0) {
            fputc(' ', page(p));
            p->column++;
        }
        fprintf(page(p), "%.*s", n, text);
        p->column += n;
        text += n + (int)strspn(text + n, " ");
    }
}

static void put_deed(struct player *p, const char *verb, const char *text)
{
    begin(p, BLOCK_DEEDS);
    fprintf(page(p), "> %s%s%s", verb, *text ? " " : "", text);
    end_line(p);
    tour_show(p->options); /* what is waited for may take a while */
}

/* ---- expectations --------------------------------------------------------------------------------- */

static bool fail(struct player *p, const struct command *c, const char *why)
{
    tour_show(p->options);
    fprintf(stderr, "courier: %s:%d: %s\n", p->script->path, c->line, why);
    return false;
}

static bool any_message(const struct player *p, struct filter *f)
{
    const struct stream *stream = &p->stage->model->history->stream;
    filter_resolver(f, world_name, &p->stage->model->world);
    for (uint64_t n = p->stage->scene; (n = stream_next(stream, n, 1, true)) != 0;) {
        const struct entry *e = stream_entry(stream, n);
        if (e && e->kind != ENTRY_NOTE && filter_match(f, e))
            return true;
    }
    return false;
}

static bool any_note(const struct player *p, const char *text)
{
    const struct model *m = p->stage->model;
    for (uint64_t n = m->notes; n > 0; n--) {
        const struct note *note = model_note(m, n);
        if (!note || note->time < p->stage->since)
            return false;
        if (strstr(note->text, text))
            return true;
    }
    return false;
}

/* In what the guest wrote since the line was typed, whose echo does not count. */
static bool is_written(const struct player *p, const char *text)
{
    const char *answer = strchr(p->stage->console, '\n');
    return answer && strstr(answer, text);
}

static bool is_stopped(const struct player *p, struct filter *f)
{
    struct entry e;
    if (!p->stage->stopped_before.number)
        return false;
    filter_resolver(f, world_name, &p->stage->model->world);
    pending_entry(&e, &p->stage->model->world, &p->stage->stopped_before);
    return filter_match(f, &e);
}

static bool has_happened(const struct player *p, const struct command *c)
{
    switch (c->verb) {
    case VERB_EXPECT_CONSOLE:
        return is_written(p, c->text);
    case VERB_EXPECT_LOG:
        return any_note(p, c->text);
    case VERB_EXPECT_STOPPED:
        return is_stopped(p, c->filter);
    default:
        return any_message(p, c->filter);
    }
}

static bool check(struct player *p, const struct command *c)
{
    char why[SCRIPT_LINE + 64];
    bool no = c->verb == VERB_EXPECT_NO, good = has_happened(p, c) != no;
    p->held += good;
    snprintf(why, sizeof why, "%s: %s", no ? "there is such a message" : "this has not happened",
             c->text);
    return good || fail(p, c, why);
}

/* ---- commands ------------------------------------------------------------------------------------- */

static bool put_reopened(struct player *p, uint64_t live)
{
    const struct model *m = p->stage->model;
    fprintf(page(p), "The guest is off. Its trace: %llu events, %llu messages.\n",
            (unsigned long long)m->world.event, (unsigned long long)m->world.messages);
    if (m->world.messages == live)
        return true;
    snprintf(p->stage->why, sizeof p->stage->why, "the trace and the live run differ");
    return false;
}

static bool act(struct player *p, const struct command *c)
{
    struct stage *s = p->stage;
    uint64_t messages = s->model->world.messages;
    switch (c->verb) {
    case VERB_TYPE:
        put_deed(p, "type", c->text);
        return stage_type(s, c->text);
    case VERB_PROMPT:
        return stage_prompt(s);
    case VERB_WAIT:
        put_deed(p, "wait", c->text);
        return stage_wait(s, c->filter);
    case VERB_KILL:
        put_deed(p, "kill", c->text);
        return stage_kill(s, c->text);
    case VERB_BREAK:
        put_deed(p, "break", c->text);
        return stage_break(s, c->filter);
    case VERB_STEP:
    case VERB_GO:
        put_deed(p, c->verb == VERB_GO ? "go" : "step", "");
        if (!(c->verb == VERB_GO ? stage_go(s) : stage_step(s)))
            return false;
        show_stop(page(p), s);
        return true;
    case VERB_REOPEN:
        put_deed(p, "reopen", "");
        return stage_reopen(s) && put_reopened(p, messages);
    default:
        return true;
    }
}

static int count_lines(const char *text)
{
    int lines = 0;
    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

static void put_lines(struct player *p, const char *text)
{
    for (size_t n; *text; text += n) {
        n = strcspn(text, "\n") + 1; /* a picture ends with a newline */
        fprintf(page(p), "%c%.*s", PAGE_PICTURE, (int)n, text);
    }
}

/* A picture that the page has no room for begins another one. */
static enum tour_end put_picture(struct player *p, const struct command *c)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct paper paper = {out, tour_columns(p->options), p->options->ascii};
    bool good = out && show(&paper, p->stage, c);
    enum tour_end end = TOUR_GOOD;
    if (!out || fclose(out) != 0 || !good) {
        fail(p, c, good ? "not enough memory" : p->stage->why);
        end = TOUR_FAILED;
    } else if (p->picture && p->lines + 1 + count_lines(text) > p->options->page) {
        end = turn_page(p);
    }
    if (end == TOUR_GOOD) {
        begin(p, BLOCK_PICTURE);
        put_lines(p, text);
        p->lines += count_lines(text);
        p->picture = true;
    }
    free(text);
    return end;
}

static enum tour_end put_say(struct player *p, const struct command *c)
{
    enum tour_end end = p->picture ? turn_page(p) : TOUR_GOOD;
    if (end == TOUR_GOOD)
        put_caption(p, c->text);
    return end;
}

static enum tour_end play_command(struct player *p, const struct command *c)
{
    bool good;
    switch (c->verb) {
    case VERB_TITLE:
        return TOUR_GOOD;
    case VERB_SAY:
        return put_say(p, c);
    case VERB_SHOW:
        return put_picture(p, c);
    case VERB_EXPECT:
    case VERB_EXPECT_NO:
    case VERB_EXPECT_STOPPED:
    case VERB_EXPECT_CONSOLE:
    case VERB_EXPECT_LOG:
        good = check(p, c);
        break;
    default:
        good = act(p, c) || fail(p, c, p->stage->why);
    }
    return good ? TOUR_GOOD : TOUR_FAILED;
}

static enum tour_end play_all(struct player *p)
{
    enum tour_end end = TOUR_GOOD;
    size_t from = 0;   /* the repetition's first command ... */
    unsigned left = 0; /* ... and how often it is still to be done */
    for (size_t i = 0; i < p->script->count && end == TOUR_GOOD; i++) {
        const struct command *c = &p->script->command[i];
        if (c->verb == VERB_REPEAT) {
            from = i;
            left = c->times;
        } else if (c->verb == VERB_AGAIN) {
            i = --left > 0 ? from : i;
        } else {
            end = play_command(p, c);
        }
    }
    begin(p, BLOCK_END);
    if (end == TOUR_GOOD && p->options->show)
        tour_pause(p->options, "the end", 0);
    if (end == TOUR_GOOD && p->held > 0 && !p->options->page) /* for who writes scripts */
        fprintf(page(p), "%u expectation%s held.\n\n", p->held, p->held == 1 ? "" : "s");
    return end;
}

enum tour_end tour_play(const struct tour_options *options, const struct script *script,
                        unsigned number, unsigned count)
{
    struct stage_options on = options->stage;
    struct player p = {.options = options,
                       .script = script,
                       .stage = calloc(1, sizeof *p.stage),
                       .block = BLOCK_END};
    enum tour_end end = TOUR_FAILED;
    if (!p.stage) {
        fputs("courier: not enough memory\n", stderr);
        return end;
    }
    on.record = script->reopens > 0;
    page_turn(options->written);
    fprintf(page(&p), "%s%s==== ", options->page ? PAGE_CLEAR : "",
            options->color ? "\033[1m" : "");
    if (!options->show)
        fprintf(page(&p), "Step %u of %u: ", number, count);
    fprintf(page(&p), "%s ====%s\n", script->title, options->color ? "\033[0m" : "");
    bool on_stage = stage_open(p.stage, &on);
    if (on_stage)
        end = play_all(&p);
    tour_show(options);
    if (!on_stage)
        fprintf(stderr, "courier: %s\n", p.stage->why);
    stage_close(p.stage);
    free(p.stage);
    return end;
}
