/*
 * The lecture view's pixels: the lettering and the canvas, PNG files, golden pictures compared pixel for pixel, and that what SDL puts into a
 * window (of its offscreen driver) is the picture. After a change that is meant, GOLDEN=write build/tests/display_pictures writes the golden pictures anew, to be
 * looked at and committed.
 */
#include <unistd.h>
#include "tests/host/suite.h"
#include "tests/host/display_stage.h"
#include "emu/display/draw.h"
#include "emu/display/font.h"
#include "emu/display/png_file.h"
#include "emu/display/window.h"

#define GOLDEN "tests/host/golden/display/"

/* ---- golden pictures ------------------------------------------------------------------------- */

static unsigned differing(const struct canvas *a, const struct canvas *b)
{
    unsigned count = 0;
    if (a->width != b->width || a->height != b->height)
        return ~0u;
    for (int i = 0; i < a->width * a->height; i++)
        count += a->pixel[i] != b->pixel[i];
    return count;
}

static void assert_golden(struct stage *s, const char *name)
{
    struct canvas got = {0}, wanted = {0};
    char path[128];
    snprintf(path, sizeof path, GOLDEN "%s.png", name);
    assert_true(draw_shapes(&got, &s->shapes, DRAW_NORMAL));
    const char *mode = getenv("GOLDEN");
    if (mode && strcmp(mode, "write") == 0)
        assert_true(png_write(&got, path));
    if (!png_read(&wanted, path))
        fail_msg("%s cannot be read", path);
    unsigned count = differing(&got, &wanted);
    if (count) {
        snprintf(path, sizeof path, "/tmp/display-%s.png", name);
        png_write(&got, path);
        fail_msg("%u pixels of %s differ; the new picture is %s", count, name, path);
    }
    canvas_free(&got);
    canvas_free(&wanted);
    stage_close(s);
}

static void idle(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    s->view.chosen = EP_FS;
    stage_show(s, 1);
    assert_golden(s, "idle");
}

static void thirty(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_programs(s, 23);
    stage_show(s, 2500);
    assert_golden(s, "thirty");
}

static void messages(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_traffic(s);
    assert_golden(s, "messages");
}

/* Also: stopped, with the types beside the dots, and the last message below. */
static void blocked(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    s->view.paused = true;
    stage_read(s);
    assert_golden(s, "blocked");
}

static void crash(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    stage_show(s, 150);
    assert_golden(s, "crash");
}

static void takeover(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    stage_restart(s);
    stage_show(s, 1700);
    assert_golden(s, "takeover");
}

static void restarted(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_crash(s);
    stage_restart(s);
    stage_show(s, 2300);
    assert_golden(s, "restarted");
}

static void refused(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_refusal(s);
    stage_show(s, 700);
    assert_golden(s, "refused");
}

static void deadlock(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_stall(s);
    stage_show(s, 5000);
    assert_golden(s, "deadlock");
}

static void question(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    s->view.chosen = EP_FS;
    s->view.slow = 100000;
    s->view.question = "Kill fs (it is started again)? 1 wait for it.   y: yes   any other key: no";
    stage_show(s, 1);
    assert_golden(s, "question");
}

/* The run has ended: no X of who is back, no flash. */
static void ended(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    stage_traffic(s);
    stage_crash(s);
    stage_restart(s);
    s->view.ended = true;
    stage_show(s, 40);
    assert_golden(s, "ended");
}

static void help(void **state)
{
    (void)state;
    struct stage *s = stage_open();
    stage_show(s, 4000);
    s->view.help = s->view.keys = true;
    stage_show(s, 1);
    assert_golden(s, "help");
}

/* ---- scales ---------------------------------------------------------------------------------- */

static void the_scale_is_whole(void **state)
{
    (void)state;
    assert_int_equal(draw_scale(1280, 720), DRAW_NORMAL);
    assert_int_equal(draw_scale(1920, 1080), 6);
    assert_int_equal(draw_scale(3840, 2160), 12);
    assert_int_equal(draw_scale(1024, 768), 3);
    assert_int_equal(draw_scale(10, 10), 1);
    assert_int_equal(draw_scale(1 << 20, 1 << 20), DRAW_MAX);
}

/* Twice as large, each block of four pixels has about the colour of the one pixel; but for words, whose
 * letters begin at whole pixels. */
static void sizes_look_alike(void **state)
{
    (void)state;
    struct canvas one = {0}, two = {0};
    struct stage *s = stage_open();
    stage_show(s, 4000);
    for (size_t i = 0; i < s->shapes.count; i++)
        if (s->shapes.shape[i].kind == SHAPE_WORDS)
            s->shapes.shape[i].text[0] = '\0';
    assert_true(draw_shapes(&one, &s->shapes, 4));
    assert_true(draw_shapes(&two, &s->shapes, 8));
    unsigned far = 0;
    for (int i = 0; i < one.width * one.height; i++) {
        int x = i % one.width * 2, y = i / one.width * 2, sum = 0;
        for (int k = 0; k < 4; k++)
            sum += (int)(two.pixel[(y + k / 2) * two.width + x + k % 2] >> 8 & 0xff);
        far += abs(sum / 4 - (int)(one.pixel[i] >> 8 & 0xff)) > 100;
    }
    assert_true(far < 40);
    canvas_free(&one);
    canvas_free(&two);
    stage_close(s);
}

/* ---- lettering ------------------------------------------------------------------------------- */

static void every_character_has_its_own_glyph(void **state)
{
    (void)state;
    struct canvas c[2] = {{0}, {0}};
    const struct ink black = {0, 255};
    for (unsigned a = ' ' + 1; a <= '~'; a++) {
        const char text[2] = {(char)a, 0};
        assert_non_null(font_glyph((unsigned char)a));
        assert_true(canvas_resize(&c[0], 40, 40));
        canvas_clear(&c[0], 0xffffff);
        font_draw(&c[0], 10 * SUB, 28 * SUB, 20 * SUB, false, text, black);
        if (a > ' ' + 1)
            assert_true(differing(&c[0], &c[1]) > 8);
        struct canvas swap = c[1];
        c[1] = c[0];
        c[0] = swap;
    }
    assert_null(font_glyph(0xc3));
    canvas_free(&c[0]);
    canvas_free(&c[1]);
}

/* What lies partly or wholly outside is cut off. */
static void nothing_is_painted_outside(void **state)
{
    (void)state;
    struct canvas c = {0};
    const struct ink red = {0xff0000, 255};
    const struct spot corner[] = {{-900, -900}, {9000, 100}, {100, 9000}};
    assert_true(canvas_resize(&c, 20, 10));
    canvas_clear(&c, 0xffffff);
    canvas_box(&c, -SUB * 100, -SUB * 100, 50 * SUB, 50 * SUB, 0, red, 0, red);
    canvas_line(&c, 30 * SUB, 0, 50 * SUB, 20 * SUB, SUB, red);
    font_draw(&c, -100 * SUB, 5 * SUB, 10 * SUB, true, "abc", red);
    for (int i = 0; i < 200; i++)
        assert_int_equal(c.pixel[i], 0xffffffff);
    canvas_polygon(&c, corner, 3, red);
    canvas_disc(&c, 0, 0, 90 * SUB, red, 0, red);
    canvas_line(&c, -900 * SUB, -900 * SUB, 900 * SUB, 900 * SUB, 9 * SUB, red);
    font_draw(&c, 15 * SUB, 5 * SUB, 30 * SUB, true, "abc", red);
    assert_int_equal(c.pixel[0], 0xffff0000);
    canvas_free(&c);
}

static void too_many_shapes_are_dropped(void **state)
{
    (void)state;
    struct shapes *s = calloc(1, sizeof *s);
    for (unsigned i = 0; i < SHAPES_MAX + 10; i++)
        shape_add(s, SHAPE_DISC, COLOUR_RED, 0, 0);
    assert_int_equal(s->count, SHAPES_MAX);
    free(s);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void files_keep_every_pixel(void **state)
{
    (void)state;
    char path[] = "/tmp/display-test.XXXXXX";
    struct canvas out = {0}, in = {0};
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(canvas_resize(&out, 61, 33));
    for (int i = 0; i < 61 * 33; i++)
        out.pixel[i] = 0xff000000u | (uint32_t)i * 2654435761u >> 8;
    assert_true(png_write(&out, path));
    assert_true(png_read(&in, path));
    assert_int_equal(differing(&in, &out), 0);
    assert_false(png_write(&out, "/nonexistent/x.png"));
    assert_false(png_write(&out, "/dev/full"));
    assert_false(png_read(&in, "/dev/null"));
    close(fd);
    unlink(path);
    canvas_free(&out);
    canvas_free(&in);
}

/* ---- the window ------------------------------------------------------------------------------ */

static void the_window_shows_the_picture(void **state)
{
    (void)state;
    char why[128];
    struct canvas painted = {0}, seen = {0};
    setenv("SDL_VIDEODRIVER", "offscreen", 1);
    struct window *w = window_open(why, sizeof why);
    if (!w)
        setenv("SDL_VIDEODRIVER", "dummy", 1);
    if (!w && !(w = window_open(why, sizeof why)))
        fail_msg("%s", why);
    struct stage *s = stage_open();
    stage_traffic(s);
    assert_true(draw_shapes(&painted, &s->shapes, window_scale(w)));
    assert_true(window_show(w, &painted));
    assert_true(window_read(w, &painted, &seen));
    assert_int_equal(differing(&painted, &seen), 0);
    window_close(w);
    unsetenv("SDL_VIDEODRIVER");
    canvas_free(&painted);
    canvas_free(&seen);
    stage_close(s);
}

static void without_a_display_there_is_no_window(void **state)
{
    (void)state;
    char why[128] = "";
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    unsetenv("SDL_VIDEODRIVER");
    assert_null(window_open(why, sizeof why));
    assert_non_null(strstr(why, "no display"));
    struct display_config config = {.window = true};
    assert_null(display_open(&config, why, sizeof why));
    assert_false(display_shown(NULL));
    assert_int_equal(display_slow(NULL), 1);
}

/* A display that writes pictures: numbered, and the last one again. */
static void frames_are_numbered(void **state)
{
    (void)state;
    char directory[] = "/tmp/display-test.XXXXXX", last[64], path[64], why[128];
    assert_non_null(mkdtemp(directory));
    snprintf(last, sizeof last, "%s/last.png", directory);
    struct display_config config = {.screenshot = last, .record = directory};
    assert_true(display_check(&config, why, sizeof why));
    struct display *d = display_open(&config, why, sizeof why);
    assert_non_null(d);
    assert_int_equal(display_slow(d), DISPLAY_SLOW_PICTURE);
    struct stage *s = stage_open();
    for (uint64_t i = 1; i <= 3; i++)
        display_frame(d, &s->view, i * DISPLAY_FRAME_NS);
    assert_true(display_close(d, why, sizeof why));
    struct canvas third = {0}, again = {0};
    snprintf(path, sizeof path, "%s/000003.png", directory);
    assert_true(png_read(&third, path) && png_read(&again, last));
    assert_int_equal(differing(&third, &again), 0);
    unlink(last);
    for (int i = 1; i <= 3; i++) {
        snprintf(path, sizeof path, "%s/%06d.png", directory, i);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(directory), 0);
    canvas_free(&third);
    canvas_free(&again);
    stage_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle),
        cmocka_unit_test(thirty),
        cmocka_unit_test(messages),
        cmocka_unit_test(blocked),
        cmocka_unit_test(crash),
        cmocka_unit_test(takeover),
        cmocka_unit_test(restarted),
        cmocka_unit_test(refused),
        cmocka_unit_test(deadlock),
        cmocka_unit_test(question),
        cmocka_unit_test(ended),
        cmocka_unit_test(help),
        cmocka_unit_test(the_scale_is_whole),
        cmocka_unit_test(sizes_look_alike),
        cmocka_unit_test(every_character_has_its_own_glyph),
        cmocka_unit_test(nothing_is_painted_outside),
        cmocka_unit_test(too_many_shapes_are_dropped),
        cmocka_unit_test(files_keep_every_pixel),
        cmocka_unit_test(the_window_shows_the_picture),
        cmocka_unit_test(without_a_display_there_is_no_window),
        cmocka_unit_test(frames_are_numbered),
    };
    return RUN_SUITE("display_pictures", tests);
}
