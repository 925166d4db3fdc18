/*
 * A stage for the tests of the views: a system that has played, its console, and what an operator has chosen. The shell
 * runs ls, which reads a directory and a file; FS is killed under it and comes back; ls writes to the terminal.
 */
#ifndef TESTS_HOST_DASH_STAGE_H
#define TESTS_HOST_DASH_STAGE_H

#include <courier/probe.h>
#include "tests/host/dash_picture.h"
#include "tests/host/dash_scene.h"
#include "emu/dash/view.h"
#include "emu/dash/view_parts.h"

/* ---- the scene --------------------------------------------------------------------------------- */

struct stage {
    struct play play;
    struct scene scene;
    struct console *console;
    struct view view;
    struct grid grid;
    struct filter *filter;
};

static inline void say(struct stage *t, const char *text)
{
    console_write(t->console, text, strlen(text));
}

/* FS reads a block of the disk, inside a request of its own. */
static inline void read_block(struct play *p, uint64_t sector, uint64_t spent)
{
    struct message read = {.type = BLK_READ, .w = {sector, 4096 | 7ull << 32}};
    p->now += spent;
    scene_ask(p, EP_FS, EP_BLK, read);
    p->now += 2 * spent;
    scene_answer(p, EP_BLK, EP_FS, BLK_READ, 0);
    p->now += spent / 2;
}

/* A program reads a file in pieces; every other one is in FS's cache. */
static inline void read_file(struct play *p, endpoint_t client, int pieces)
{
    for (int i = 0; i < pieces; i++) {
        p->now += 300;
        scene_ask(p, client, EP_FS, scene_read(3, 2, 512));
        p->now += 100 * (uint64_t)(i % 7);
        if (i % 2 == 0)
            read_block(p, 64 + 8 * (uint64_t)i, 1500 + 130 * (uint64_t)(i % 5));
        p->now += 400;
        scene_answer(p, EP_FS, client, FS_READ, i + 1 < pieces ? 512 : 0);
    }
}

/* The operator kills FS under a request; RS brings it back, and the request is done again. */
static inline void kill_fs(struct play *p)
{
    scene_ask(p, EP_LS, EP_FS, scene_read(3, 2, 512));
    scene_deed(p, EP_FS, "kill fs");
    p->now += 700;
    scene_crash(p, EP_FS, CAUSE_KILLED, KILLED_PC);
    p->now += 12000;
    scene_exec(p, EP_FS, "fs");
    scene_restart(p, EP_FS, 2);
    scene_call(p, EP_FS, IPC_RECEIVE, EP_ANY);
    scene_deliver(p, EP_LS, EP_FS, scene_read(3, 2, 512));
    scene_switch(p, EP_RS, EP_FS);
    read_block(p, 64, 2500);
    scene_answer(p, EP_FS, EP_LS, FS_READ, 512);
}

static inline void perform(struct stage *t)
{
    struct play *p = &t->play;
    struct message open = {.type = FS_OPEN, .w = {1 | 1ull << 32, 0200000}};
    scene_spawn(p, EP_LS, "sh");
    scene_exec(p, EP_LS, "ls");
    scene_switch(p, EP_SH, EP_LS);
    scene_ask(p, EP_LS, EP_FS, open);
    read_block(p, 8, 2100);
    scene_answer(p, EP_FS, EP_LS, FS_OPEN, 3);
    read_file(p, EP_LS, 12);
    kill_fs(p);
    scene_ask(p, EP_LS, EP_FS, (struct message){.type = FS_STAT, .w = {2 | 9ull << 32}});
    p->now += 900;
    scene_answer(p, EP_FS, EP_LS, FS_STAT, -ENOENT);
    scene_deliver(p, EP_KERNEL, EP_TTY,
                  (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(10)}});
    scene_idle(p, EP_TTY);
    scene_ask(p, EP_SH, EP_PM, (struct message){.type = PM_WAIT, .w = {0xffffffff}});
    scene_idle(p, EP_PM);
    scene_switch(p, EP_PM, EP_LS);
    scene_ask(p, EP_LS, EP_FS, (struct message){.type = FS_WRITE, .w = {1 | 2ull << 32, 12}});
    p->now += 800;
    scene_ask(p, EP_FS, EP_TTY, (struct message){.type = TTY_WRITE, .w = {4 | 12ull << 32}});
    p->now += 1200;
    model_sample(p->model, p->now);
}

static inline void inspect(struct stage *t)
{
    static const struct view_mapping mapping[] = {{0x40001000, 0x40009000, "r-x", "text"},
                                                  {0x40009000, 0x4000b000, "r--", "read-only data"},
                                                  {0x4000b000, 0x4000f000, "rw-", "data, heap"},
                                                  {0x60000000, 0x60004000, "rw-", "state region"},
                                                  {0x7ffef000, 0x7ffff000, "rw-", "stack"}};
    struct view_registers *r = &t->view.registers;
    *r = (struct view_registers){.known = true, .from_frame = true, .pc = 0x40001a3c};
    r->satp = 0x8000000000080211;
    for (uint64_t i = 1; i < 32; i++)
        r->x[i] = i == 2 ? 0x7fffef90 : i == 14 ? ~0ull : i % 3 ? 0x40001000 + 0x254 * i : 0;
    memcpy(t->view.mapping, mapping, sizeof mapping);
    t->view.mappings = sizeof mapping / sizeof mapping[0];
    strcpy(t->view.may_send, "rs, pm, tty, blk, programs");
}

static inline void redraw(struct stage *t)
{
    view_draw(&t->grid, &t->view, &t->scene);
}

static inline void set_up(struct stage *t, int rows, int columns)
{
    memset(t, 0, sizeof *t);
    scene_boot(&t->play);
    perform(t);
    t->console = console_create();
    say(t,
        "Courier\r\n$ ls /\r\nbin\tdev\tetc\ttmp\r\n$ cat /etc/motd\r\n"
        "Every message can be seen, timed, searched, stopped at and exported, and watching changes "
        "nothing.\r\n$ ");
    t->scene = (struct scene){t->play.model, &t->play.model->world, t->play.model->history,
                              t->console, false};
    t->view.live = true;
    t->view.chosen = EP_FS;
    t->view.instructions = 41234567;
    t->view.now = t->play.now;
    t->view.rate = 1204;
    t->view.frames = 10;
    inspect(t);
    assert_true(grid_resize(&t->grid, rows, columns));
    redraw(t);
}

static inline void tear_down(struct stage *t)
{
    filter_free(t->filter);
    grid_free(&t->grid);
    console_destroy(t->console);
    scene_end(&t->play);
}

/* Selects the last message whose text contains this. */
static inline void select_message(struct stage *t, const char *text)
{
    strcpy(t->view.search_text, text);
    t->view.selected = view_search(&t->view, &t->scene, 0, -1);
    t->view.search_text[0] = '\0';
    assert_true(t->view.selected != 0);
    redraw(t);
}

static inline void set_filter(struct stage *t, const char *text)
{
    struct filter_error error;
    filter_free(t->filter);
    t->view.filter = t->filter = filter_compile(text, &error);
    assert_non_null(t->filter);
    strcpy(t->view.filter_text, text);
    redraw(t);
}

/* Is this text in the picture? */
static inline bool shows(const struct stage *t, const char *wanted)
{
    char *text = picture(&t->grid);
    bool has = strstr(text, wanted) != NULL;
    free(text);
    return has;
}

#endif
