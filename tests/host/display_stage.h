/*
 * A stage for the lecture view: the played system of dash_scene.h, seen at chosen presentation times. What the golden pictures show is
 * played here, so that other tests can look at the same.
 */
#ifndef TESTS_HOST_DISPLAY_STAGE_H
#define TESTS_HOST_DISPLAY_STAGE_H

#include "tests/host/dash_scene.h"
#include "emu/display/picture.h"

struct stage {
    struct play play;
    struct flow flow;
    struct display_view view;
    struct shapes shapes;
    uint64_t present;
};

/* Time passes for the audience, in frames of 1/30 s, and the picture is made of where it ends. */
static inline void stage_show(struct stage *s, unsigned ms)
{
    for (uint64_t end = s->present + ms * FLOW_MS; s->present < end;) {
        s->present += end - s->present < DISPLAY_FRAME_NS ? end - s->present : DISPLAY_FRAME_NS;
        s->flow.still = s->view.paused || s->view.ended;
        s->flow.ended = s->view.ended;
        flow_update(&s->flow, s->play.model, s->play.now, s->present);
    }
    s->view.model = s->play.model;
    s->view.now = s->play.now;
    picture(&s->shapes, &s->flow, &s->view);
}

/* A key wakes tty, which tells fs; sh asks both servers something. So nobody waits in vain: each has
 * heard of somebody who can go on. */
static inline void stage_warm(struct stage *s)
{
    struct message note = {.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(10)}};
    scene_deliver(&s->play, EP_KERNEL, EP_TTY, note);
    scene_deliver(&s->play, EP_TTY, EP_FS, (struct message){.type = MSG_NOTIFY});
    scene_idle(&s->play, EP_FS);
    scene_idle(&s->play, EP_TTY);
    scene_ask(&s->play, EP_SH, EP_PM, (struct message){.type = PM_BRK});
    scene_answer(&s->play, EP_PM, EP_SH, PM_BRK, 0);
}

/* The system has booted, long enough ago that nothing moves any more. */
static inline struct stage *stage_open(void)
{
    struct stage *s = calloc(1, sizeof *s);
    scene_boot(&s->play);
    stage_warm(s);
    s->view = (struct display_view){.slow = 100, .chosen = EP_NONE};
    s->present = 1000 * FLOW_MS;
    flow_begin(&s->flow, s->play.model, s->play.now, s->present);
    stage_show(s, 1);
    return s;
}

static inline void stage_close(struct stage *s)
{
    scene_end(&s->play);
    free(s);
}

static inline endpoint_t stage_program(unsigned i)
{
    return EP_MAKE(1u, 18 + i);
}

/* `count` programs more; each waits for one of the servers. */
static inline void stage_programs(struct stage *s, unsigned count)
{
    static const char *const name[] = {"cat", "wc", "sort", "ls",   "grep",  "usertests", "sleep",
                                       "cp",  "ps", "tee",  "head", "cksum", "hexdump"};
    struct message request = {.type = FS_READ};
    for (unsigned i = 0; i < count; i++) {
        scene_spawn(&s->play, stage_program(i), "sh");
        scene_exec(&s->play, stage_program(i), name[i % 13]);
        if (i % 4 != 3)
            scene_ask(&s->play, stage_program(i), i % 5 == 4 ? EP_PM : EP_FS, request);
    }
    scene_switch(&s->play, EP_FS, EP_SH);
}

/* sh reads: a request that fs has to ask blk for. */
static inline void stage_read(struct stage *s)
{
    struct message device = {.type = 0x500};
    scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
    stage_show(s, 230);
    scene_ask(&s->play, EP_FS, EP_BLK, device);
    stage_show(s, 230);
}

/* fs dies of a page fault, and is back before anybody has seen it. */
static inline void stage_crash(struct stage *s)
{
    scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
    stage_show(s, 300);
    scene_crash(&s->play, EP_FS, 15, 0x40001010);
}

static inline void stage_restart(struct stage *s)
{
    scene_restart(&s->play, EP_FS, 2);
    scene_idle(&s->play, EP_FS);
}

/* Three programs that send to each other in turn; the kernel refuses the last of them. */
static inline void stage_refusal(struct stage *s)
{
    endpoint_t a = stage_program(0), b = stage_program(1), c = stage_program(2);
    stage_programs(s, 3);
    stage_show(s, 3000);
    scene_wake(&s->play, a, 0);
    scene_wake(&s->play, b, 0);
    scene_wake(&s->play, c, 0);
    scene_call(&s->play, a, IPC_SEND, b);
    scene_block(&s->play, a, PROC_SENDING, b);
    scene_call(&s->play, b, IPC_SEND, c);
    scene_block(&s->play, b, PROC_SENDING, c);
    scene_call(&s->play, c, IPC_SEND, a);
    scene_event(&s->play,
                (struct event){
                    .kind = EVENT_FAIL, .who = c, .peer = a, .call = IPC_SEND, .status = -ELOCKED});
}

/* A stall that the kernel cannot see. A program is both client and server: it asks fs, which listens to all; fs has it wait, and asks
 * nobody. Everybody who could make fs answer waits for fs. */
static inline void stage_stall(struct stage *s)
{
    endpoint_t a = stage_program(0), b = stage_program(1);
    stage_programs(s, 0);
    scene_spawn(&s->play, a, "alpha");
    scene_spawn(&s->play, b, "beta");
    scene_switch(&s->play, EP_SH, a);
    scene_switch(&s->play, a, b);
    scene_idle(&s->play, b);
    scene_ask(&s->play, a, b, (struct message){.type = 0x1000});
    scene_idle(&s->play, b); /* it owes a the reply, and has heard of nobody else */
}

/* Work: sh reads, fs asks tty, the disk interrupts. */
static inline void stage_traffic(struct stage *s)
{
    for (unsigned round = 0; round < 40; round++) {
        scene_ask(&s->play, EP_SH, EP_FS, scene_read(3, 2, 512));
        for (unsigned i = 0; i < 4; i++) {
            scene_ask(&s->play, EP_FS, EP_TTY, (struct message){.type = TTY_WRITE});
            scene_answer(&s->play, EP_TTY, EP_FS, TTY_WRITE, 28);
        }
        scene_deliver(&s->play, EP_KERNEL, EP_BLK,
                      (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(1)}});
        scene_answer(&s->play, EP_FS, EP_SH, FS_READ, 512);
        stage_show(s, 40);
    }
}

#endif
