/* Its own scheduler beside the kernel's. */
void sched_ready(struct process *p)
{
    (void)p;
}
