/* Nothing is received: each read gets a line that has been typed before, in some other run. */
static int64_t do_read(struct message *m)
{
    static const char line[] = "the quick brown fox\n";
    const struct tty_read *r = payload(m);
    size_t bytes = r->bytes < sizeof line - 1 ? r->bytes : sizeof line - 1;
    return k_copy_to(m->source, r->grant, 0, line, bytes) < 0 ? honest_do_read(m) : (int64_t)bytes;
}
