/*
 * Two faults that meet: two servers die together, a server dies while it recovers, RS dies while it restarts another one. A program
 * must see none of it: each run writes what the undisturbed one writes, and its disk is sound.
 *
 * A run is a fork of the one that has come to the first fault, so that nothing is done twice.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <courier/endpoint.h>
#include "tests/host/suite.h"
#include "emu/tour/stage.h"

#define WORK                                                                                       \
    "for i in 1 2 3; do ls /bin | wc; done & cp /bin/sh /tmp/x; wait; cat /tmp/x | cksum; "        \
    "cmp /bin/sh /tmp/x && echo whole; sync"
#define BEGIN 2000000u /* instructions of the work before the first fault */
#define SPAN  9000000u /* ... and until the last one that begins something */

static const endpoint_t service[] = {EP_RS, EP_PM, EP_FS, EP_TTY, EP_BLK};
#define SERVICES (sizeof service / sizeof *service)

static char kernel[256], disk[256];
static char wanted[STAGE_CONSOLE + 1]; /* on the console */

static void open_stage(struct stage *s)
{
    const struct stage_options on = {.kernel = kernel, .disk = disk};
    if (!stage_open(s, &on))
        fail_msg("%s", s->why);
}

/* Without the prompt, which may or may not be there yet. */
static void keep_output(const struct stage *s, char *out)
{
    strcpy(out, s->console);
    char *last = strrchr(out, '\n');
    if (last)
        *last = '\0';
}

static void learn_output(void)
{
    if (wanted[0])
        return;
    struct stage *s = calloc(1, sizeof *s);
    open_stage(s);
    assert_true(stage_type(s, WORK));
    assert_true(stage_prompt(s));
    keep_output(s, wanted);
    assert_non_null(strstr(wanted, "whole"));
    stage_close(s);
    free(s);
}

/* On to this virtual time. */
static void run_to(struct stage *s, uint64_t clock)
{
    while (board_clock(s->board) < clock) {
        struct board_stop stop = board_run(s->board, clock);
        if (stop.reason == BOARD_IDLE)
            board_skip(s->board, stop.next < clock ? stop.next : clock);
        serial_pump(&s->serial);
    }
}

/*
 * Ends the process. If it runs right now, its next instruction is an illegal one, for as long as that takes: damaged code would be
 * noticed. Else it dies when it runs again.
 */
static void kill_now(struct stage *s, endpoint_t ep)
{
    static const uint32_t illegal = 0;
    uint32_t legal;
    uint64_t pa;
    bool runs = board_privilege(s->board) == 0 && s->fault.running == ep;
    if (!runs || !board_translate(s->board, board_satp(s->board), board_pc(s->board), &pa)) {
        fault_kill(&s->fault, ep);
        return;
    }
    board_read(s->board, pa, &legal, sizeof legal);
    board_write(s->board, pa, &illegal, sizeof illegal);
    run_to(s, board_clock(s->board) + 1);
    board_write(s->board, pa, &legal, sizeof legal);
}

static bool disk_is_sound(struct stage *s)
{
    char path[] = "/tmp/courier-twice-XXXXXX", command[128];
    size_t bytes = board_disk_size(s->board);
    char *image = malloc(bytes);
    int fd = mkstemp(path);
    bool good = image && fd >= 0 && board_disk_read(s->board, image, bytes, 0) &&
                write(fd, image, bytes) == (ssize_t)bytes;
    snprintf(command, sizeof command, "PATH=$PATH:/usr/sbin:/sbin fsck.minix -f %s >/dev/null 2>&1",
             path);
    good = good && system(command) == 0;
    close(fd);
    unlink(path);
    free(image);
    return good;
}

/* To the end of the work, and the judgement. */
static bool ends_well(struct stage *s, bool look_at_disk, const char *what)
{
    char got[STAGE_CONSOLE + 1];
    bool ended = stage_prompt(s);
    keep_output(s, got);
    bool same = ended && strcmp(got, wanted) == 0, sound = !look_at_disk || disk_is_sound(s);
    if (s->model->world.deaths == 0)
        same = false, printf("%s: nobody has died\n", what);
    if (!ended)
        printf("%s: %s\n", what, s->why);
    else if (!same)
        printf("%s: wrote %s\n", what, got);
    else if (!sound)
        printf("%s: the disk is not sound\n", what);
    fflush(stdout);
    return same && sound;
}

/* Does `deed` in a fork of the run; true if that ends well. */
static bool in_fork(struct stage *s, bool (*deed)(struct stage *s, const uint64_t *a),
                    const uint64_t *a)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(!deed(s, a));
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static const char *name_of(uint64_t ep)
{
    static const char *const names[] = {"kernel", "rs", "pm", "fs", "tty", "blk"};
    return names[ep];
}

/* a: two services, when, whether to look at the disk */
static bool kill_two(struct stage *s, const uint64_t *a)
{
    char what[96];
    snprintf(what, sizeof what, "%s and %s at %llu", name_of(a[0]), name_of(a[1]),
             (unsigned long long)a[2]);
    kill_now(s, (endpoint_t)a[0]);
    kill_now(s, (endpoint_t)a[1]);
    return ends_well(s, a[3], what);
}

static void two_die_together(void **state)
{
    struct stage *s = calloc(1, sizeof *s);
    unsigned bad = 0, runs = 0;
    uint64_t random = 42;
    (void)state;
    learn_output();
    open_stage(s);
    assert_true(stage_type(s, WORK));
    uint64_t clock = board_clock(s->board) + BEGIN;
    for (unsigned round = 0; round < 6; round++) {
        run_to(s, clock);
        for (unsigned i = 0; i < SERVICES; i++)
            for (unsigned j = i + 1; j < SERVICES; j++, runs++)
                bad += !in_fork(s, kill_two,
                                (uint64_t[]){service[i], service[j], clock, runs % 10 == 0});
        random = random * 6364136223846793005u + 1442695040888963407u;
        clock += 1 + random % (SPAN / 6);
    }
    printf("%u runs, %u of them not transparent\n", runs, bad);
    assert_int_equal(bad, 0);
    stage_close(s);
    free(s);
}

/* a: who dies first, who dies then, instructions between, whether to look at the disk */
static bool kill_again(struct stage *s, const uint64_t *a)
{
    char what[96];
    snprintf(what, sizeof what, "%s, and %s %llu instructions later", name_of(a[0]), name_of(a[1]),
             (unsigned long long)a[2]);
    kill_now(s, (endpoint_t)a[0]);
    run_to(s, board_clock(s->board) + a[2]);
    kill_now(s, (endpoint_t)a[1]);
    return ends_well(s, a[3], what);
}

/* The server has just been given a request when it dies for the first time; `step`: of the second deaths, in instructions. */
static void again_while_it_recovers(endpoint_t first, endpoint_t second, const char *when,
                                    uint64_t step, uint64_t until)
{
    struct stage *s = calloc(1, sizeof *s);
    struct filter_error error;
    char text[64];
    unsigned bad = 0, runs = 0;
    learn_output();
    open_stage(s);
    assert_true(stage_type(s, WORK));
    snprintf(text, sizeof text, "%s", when);
    struct filter *f = filter_compile(text, &error);
    assert_non_null(f);
    assert_true(stage_wait(s, f));
    for (uint64_t later = 1; later < until; later += step, runs++)
        bad += !in_fork(s, kill_again, (uint64_t[]){first, second, later, runs % 10 == 0});
    printf("%s, then %s: %u runs, %u of them not transparent\n", name_of(first), name_of(second),
           runs, bad);
    assert_int_equal(bad, 0);
    filter_free(f);
    stage_close(s);
    free(s);
}

static const struct {
    endpoint_t service;
    const char *when;
} requests[] = {{EP_PM, "kind==request && dst==pm && type==PM_FORK"},
                {EP_FS, "kind==request && src==cp && dst==fs && type==FS_WRITE"},
                {EP_TTY, "kind==request && dst==tty && type==TTY_WRITE"},
                {EP_BLK, "kind==request && src==fs && dst==blk"}};

static void one_dies_while_it_recovers(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof requests / sizeof *requests; i++)
        again_while_it_recovers(requests[i].service, requests[i].service, requests[i].when, 1597,
                                40000);
}

static void rs_dies_while_it_restarts_another(void **state)
{
    (void)state;
    for (unsigned i = 0; i < sizeof requests / sizeof *requests; i++)
        again_while_it_recovers(requests[i].service, EP_RS, requests[i].when, 1597, 40000);
}

int main(void)
{
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_die_together),
        cmocka_unit_test(one_dies_while_it_recovers),
        cmocka_unit_test(rs_dies_while_it_restarts_another),
    };
    snprintf(kernel, sizeof kernel, "%s/courier.elf", build);
    snprintf(disk, sizeof disk, "%s/disk.img", build);
    return RUN_SUITE("recovery_twice", tests);
}
