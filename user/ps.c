/*
 * ps: all processes. PM knows who is whose child, the kernel what each is doing and for whom it
 * waits; services have no PM number.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/ipc.h>
#include <courier/protocol/pm.h>

/* The dashboard's words. */
static const char *const states[] = {
    [PROC_FREE] = "free",       [PROC_EMBRYO] = "new",          [PROC_READY] = "ready",
    [PROC_SENDING] = "sending", [PROC_RECEIVING] = "receiving", [PROC_REPLY] = "awaiting",
    [PROC_CRASHED] = "crashed", [PROC_DOWN] = "down",           [PROC_GIVEN_UP] = "given up",
};

/* The name of an endpoint, for the column of peers. */
static void name_of(endpoint_t ep, char name[NAME_BYTES])
{
    struct procinfo info;
    if (ep == EP_ANY)
        strcpy(name, "any");
    else if (ep == EP_NONE)
        strcpy(name, "-");
    else if (ep == EP_KERNEL)
        strcpy(name, "kernel");
    else if (k_info(EP_SLOT(ep), &info) == 0 && info.endpoint == ep)
        strcpy(name, info.name);
    else
        strcpy(name, "gone");
}

/* slot.generation; a service, which has always the same, is just its slot. */
static void number_of(endpoint_t ep, char number[12])
{
    if (EP_GENERATION(ep))
        snprintf(number, 12, "%u.%u", EP_SLOT(ep), EP_GENERATION(ep));
    else
        snprintf(number, 12, "%u", EP_SLOT(ep));
}

/* The kernel counts clock ticks of 10 ms: so CPU time has two decimals, and none is a guess. */
static void show(const struct procinfo *info, int pid, int parent, int group)
{
    char peer[NAME_BYTES], number[12], time[24];
    bool running = pid == getpid(); /* there is one hart, and this is what it does */
    name_of(info->peer, peer);
    number_of(info->endpoint, number);
    uint64_t hundredths = info->ticks / (TICKS_PER_SECOND / 100);
    snprintf(time, sizeof time, "%lu.%02lus", hundredths / 100, hundredths % 100);
    if (pid > 0)
        printf("%5d %5d %5d", pid, parent, group);
    else
        printf("%5s %5s %5s", "-", "-", "-");
    printf(" %-8s %-9s %-10s %4u %8s %8lu  %s\n", number, running ? "running" : states[info->state],
           peer, info->pages * (unsigned)(PAGE_SIZE / 1024), time, info->messages, info->name);
}

static void show_services(void)
{
    struct procinfo info;
    for (unsigned slot = 1; slot < NSERVICES; slot++)
        if (k_info(slot, &info) == 0)
            show(&info, 0, 0, 0);
}

static void show_processes(void)
{
    for (int pid = 1;;) {
        struct message m = {.type = PM_PROCESS};
        struct pm_process *ask = payload(&m);
        ask->pid = pid;
        int64_t status = sendrec(EP_PM, &m);
        if (status < 0)
            errx(1, "pm: %s", strerror((int)-status));
        if (m.status < 0)
            return;
        const struct pm_process_reply *p = payload(&m);
        struct procinfo info;
        if (p->zombie)
            printf("%5d %5d %5d %-8s zombie\n", (int)p->status, p->parent, p->group, "-");
        else if (k_info(EP_SLOT(p->endpoint), &info) == 0)
            show(&info, (int)p->status, p->parent, p->group);
        pid = (int)p->status + 1;
    }
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        usage("");
    printf("%5s %5s %5s %-8s %-9s %-10s %4s %8s %8s  %s\n", "PID", "PPID", "GROUP", "ENDPOINT",
           "STATE", "WAITS FOR", "KIB", "CPU", "MESSAGES", "NAME");
    show_services();
    show_processes();
    return 0;
}
