/* A weak definition in the hope of being taken first. */
__attribute__((weak)) struct process *kernel_call(struct process *p, uint64_t call)
{
    (void)call;
    return p;
}
