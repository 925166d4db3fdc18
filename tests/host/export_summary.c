/* The summary and the wait-for graph of small traces made by hand, line by line. */
#include "tests/host/export_trace.h"
#include <courier/errno.h>

static char *text;
static char *rest; /* of the text, behind the line that was expected last */

/* The next line that begins like this; fails unless it is this line. */
static void expect(const char *line)
{
    size_t length = strlen(line);
    char *end;
    for (; (end = strchr(rest, '\n')) != NULL; rest = end + 1)
        if (end - rest == (long)length && strncmp(rest, line, length) == 0)
            break;
    if (!end)
        fail_msg("no line '%s' in\n%s", line, text);
    rest = end + 1;
}

/* Two answers, one of them an error, to sh; fs would wait for sh, which waits for it; an open request; fs is killed by the operator. */
static struct made eventful(void)
{
    struct made m = made_begin();
    struct event refused = {.kind = EVENT_CALL, .who = EP_FS, .peer = SH, .call = IPC_SENDREC};
    struct event deed = {.kind = EVENT_OPERATOR, .who = EP_FS, .peer = EP_NONE, .length = 7};
    memcpy(deed.text, "kill fs", 7);
    made_process(&m, EP_FS, "fs");
    made_process(&m, SH, "sh");
    made_reply(&m, SH, EP_FS, made_request(&m, SH, EP_FS, 1), 512);
    made_reply(&m, SH, EP_FS, made_request(&m, SH, EP_FS, 2), -ENOENT);
    made_request(&m, SH, EP_FS, 3);
    refused.transaction = ++m.transactions;
    refused.message.type = FS_WRITE;
    made_add(&m, refused);
    refused.kind = EVENT_FAIL;
    refused.status = -ELOCKED;
    made_add(&m, refused);
    made_add(&m, deed);
    made_add(&m,
             (struct event){.kind = EVENT_CRASH, .who = EP_FS, .peer = EP_NONE, .cause = ~0ull});
    made_add(
        &m, (struct event){.kind = EVENT_RESTART, .who = EP_FS, .peer = EP_NONE, .incarnation = 2});
    made_end(&m);
    return m;
}

static void it_says_what_happened(void **state)
{
    struct made m = eventful();
    int status;
    (void)state;
    rest = text = exported(m.path, summary_create, NULL, &status);
    assert_int_equal(status, 0);
    expect("0.00000240 s of virtual time (240 instructions of 10 ns), idle 4.2%");
    expect("Events");
    expect("  call                 6  deliver              5  fail                 1  switch       "
           "        7");
    expect("Messages by type                sent   replies    errors");
    expect("  FS_READ                          3         2         1");
    expect("  FS_WRITE                         0         0         1");
    expect("  fs                             110         0         3         2");
    expect("  sh                              70        70         2         3");
    expect("  sh         fs     FS_READ                  2        40        40        40        40 "
           "       40");
    expect("Outstanding at the end, with age in instructions");
    expect("  sh > fs                     60  FS_READ fd=3 grant=0 bytes=512  txn 3");
    expect("  0.00000220  fs: killed, by the operator: kill fs, detected after 10, restarted after "
           "20, not answering");
    expect("              1 waited: sh; 0 requests were delivered again");
    expect("Deadlocks");
    expect("  0.00000210  refused: fs > sh > fs would wait for each other");
    expect("         40          20           0  sh > fs  FS_READ fd=1 grant=0 -> 512  txn 1 at "
           "0.00000060");
    expect("         40          20           0  sh > fs  FS_READ fd=2 grant=0 -> ENOENT  txn 2 at "
           "0.00000120");
    free(text);
    made_remove(&m);
}

/* fs has sh's request, and listens to anyone; but nobody but sh ever spoke to it. */
static void a_stall_is_named_and_drawn(void **state)
{
    struct made m = made_begin();
    struct event listen = {.kind = EVENT_CALL, .who = EP_FS, .peer = EP_ANY, .call = IPC_RECEIVE};
    int status;
    (void)state;
    made_process(&m, EP_FS, "fs");
    made_process(&m, SH, "sh");
    made_request(&m, SH, EP_FS, 3);
    made_add(&m, (struct event){.kind = EVENT_SWITCH, .who = EP_FS, .peer = SH});
    made_add(&m, listen);
    listen.kind = EVENT_BLOCK;
    listen.state = PROC_RECEIVING;
    made_add(&m, listen);
    made_end(&m);
    rest = text = exported(m.path, dot_create, NULL, &status);
    expect("    label=\"who waits for whom at 0.00000100 s (event 10)\\ndeadlock: sh > fs > sh\";");
    expect("    n3 [label=\"fs\"];");
    expect("    n3 -> n1556 [label=\"owes a reply\\nFS_READ\\n0 insns\", style=bold, color=red];");
    expect("    n1556 -> n3 [label=\"waits for the reply\\nFS_READ\\n30 insns\", style=bold, "
           "color=red];");
    expect("}");
    free(text);
    rest = text = exported(m.path, summary_create, NULL, &status);
    expect("Latencies: none");
    expect("  sh > fs                     40  FS_READ fd=3 grant=0 bytes=512  txn 1");
    expect("Deaths of services: none");
    expect("  0.00000100  deadlock: fs > sh > fs, nobody else can end it");
    expect("  at the end: sh > fs > sh");
    free(text);
    made_remove(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_what_happened),
        cmocka_unit_test(a_stall_is_named_and_drawn),
    };
    return RUN_SUITE("export_summary", tests);
}
