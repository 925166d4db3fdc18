/* The beginning and the end: init, recovery after a restart, power-off. */
#include <string.h>
#include "pm.h"
#include "servers/lib/program.h"

#define INIT_PATH "/bin/init"
#define INIT_NAME "init"

_Noreturn void power_off(int status)
{
    fs_sync();
    program_check();
    tty_drain();
    tty_drain(); /* again, if that has brought something to light which RS had to say */
    k_power(status);
    service_panic("the board does not power off");
}

/* Nothing can run without init: says why, and ends. */
static _Noreturn void no_init(int64_t error)
{
    const char *why = error == -ENOENT    ? "no such file\n"
                      : error == -ENOEXEC ? "not an executable file\n"
                      : error == -EACCES  ? "permission denied\n"
                      : error == -ENODEV  ? "there is no disk\n"
                      : error == -ENOMEM  ? "out of memory\n"
                      : error == -EIO     ? "disk error\n"
                                          : "it cannot be loaded\n";
    tty_say("pm: cannot start " INIT_PATH ": ");
    tty_say(why);
    power_off(1);
}

void start_init(void)
{
    static struct arguments arguments = {.path = INIT_PATH,
                                         .path_bytes = sizeof INIT_PATH - 1,
                                         .strings = INIT_NAME,
                                         .bytes = sizeof INIT_NAME,
                                         .count = 1};
    struct program program;
    int64_t status = program_load(EP_PM, &arguments, &program);
    if (status == 0)
        status = fs_fork(EP_PM, program.embryo);
    if (status < 0)
        no_init(status);
    struct proc *init = proc_new(program.embryo);
    CHANGE(init->group) = init->pid;
    CHANGE(init->heap) = program.heap;
    CHANGE(init->end) = program.heap;
    k_exec(program.embryo, program.embryo, program.pc, program.sp, program.name, arguments.count,
           program.sp);
    region_commit(); /* not before: an init that the table knows is never started again */
}

/* Ends the processes that the table does not know: they were being made, or were to end. */
static void end_strangers(void)
{
    struct procinfo info;
    for (unsigned slot = NSERVICES; k_next(&slot, &info); slot++) {
        if (proc_at(info.endpoint))
            continue;
        fs_exit(info.endpoint);
        k_kill(info.endpoint);
    }
}

/* A child that the table knows has been made to run; if it has not, that went wrong, and it is done now. */
static void start_embryo(const struct proc *p)
{
    struct procinfo info;
    if (proc_alive(p) && k_info(EP_SLOT(p->endpoint), &info) == 0 && info.state == PROC_EMBRYO)
        k_start_fork(p->endpoint, PM_FORK | MSG_REPLY, 0);
}

void recover(void)
{
    fs_exit(EP_PM); /* files of programs that were being loaded */
    end_strangers();
    for (struct proc *p = proc_next(NULL); p; p = proc_next(p)) {
        if (p->waiting) /* its request comes again */
            CHANGE(p->waiting) = WAITING_NOT;
        if (p->wake && !proc_awaits_pm(p))
            CHANGE(p->wake) = 0;
        if (p->forked)
            fork_start(p);
        start_embryo(p);
    }
    region_commit();
}

/* Ends all but the caller, which is to find the files closed, too. */
int64_t do_shutdown(struct proc *p, struct message *m)
{
    int status = ((const struct pm_shutdown *)payload(m))->code & 0xff;
    for (struct proc *q = proc_next(NULL); q; q = proc_next(q))
        if (proc_alive(q)) {
            fs_exit(q->endpoint);
            if (q != p)
                k_kill(q->endpoint);
        }
    power_off(status);
}
