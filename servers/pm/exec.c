/* PM_EXEC: the new program is complete, in an embryo, before the caller gives up its memory. */
#include "pm.h"

/* Copies the caller's path and arguments. */
static int64_t copy_arguments(const struct message *m, struct arguments *a)
{
    const struct pm_exec *r = (const void *)m->w;
    if (r->path_bytes == 0)
        return -ENOENT;
    if (r->path_bytes > sizeof a->path)
        return -ENAMETOOLONG;
    if (r->argument_bytes > sizeof a->strings || r->count > r->argument_bytes)
        return r->count > r->argument_bytes ? -EINVAL : -E2BIG;
    a->path_bytes = r->path_bytes;
    a->bytes = r->argument_bytes;
    a->count = r->count;
    int64_t status = k_copy_from(m->source, r->path, 0, a->path, a->path_bytes);
    if (status == 0 && a->bytes)
        status = k_copy_from(m->source, r->arguments, 0, a->strings, a->bytes);
    return status;
}

int64_t do_exec(struct proc *p, struct message *m)
{
    static struct arguments arguments;
    struct program program;
    int64_t status = copy_arguments(m, &arguments);
    if (status == 0)
        status = program_load(p->endpoint, &arguments, &program);
    if (status < 0)
        return status;

    /* No error from here on. */
    fs_exec(p->endpoint);
    signal_exec(p);
    CHANGE(p->heap) = program.heap;
    CHANGE(p->end) = program.heap;
    region_commit();
    k_exec(p->endpoint, program.embryo, program.pc, program.sp, program.name, arguments.count,
           program.sp);
    return NO_REPLY;
}
