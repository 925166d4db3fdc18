/*
 * The lecture view without pixels: places, what the flow shows when, and that nothing lies over anything else, with 6 processes and
 * with 30.
 */
#include <string.h>
#include "tests/host/suite.h"
#include "tests/host/display_stage.h"
#include "emu/display/font.h"

/* ---- looking at shapes ----------------------------------------------------------------------- */

struct bounds {
    int left, top, right, bottom;
};

static struct bounds bounds_of(const struct shape *s)
{
    if (s->kind == SHAPE_BOX)
        return (struct bounds){s->x, s->y, s->x + s->w, s->y + s->h};
    int width = font_width(s->text, s->h, s->bold);
    int left = s->align == ALIGN_CENTRE  ? s->x - width / 2
               : s->align == ALIGN_RIGHT ? s->x - width
                                         : s->x;
    return (struct bounds){left, s->y - s->h, left + width, s->y + s->h * 4 / GLYPH_CAPITAL};
}

static bool overlap(struct bounds a, struct bounds b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static bool inside(struct bounds a, struct bounds b)
{
    return a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
}

static struct bounds place_bounds(const struct place *p)
{
    return (struct bounds){p->x - p->w / 2, p->y - p->h / 2, p->x + p->w / 2, p->y + p->h / 2};
}

/* The first shape with this text; NULL: there is none. */
static const struct shape *find_text(const struct stage *s, const char *text)
{
    for (size_t i = 0; i < s->shapes.count; i++)
        if (s->shapes.shape[i].kind == SHAPE_WORDS && strcmp(s->shapes.shape[i].text, text) == 0)
            return &s->shapes.shape[i];
    return NULL;
}

static bool has_text_part(const struct stage *s, const char *part)
{
    for (size_t i = 0; i < s->shapes.count; i++)
        if (s->shapes.shape[i].kind == SHAPE_WORDS && strstr(s->shapes.shape[i].text, part))
            return true;
    return false;
}

static bool in_legend(const struct shape *s)
{
    return s->y > 450 * UNIT && (s->x < 170 * UNIT || s->x > 1110 * UNIT);
}

static unsigned count_kind(const struct stage *s, enum shape_kind kind, enum colour colour)
{
    unsigned count = 0;
    for (size_t i = 0; i < s->shapes.count; i++) {
        const struct shape *shape = &s->shapes.shape[i];
        count += shape->kind == kind && shape->fill == colour && !in_legend(shape);
    }
    return count;
}

static unsigned count_dots(const struct stage *s)
{
    unsigned count = 0;
    for (unsigned i = 0; i < FLOW_DOTS; i++)
        count += s->flow.dot[i].start != 0;
    return count;
}

static struct flow_node *node_of(struct stage *s, endpoint_t ep)
{
    unsigned node = flow_node(&s->flow, ep);
    assert_int_not_equal(node, LAYOUT_NODES);
    return &s->flow.node[node];
}

/* ---- places ---------------------------------------------------------------------------------- */

/* In every step, no two places touch, and all are inside the picture, below its first line and above its last. */
static void places_are_apart(void **state)
{
    (void)state;
    for (unsigned step = 0; step < LAYOUT_STEPS; step++)
        for (unsigned a = 0; a < LAYOUT_NODES; a++) {
            struct place p, q;
            struct bounds free = {0, 52 * UNIT, PICTURE_WIDTH, 652 * UNIT};
            if (!layout_place(a, step, &p))
                continue;
            assert_true(inside(place_bounds(&p), free));
            for (unsigned b = a + 1; b < LAYOUT_NODES; b++)
                if (layout_place(b, step, &q) && overlap(place_bounds(&p), place_bounds(&q)))
                    fail_msg("step %u: nodes %u and %u overlap", step, a, b);
        }
}

static void steps_have_room(void **state)
{
    (void)state;
    for (unsigned n = 0; n <= LAYOUT_PROGRAMS; n++)
        assert_true(layout_capacity(layout_step(n)) >= n);
    assert_int_equal(layout_step(1), 0);
    assert_int_equal(layout_capacity(LAYOUT_STEPS - 1), LAYOUT_PROGRAMS);
}

/* Lines between services that talk pass no other service. */
static void lines_pass_beside(void **state)
{
    static const endpoint_t pair[][2] = {{EP_PM, EP_FS},  {EP_FS, EP_TTY}, {EP_FS, EP_BLK},
                                         {EP_PM, EP_TTY}, {EP_RS, EP_PM},  {EP_RS, EP_FS},
                                         {EP_RS, EP_TTY}, {EP_RS, EP_BLK}};
    (void)state;
    for (size_t i = 0; i < sizeof pair / sizeof pair[0]; i++) {
        struct path path;
        layout_path(pair[i][0], pair[i][1], 0, &path);
        for (int at = UNIT; at < path.length - UNIT; at += 4 * UNIT) {
            int x, y, dx, dy;
            path_point(&path, at, &x, &y, &dx, &dy);
            for (endpoint_t other = EP_RS; other <= EP_BLK; other++) {
                struct place p;
                layout_place(other, 0, &p);
                struct bounds b = place_bounds(&p), dot = {x, y, x + 1, y + 1};
                if (other != pair[i][0] && other != pair[i][1] && overlap(dot, b))
                    fail_msg("the line of %u and %u crosses %u", pair[i][0], pair[i][1], other);
            }
        }
    }
}

static void a_way_is_the_same_both_ways(void **state)
{
    (void)state;
    for (unsigned step = 0; step < LAYOUT_STEPS; step++)
        for (unsigned a = 0; a < NSERVICES + layout_capacity(step); a++)
            for (unsigned b = a + 1; b < NSERVICES + layout_capacity(step); b++) {
                struct path there, back;
                struct place p;
                if (!layout_place(a, step, &p) || !layout_place(b, step, &p))
                    continue;
                layout_path(a, b, step, &there);
                layout_path(b, a, step, &back);
                assert_int_equal(there.length, back.length);
                assert_int_equal(there.x[0], back.x[back.count - 1]);
                assert_int_equal(there.y[0], back.y[back.count - 1]);
                assert_true(there.length > 0);
            }
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void labels_are_readable(struct stage *s)
{
    const struct shape *label[SHAPES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < s->shapes.count; i++)
        if (s->shapes.shape[i].label)
            label[count++] = &s->shapes.shape[i];
    assert_true(count >= 10);
    for (size_t i = 0; i < count; i++) {
        struct bounds a = bounds_of(label[i]);
        assert_true(label[i]->h >= 13 * UNIT);
        assert_true(inside(a, (struct bounds){0, 0, PICTURE_WIDTH, PICTURE_HEIGHT}));
        for (size_t k = i + 1; k < count; k++)
            if (overlap(a, bounds_of(label[k])))
                fail_msg("'%s' lies over '%s'", label[i]->text, label[k]->text);
    }
}

/* Each label is inside the node that it is about. */
static void labels_are_in_nodes(struct stage *s)
{
    for (unsigned i = 0; i < LAYOUT_NODES; i++) {
        struct place p;
        if (!s->flow.node[i].used || !layout_place(i, s->flow.step, &p))
            continue;
        unsigned found = 0;
        for (size_t k = 0; k < s->shapes.count; k++)
            found += s->shapes.shape[k].label &&
                     inside(bounds_of(&s->shapes.shape[k]), place_bounds(&p));
        assert_int_equal(found, i == EP_KERNEL ? 1 : 2);
    }
}

static void readable_with(unsigned more, unsigned step)
{
    struct stage *s = stage_open();
    stage_programs(s, more);
    stage_show(s, 3000);
    assert_int_equal(s->flow.step, step);
    assert_int_equal(s->flow.without, 0);
    labels_are_readable(s);
    labels_are_in_nodes(s);
    stage_close(s);
}

static void readable_with_7(void **state)
{
    (void)state;
    readable_with(0, 0);
}

static void readable_with_30(void **state)
{
    (void)state;
    readable_with(23, 2);
}

static void readable_with_49(void **state)
{
    (void)state;
    readable_with(42, 3);
}

static void too_many_are_counted(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_programs(s, 60);
    stage_show(s, 3000);
    assert_int_equal(s->flow.without, 18);
    assert_non_null(find_text(s, "and 18 more"));
    labels_are_readable(s);
    stage_close(s);
}

static void a_place_is_kept(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_programs(s, 4);
    stage_show(s, 100);
    unsigned third = flow_node(&s->flow, stage_program(2));
    scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = stage_program(0)});
    scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = stage_program(1)});
    stage_show(s, 3000);
    assert_int_equal(flow_node(&s->flow, stage_program(2)), third);
    assert_int_equal(flow_node(&s->flow, stage_program(0)), LAYOUT_NODES);
    scene_spawn(&s->play, EP_MAKE(9u, 40), "late");
    scene_switch(&s->play, EP_SH, EP_MAKE(9u, 40));
    stage_show(s, 100);
    assert_int_equal(flow_node(&s->flow, EP_MAKE(9u, 40)), NSERVICES + 2); /* the first free one */
    stage_close(s);
}

/* Smaller at once, larger only when it has been possible for a while. */
static void places_grow_late(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_programs(s, 10);
    stage_show(s, 40);
    assert_int_equal(s->flow.step, 1);
    for (unsigned i = 0; i < 10; i++)
        scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = stage_program(i)});
    stage_show(s, 2500);
    assert_int_equal(s->flow.step, 1);
    stage_show(s, 2500);
    assert_int_equal(s->flow.step, 0);
    stage_close(s);
}

/* ---- messages -------------------------------------------------------------------------------- */

static void a_message_is_a_dot(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    assert_int_equal(count_dots(s), 0);
    scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
    stage_show(s, 100);
    assert_int_equal(count_dots(s), 1);
    const struct flow_dot *d = s->flow.dot;
    while (!d->start)
        d++;
    assert_int_equal(d->from, flow_node(&s->flow, EP_SH));
    assert_int_equal(d->to, EP_FS);
    assert_int_equal(d->kind, ENTRY_REQUEST);
    assert_int_equal(d->count, 1);
    assert_non_null(find_text(s, "1 dot = 1 message"));
    stage_show(s, 700);
    assert_int_equal(count_dots(s), 0);
    stage_close(s);
}

static void many_messages_share_dots(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    for (unsigned i = 0; i < 500; i++) {
        scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
        scene_answer(&s->play, EP_FS, EP_SH, FS_READ, 512);
    }
    stage_show(s, 300);
    uint64_t requests = s->flow.lane[flow_node(&s->flow, EP_SH)][EP_FS].held;
    for (unsigned i = 0; i < FLOW_DOTS; i++)
        if (s->flow.dot[i].start && s->flow.dot[i].to == EP_FS)
            requests += s->flow.dot[i].count;
    assert_int_equal(requests, 500); /* none is lost */
    assert_true(count_dots(s) < 16);
    assert_true(has_text_part(s, "1 dot = up to "));
    stage_close(s);
}

/* What the model had forgotten before it was looked at is counted with the rest. */
static void forgotten_messages_count(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    for (unsigned i = 0; i < 2 * STREAM_ENTRIES; i++) {
        scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
        scene_answer(&s->play, EP_FS, EP_SH, FS_READ, 512);
    }
    stage_show(s, 700);
    assert_true(s->flow.most >= 2 * STREAM_ENTRIES / 10);
    stage_close(s);
}

static void a_line_is_as_wide_as_its_traffic(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_SKY), 0);
    stage_read(s);
    int few = 0, many = 0;
    for (size_t i = 0; i < s->shapes.count; i++)
        if (s->shapes.shape[i].fill == COLOUR_SKY && s->shapes.shape[i].stroke > few)
            few = s->shapes.shape[i].stroke;
    stage_traffic(s);
    for (size_t i = 0; i < s->shapes.count; i++)
        if (s->shapes.shape[i].fill == COLOUR_SKY && s->shapes.shape[i].stroke > many)
            many = s->shapes.shape[i].stroke;
    assert_true(few > 0 && many > 2 * few);
    stage_show(s, 12000);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_SKY), 0);
    assert_false(flow_moves(&s->flow));
    stage_close(s);
}

/* A program that was born and died between two frames is seen by its messages. */
static void the_short_lived_are_seen(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    scene_spawn(&s->play, EP_LS, "sh");
    scene_exec(&s->play, EP_LS, "ls");
    scene_ask(&s->play, EP_LS, EP_FS, scene_read(3, 2, 512));
    scene_answer(&s->play, EP_FS, EP_LS, FS_READ, 512);
    scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = EP_LS});
    stage_show(s, 100);
    assert_non_null(find_text(s, "ls"));
    assert_non_null(find_text(s, "ended"));
    assert_int_equal(count_dots(s), 2);
    stage_show(s, 2000);
    assert_null(find_text(s, "ls"));
    stage_close(s);
}

/* ---- states ---------------------------------------------------------------------------------- */

static void who_waits_says_for_whom(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    assert_non_null(find_text(s, "waits for pm"));
    assert_null(find_text(s, "waits for blk"));
    stage_read(s);
    assert_non_null(find_text(s, "waits for fs"));
    assert_non_null(find_text(s, "waits for blk"));
    assert_int_equal(flow_waits_for(&s->flow, EP_FS), EP_BLK);
    assert_int_equal(flow_waits_for(&s->flow, EP_TTY), LAYOUT_NODES);
    stage_close(s);
}

static void a_crash_is_a_flash_and_an_x(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    stage_show(s, 100);
    assert_true(node_of(s, EP_FS)->died > 0);
    assert_true(count_kind(s, SHAPE_BOX, COLOUR_YELLOW) == 1);
    assert_true(count_kind(s, SHAPE_LINE, COLOUR_RED) >= 2);
    stage_show(s, 600);
    assert_int_equal(count_kind(s, SHAPE_BOX, COLOUR_YELLOW), 0);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 2);
    assert_non_null(find_text(s, "crashed"));
    stage_show(s, 20000);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 2); /* as long as it is dead */
    stage_close(s);
}

/* It was back within the same frame; the audience still sees the X, and then who takes over. */
static void a_restart_takes_the_node_over(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    stage_restart(s);
    stage_show(s, 1000);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 2);
    assert_int_equal(node_of(s, EP_FS)->incarnation, 1);
    stage_show(s, 600);
    assert_int_equal(node_of(s, EP_FS)->incarnation, 2);
    assert_non_null(find_text(s, "#2"));
    stage_show(s, 1000);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 0);
    assert_non_null(find_text(s, "fs #2"));
    stage_close(s);
}

static void deaths_in_a_row_show_the_last_incarnation(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    for (uint64_t i = 2; i < 6; i++) {
        scene_crash(&s->play, EP_FS, 15, 0);
        scene_restart(&s->play, EP_FS, i);
        scene_idle(&s->play, EP_FS);
        stage_show(s, 500);
    }
    stage_show(s, 3000);
    assert_non_null(find_text(s, "fs #5"));
    assert_int_equal(node_of(s, EP_FS)->died, 0);
    stage_close(s);
}

/* Before its first start a service is not dead. */
static void a_boot_is_no_crash(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 1);
    scene_spawn(&s->play, 6, "own");
    scene_crash(&s->play, 6, ~0ull, 0);
    stage_show(s, 100);
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 0);
    scene_restart(&s->play, 6, 1);
    scene_idle(&s->play, 6);
    stage_show(s, 100);
    assert_non_null(find_text(s, "own"));
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 0);
    stage_close(s);
}

static void a_program_that_crashes_is_marked(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_programs(s, 1);
    stage_show(s, 4000);
    scene_crash(&s->play, stage_program(0), 13, 0x40001000);
    scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = stage_program(0)});
    stage_show(s, 100);
    assert_non_null(find_text(s, "crashed"));
    assert_true(count_kind(s, SHAPE_LINE, COLOUR_RED) >= 2);
    stage_show(s, 2000);
    assert_null(find_text(s, "cat"));
    stage_close(s);
}

static void a_refused_cycle_is_dashed_and_named(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_refusal(s);
    stage_show(s, 300);
    assert_int_equal(s->flow.refused.count, 3);
    assert_true(has_text_part(s, "sort " FONT_ARROW " cat " FONT_ARROW " wc " FONT_ARROW " sort"));
    assert_true(count_kind(s, SHAPE_LINE, COLOUR_RED) > 6);
    stage_show(s, 4000);
    assert_false(has_text_part(s, "refused"));
    assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 0);
    stage_close(s);
}

/* All members have gone before anybody could look; the cycle is whole. */
static void a_refused_cycle_outlives_its_members(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_refusal(s);
    for (unsigned i = 0; i < 3; i++)
        scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = stage_program(i)});
    stage_show(s, 2500);
    assert_true(has_text_part(s, "sort " FONT_ARROW " cat " FONT_ARROW " wc " FONT_ARROW " sort"));
    assert_non_null(find_text(s, "wc"));
    stage_show(s, 3000);
    assert_null(find_text(s, "wc"));
    stage_close(s);
}

static void equal_names_have_their_endpoints(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    scene_spawn(&s->play, stage_program(0), "sh");
    scene_switch(&s->play, EP_SH, stage_program(0));
    stage_show(s, 100);
    assert_non_null(find_text(s, "sh 18.1"));
    assert_null(find_text(s, "sh"));
    assert_non_null(find_text(s, "init"));
    stage_programs(s, 23);
    stage_show(s, 100);
    assert_non_null(find_text(s, "sleep"));
    assert_non_null(find_text(s, "24.1 " FONT_ARROW " fs")); /* in small places, below the name */
    stage_close(s);
}

/* Born, given a program and ended between two frames, after its last message as a shell. */
static void who_has_ended_has_its_last_name(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    scene_spawn(&s->play, EP_LS, "sh");
    scene_ask(&s->play, EP_LS, EP_PM, (struct message){.type = PM_BRK});
    stage_show(s, 100);
    assert_true(has_text_part(s, "sh 1"));
    scene_exec(&s->play, EP_LS, "ls");
    scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = EP_LS});
    stage_show(s, 100);
    assert_non_null(find_text(s, "ls"));
    assert_non_null(find_text(s, "sh"));
    stage_close(s);
}

/* Nothing is painted over a label: dots and lines that touch one come before it. */
static void labels_are_uncovered(struct stage *s)
{
    for (size_t i = 0; i < s->shapes.count; i++) {
        const struct shape *label = &s->shapes.shape[i];
        if (!label->label || label->kind != SHAPE_WORDS)
            continue;
        struct bounds a = bounds_of(label);
        for (size_t k = i + 1; k < s->shapes.count; k++) {
            const struct shape *o = &s->shapes.shape[k];
            struct bounds b = {o->x - o->r, o->y - o->r, o->x + o->r, o->y + o->r};
            bool round = o->kind == SHAPE_DISC || o->kind == SHAPE_DIAMOND;
            if ((round && overlap(a, b)) || (o->kind == SHAPE_BOX && overlap(a, bounds_of(o))))
                fail_msg("'%s' is covered", label->text);
        }
    }
}

static void nothing_covers_a_label(void **state)
{
    (void)state;
    for (unsigned more = 0; more < 24; more += 23) {
        struct stage *s = stage_open();
        stage_programs(s, more);
        stage_show(s, 100);
        for (unsigned i = 0; i < 20; i++) {
            stage_traffic(s);
            s->view.paused = i % 2;
            stage_show(s, 37);
            labels_are_uncovered(s);
        }
        stage_close(s);
    }
}

static void a_stall_is_named_as_long_as_it_lasts(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_stall(s);
    stage_show(s, 9000);
    assert_true(s->flow.stall.count >= 2);
    assert_true(has_text_part(s, "DEADLOCK: "));
    assert_true(count_kind(s, SHAPE_LINE, COLOUR_RED) > 3);
    stage_close(s);
}

/* ---- standstill ------------------------------------------------------------------------------ */

/* fs died and came back within a frame: who stops then sees that it is back. */
static void a_standstill_shows_what_is(void **state)
{
    (void)state;
    for (unsigned ended = 0; ended < 2; ended++) {
        struct stage *s = stage_open();
        stage_show(s, 4000);
        stage_crash(s);
        stage_restart(s);
        s->view.ended = ended;
        s->view.paused = !ended;
        stage_show(s, 40);
        assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 0);
        assert_non_null(find_text(s, "fs #2"));
        assert_true(has_text_part(s, "is back"));
        assert_non_null(find_text(s, ended ? "ENDED" : "STOPPED"));
        assert_null(find_text(s, "RUNNING"));
        s->view.paused = s->view.ended = false;
        stage_show(s, 40);
        assert_int_equal(count_kind(s, SHAPE_LINE, COLOUR_RED), 0); /* it has been told */
        stage_close(s);
    }
}

/* Who is dead at a standstill has its X. */
static void a_standstill_shows_who_is_dead(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    s->view.ended = true;
    stage_show(s, 40);
    assert_true(count_kind(s, SHAPE_LINE, COLOUR_RED) >= 2);
    assert_non_null(find_text(s, "crashed"));
    stage_close(s);
}

/* The message at which one stopped stays in the middle of its way, however long one looks. */
static void a_standstill_stands_still(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    s->view.paused = true;
    scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
    stage_show(s, 100);
    assert_true(flow_moves(&s->flow));
    stage_show(s, 900);
    struct shapes *before = malloc(sizeof *before);
    memcpy(before, &s->shapes, sizeof *before);
    assert_false(flow_moves(&s->flow));
    assert_int_equal(count_dots(s), 1);
    assert_non_null(find_text(s, "FS_READ"));
    stage_show(s, 60000);
    assert_int_equal(before->count, s->shapes.count);
    assert_memory_equal(before->shape, s->shapes.shape, before->count * sizeof *before->shape);
    free(before);
    scene_ask(&s->play, EP_FS, EP_BLK, (struct message){.type = 0x500}); /* a step */
    stage_show(s, 1000);
    assert_non_null(find_text(s, "BLK_READ"));
    s->view.paused = false;
    stage_show(s, 700);
    assert_int_equal(count_dots(s), 0);
    stage_close(s);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void the_question_comes_first(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_crash(s);
    s->view.question = "Kill fs?";
    s->view.line = "a line";
    stage_show(s, 100);
    assert_non_null(find_text(s, "Kill fs?"));
    assert_false(has_text_part(s, "died"));
    s->view.question = NULL;
    stage_show(s, 100);
    assert_non_null(find_text(s, "a line"));
    s->view.line = NULL;
    stage_show(s, 100);
    assert_true(has_text_part(s, "fs died"));
    stage_show(s, 9000);
    assert_non_null(find_text(s, "request")); /* the legend */
    stage_close(s);
}

/* A crash that was over within a frame has its line, and then so has the restart; neither stands for ever. */
static void captions_follow_what_happens(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    stage_restart(s);
    stage_show(s, 500);
    assert_true(has_text_part(s, "fs died"));
    stage_show(s, 1500);
    assert_true(has_text_part(s, "fs is back"));
    stage_show(s, 4000);
    assert_false(has_text_part(s, "fs is back"));
    stage_programs(s, 1);
    stage_show(s, 100);
    scene_exec(&s->play, stage_program(0), "wc");
    stage_show(s, 100);
    assert_non_null(find_text(s, "wc begins"));
    scene_event(&s->play, (struct event){.kind = EVENT_EXIT, .who = stage_program(0)});
    stage_show(s, 100);
    assert_non_null(find_text(s, "wc has ended"));
    stage_show(s, 2000);
    assert_false(has_text_part(s, "wc"));
    stage_close(s);
}

static void the_legend_is_always_there(void **state)
{
    (void)state;
    static const char *const word[] = {"request", "reply", "notification",
                                       "runs",    "waits", "deadlock"};
    struct stage *s = stage_open();
    stage_programs(s, 23);
    stage_crash(s);
    s->view.question = "Kill fs?";
    stage_show(s, 100);
    for (size_t i = 0; i < sizeof word / sizeof word[0]; i++)
        assert_non_null(find_text(s, word[i]));
    stage_close(s);
}

/* Keys are for windows; all of them are explained when asked for. */
static void keys_are_explained(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 9000);
    assert_false(has_text_part(s, "F1"));
    s->view.keys = true;
    stage_show(s, 1);
    assert_true(has_text_part(s, "F9 kill   F1 all keys"));
    assert_null(find_text(s, "F9"));
    s->view.help = true;
    stage_show(s, 1);
    assert_non_null(find_text(s, "F9"));
    assert_non_null(find_text(s, "F11  Alt-Enter"));
    s->view.readonly = true;
    stage_show(s, 1);
    assert_null(find_text(s, "F9"));
    stage_close(s);
}

static void few_messages_have_their_types(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_read(s);
    assert_non_null(find_text(s, "FS_READ"));
    assert_non_null(find_text(s, "BLK_READ"));
    labels_are_uncovered(s);
    stage_traffic(s);
    assert_null(find_text(s, "FS_READ"));
    stage_close(s);
}

static void the_speed_is_said(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    static const struct {
        unsigned slow;
        const char *text;
    } speed[] = {{1, "full speed"},
                 {10, "slow motion 1:10 (idle: 1:1)"},
                 {100, "slow motion 1:100 (idle: 1:1)"},
                 {10000, "slow motion 1:10k (idle: 1:1)"},
                 {1000000, "slow motion 1:1M (idle: 1:1)"}};
    for (size_t i = 0; i < sizeof speed / sizeof speed[0]; i++) {
        s->view.slow = speed[i].slow;
        stage_show(s, 1);
        assert_non_null(find_text(s, speed[i].text));
    }
    stage_close(s);
}

static void a_stopped_guest_shows_its_last_message(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 9000);
    scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
    s->view.paused = true;
    stage_show(s, 200);
    assert_non_null(find_text(s, "STOPPED"));
    assert_true(has_text_part(s, "fd=3"));
    assert_non_null(find_text(s, "FS_READ")); /* beside its dot */
    stage_close(s);
}

static void numbers_are_short(void **state)
{
    char out[PICTURE_NUMBER];
    (void)state;
    assert_string_equal(picture_number(out, 0), "0");
    assert_string_equal(picture_number(out, 999), "999");
    assert_string_equal(picture_number(out, 1000), "1k");
    assert_string_equal(picture_number(out, 65536), "65k");
    assert_string_equal(picture_number(out, UINT64_MAX), "999G");
}

static void long_text_is_cut(void **state)
{
    char out[SHAPE_TEXT];
    (void)state;
    picture_fit(out, sizeof out, "a long name indeed", 100 * UNIT, 20 * UNIT, true);
    assert_true(font_width(out, 20 * UNIT, true) <= 100 * UNIT);
    assert_int_equal(out[strlen(out) - 1], FONT_ELLIPSIS[0]);
    assert_string_equal(picture_fit(out, sizeof out, "ab", 100 * UNIT, 20 * UNIT, true), "ab");
}

/* Long waits are shortened, none takes less than a frame's time too much. */
static void waits_are_shortened(void **state)
{
    (void)state;
    uint64_t frame = DISPLAY_FRAME_NS / 10, now = 1000, hour = 360000000000ull;
    assert_int_equal(display_skip(now, now + 10), now + 10);
    assert_int_equal(display_skip(now, now + 2 * frame), now + frame);
    uint64_t next = now + hour;
    unsigned frames = 0;
    while (now < next) {
        now = display_skip(now, next);
        frames++;
    }
    assert_true(frames > 5 && frames < 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_apart),
        cmocka_unit_test(steps_have_room),
        cmocka_unit_test(lines_pass_beside),
        cmocka_unit_test(a_way_is_the_same_both_ways),
        cmocka_unit_test(readable_with_7),
        cmocka_unit_test(readable_with_30),
        cmocka_unit_test(readable_with_49),
        cmocka_unit_test(too_many_are_counted),
        cmocka_unit_test(a_place_is_kept),
        cmocka_unit_test(places_grow_late),
        cmocka_unit_test(a_message_is_a_dot),
        cmocka_unit_test(many_messages_share_dots),
        cmocka_unit_test(forgotten_messages_count),
        cmocka_unit_test(a_line_is_as_wide_as_its_traffic),
        cmocka_unit_test(the_short_lived_are_seen),
        cmocka_unit_test(who_waits_says_for_whom),
        cmocka_unit_test(a_crash_is_a_flash_and_an_x),
        cmocka_unit_test(a_restart_takes_the_node_over),
        cmocka_unit_test(deaths_in_a_row_show_the_last_incarnation),
        cmocka_unit_test(a_boot_is_no_crash),
        cmocka_unit_test(a_program_that_crashes_is_marked),
        cmocka_unit_test(a_refused_cycle_is_dashed_and_named),
        cmocka_unit_test(a_stall_is_named_as_long_as_it_lasts),
        cmocka_unit_test(a_standstill_shows_what_is),
        cmocka_unit_test(a_standstill_shows_who_is_dead),
        cmocka_unit_test(a_standstill_stands_still),
        cmocka_unit_test(a_refused_cycle_outlives_its_members),
        cmocka_unit_test(equal_names_have_their_endpoints),
        cmocka_unit_test(who_has_ended_has_its_last_name),
        cmocka_unit_test(nothing_covers_a_label),
        cmocka_unit_test(captions_follow_what_happens),
        cmocka_unit_test(the_legend_is_always_there),
        cmocka_unit_test(keys_are_explained),
        cmocka_unit_test(few_messages_have_their_types),
        cmocka_unit_test(the_question_comes_first),
        cmocka_unit_test(the_speed_is_said),
        cmocka_unit_test(a_stopped_guest_shows_its_last_message),
        cmocka_unit_test(numbers_are_short),
        cmocka_unit_test(long_text_is_cut),
        cmocka_unit_test(waits_are_shortened),
    };
    return RUN_SUITE("display_flow", tests);
}
