/* The filter language: what matches, how it binds, and the column and words of every mistake. */
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include <courier/errno.h>
#include <courier/protocol/fs.h>
#include <courier/protocol/pm.h>
#include "emu/model/filter.h"
#include "emu/model/roster.h"

#define SH     EP_MAKE(3u, 20)
#define SECOND 100000000ull /* instructions */

/* sh asked fs to read; it took 2,500 instructions and failed. */
static struct entry request(void)
{
    struct fs_read read = {.fd = 3, .grant = 2, .bytes = 512};
    struct entry e = {.number = 7,
                      .event = 40,
                      .time = 2 * SECOND,
                      .kind = ENTRY_REQUEST,
                      .fate = FATE_ANSWERED,
                      .transaction = 92,
                      .parent = 91,
                      .source_name = "sh",
                      .dest_name = "fs",
                      .source = SH,
                      .dest = EP_FS,
                      .latency = 2500,
                      .self = 700,
                      .status = -EIO,
                      .message = {.source = SH, .type = FS_READ}};
    memcpy(e.message.w, &read, sizeof read);
    return e;
}

static struct entry reply(void)
{
    struct entry e = request();
    memset(e.message.w, 0, sizeof e.message.w);
    e.kind = ENTRY_REPLY;
    e.source = EP_FS;
    e.dest = SH;
    strcpy(e.source_name, "fs");
    strcpy(e.dest_name, "sh");
    e.message.type |= MSG_REPLY;
    e.message.status = -EIO;
    return e;
}

static struct entry notice(void)
{
    struct entry e = {.number = 9,
                      .event = 44,
                      .time = 1,
                      .kind = ENTRY_NOTICE,
                      .source = EP_KERNEL,
                      .dest = EP_TTY,
                      .dest_name = "tty",
                      .message = {.type = MSG_NOTIFY, .w = {NOTIFY_CRASH, 5}}};
    return e;
}

static struct entry fork_notice(void)
{
    struct fs_fork fork = {.parent = SH, .child = EP_MAKE(7u, 21)};
    struct entry e = request();
    e.source = EP_PM;
    strcpy(e.source_name, "pm");
    e.message.type = FS_FORK;
    memcpy(e.message.w, &fork, sizeof fork);
    return e;
}

static const char *who(const void *context, endpoint_t ep)
{
    (void)context;
    return ep == EP_MAKE(7u, 21) ? "cat" : NULL;
}

static bool matches(const char *text, struct entry e)
{
    struct filter_error error;
    struct filter *f = filter_compile(text, &error);
    if (!f)
        fail_msg("%s: column %d: %s", text, error.column, error.text);
    filter_resolver(f, who, NULL);
    bool match = filter_match(f, &e);
    filter_free(f);
    return match;
}

#define ALL(wanted, e, ...) all_match((const char *const[]){__VA_ARGS__, NULL}, e, wanted)

static void all_match(const char *const *text, struct entry e, bool wanted)
{
    for (; *text; text++)
        if (matches(*text, e) != wanted)
            fail_msg("%s: should be %s", *text, wanted ? "true" : "false");
}

static void processes(void **state)
{
    (void)state;
    ALL(true, request(), "src==sh", "src==20", "src==20.3", "src==\"sh\"", "src=='sh'", "dst==3",
        "dst==fs", "src!=fs", "src~S", "dst~f", "proc==sh", "proc==fs", "proc!=pm", "proc~h");
    ALL(false, request(), "src==fs", "src==20.4", "src!=sh", "src==21", "src==s", "dst==sh",
        "dst==4", "proc!=fs", "proc!=sh", "proc==pm", "proc~zz", "src==\"20\"");
    ALL(true, notice(), "src==kernel", "src==0", "src!=sh", "dst==tty", "src~KERN");
}

/* As they are printed: fs is the first incarnation, or any; fs#2 the second. */
static void incarnations(void **state)
{
    struct entry first = request(), second = request(), odd = request();
    (void)state;
    first.dest_incarnation = 1;
    second.dest_incarnation = 2;
    strcpy(odd.dest_name, "fs#2");
    ALL(true, first, "dst==fs", "dst==fs#1", "dst!=fs#2", "proc!=fs#2");
    ALL(false, first, "dst==fs#2", "dst==\"fs#2\"", "proc==fs#2", "src==sh#1", "src~sh#1");
    ALL(true, second, "dst==fs", "dst==fs#2", "dst==\"fs#2\"", "proc==fs#2", "dst~FS#2", "dst~'#2'",
        "dst~fs");
    ALL(false, second, "dst==fs#1", "dst==fs#22", "dst==s#2", "dst!=fs#2", "src==sh#2");
    ALL(true, odd, "dst==fs#2", "dst==\"fs#2\"", "dst~'#2'", "dst!=fs");
}

static void types_and_kinds(void **state)
{
    (void)state;
    ALL(true, request(), "type==FS_READ", "type==0x302", "type==770", "type!=FS_WRITE",
        "type>=0x300 && type<0x400", "type~read", "type~FS_", "kind==request", "kind!=reply");
    ALL(false, request(), "type!=FS_READ", "type==FS_WRITE", "type~write", "kind==reply");
    ALL(true, reply(), "type==FS_READ", "type==770", "kind==reply", "src==fs", "type~Read");
    ALL(true, notice(), "kind==notify", "type==MSG_NOTIFY");
    struct entry failed = request(), plain = request();
    failed.kind = ENTRY_FAILED;
    plain.kind = ENTRY_MESSAGE;
    ALL(true, failed, "kind==failed");
    ALL(true, plain, "kind==message");
}

static void outcomes(void **state)
{
    (void)state;
    ALL(true, request(), "status==EIO", "status==-5", "status<0", "status", "err", "err==1",
        "latency==2500", "latency==2.5k", "latency==25us", "latency<=25000ns", "latency",
        "self==700", "self<1k", "!deferred", "!open");
    ALL(false, request(), "status==ENOENT", "status==5", "status>0", "status!=EIO", "!err",
        "latency>2500", "latency<25us", "deferred", "open");
    ALL(true, reply(), "status==EIO", "err", "latency==2500", "self");
    ALL(false, reply(), "open", "!status");
}

static void what_is_not_known_yet_is_false_either_way(void **state)
{
    struct entry open = request();
    (void)state;
    open.fate = FATE_OPEN;
    open.latency = 0;
    ALL(true, open, "open", "!err", "!(latency<1)");
    ALL(false, open, "err", "err==0", "status==EIO", "status!=EIO", "latency<1000", "latency>=0",
        "self<1000", "deferred==0");
    ALL(false, notice(), "status==0", "latency==0", "open==0");
    open.deferred = true;
    open.latency = 1;
    ALL(true, open, "deferred");
}

static void places(void **state)
{
    (void)state;
    ALL(true, request(), "txn==92", "parent==91", "time==2s", "time==2000ms", "time==200M",
        "time==0.2G", "time>1999.9ms", "event==40", "txn");
    ALL(false, request(), "txn==91", "parent==0", "time<2s", "event!=40", "!txn");
}

static void fields_of_the_message(void **state)
{
    (void)state;
    ALL(true, request(), "fd==3", "fd", "grant>1", "bytes==512", "bytes==0x200", "bytes==01000",
        "bytes<1k", ".bytes>=512", "!sector", "!(sector==3)", "fd!=ENOENT");
    ALL(false, request(), "fd!=3", "fd==-3", "bytes>512", "sector==3", "sector!=3", "sector",
        "sector<1", ".time==5");
    ALL(true, notice(), ".time==5", "time==1", "events>0x7fffffffffffffff",
        "events==0x8000000000000000");
    ALL(true, reply(), ".status==EIO", ".status<0");
    ALL(false, reply(), "fd==3", "bytes==512");
}

static void fields_that_hold_endpoints(void **state)
{
    struct ipc_cycle cycle = {.length = 3, .member = {EP_FS, SH, EP_BLK}};
    struct entry e = fork_notice();
    (void)state;
    ALL(true, e, ".parent==20", ".parent==20.3", "child==cat", "child!=sh", "child~CA", "child",
        "child==21", "parent==91");
    ALL(false, e, ".parent==20.2", "child!=cat", "child==sh", "child<1000", ".parent==91");
    e.message.type = MSG_CYCLE;
    memcpy(e.message.w, &cycle, sizeof cycle);
    ALL(true, e, "member==20", "member==fs", "member!=21", "member~f", "length==3");
    ALL(false, e, "member==21", "member!=fs", "member!=20");
}

static void operations_by_name(void **state)
{
    struct fs_control control = {.fd = 1, .op = FD_SET_FLAGS};
    struct entry e = request();
    (void)state;
    e.message.type = FS_CONTROL;
    memcpy(e.message.w, &control, sizeof control);
    ALL(true, e, "op==FD_SET_FLAGS", "op!=TTY_GET_MODE");
    ALL(false, e, "op==TTY_GET_MODE");
}

static void not_binds_before_and_before_or(void **state)
{
    (void)state;
    ALL(true, request(), "fd==3 || fd==4 && fd==5", "fd==4 && fd==5 || fd==3", "!fd==4",
        "!(fd==4) && fd==3", "! ! fd", "(((fd==3)))", "fd==4||fd==5||fd==3",
        "(fd==3||fd==4)&&(bytes==1||bytes==512)");
    ALL(false, request(), "(fd==3 || fd==4) && fd==5", "!fd==3", "!fd || !bytes",
        "!(fd==3 || fd==4)", "fd==3 && bytes==512 && fd==4", " fd == 3 &&\tfd != 3 ");
}

static void no_filter_matches_everything_and_notes_match_no_filter(void **state)
{
    struct entry note = {.kind = ENTRY_NOTE}, message = request();
    struct filter_error error;
    struct filter *f = filter_compile("!fd", &error);
    (void)state;
    assert_non_null(f);
    assert_false(filter_match(f, &note));
    assert_false(filter_match(f, &message));
    assert_true(filter_match(NULL, &note));
    assert_true(filter_match(NULL, &message));
    filter_free(f);
    filter_free(NULL);
}

static void a_note_of_a_death_shows_under_any_filter(void **state)
{
    struct entry note = {.kind = ENTRY_NOTE}, message = request(), other = reply();
    struct filter_error error;
    struct filter *f = filter_compile("fd==3", &error);
    (void)state;
    note.note.level = NOTE_BAD;
    assert_true(filter_shows(f, &note));
    note.note.level = NOTE_GOOD;
    assert_true(filter_shows(f, &note));
    note.note.level = NOTE_INFO;
    assert_false(filter_shows(f, &note));
    assert_true(filter_shows(NULL, &note));
    assert_true(filter_shows(f, &message));
    assert_false(filter_shows(f, &other));
    filter_free(f);
}

/* ---- mistakes --------------------------------------------------------------------------------- */

static void mistake(const char *text, int column, const char *words)
{
    struct filter_error error;
    struct filter *f = filter_compile(text, &error);
    if (f)
        fail_msg("%s: no mistake was found", text);
    if (error.column != column || strcmp(error.text, words) != 0)
        fail_msg("%s: column %d: %s", text, error.column, error.text);
}

static void mistakes_of_form(void **state)
{
    (void)state;
    mistake("", 1, "the filter is empty");
    mistake("  ", 1, "the filter is empty");
    mistake("src==", 6, "a value is missing behind the comparison");
    mistake("src==sh &&", 11, "a field is missing here");
    mistake("src==sh || && fd", 12, "a field is missing here");
    mistake("(src==sh", 9, "a ) is missing for the ( in column 1");
    mistake("fd==3 && (fd==3 || (fd==4)", 27, "a ) is missing for the ( in column 10");
    mistake("src==sh)", 8, "a ( is missing for this )");
    mistake("src==sh dst==fs", 9, "&& or || is missing here");
    mistake("src==sh and fd", 9, "'and' is written &&");
    mistake("src==sh OR fd", 9, "'OR' is written ||");
    mistake("not fd", 1, "'not' is written !");
    mistake("src=sh", 4, "equal is written ==");
    mistake("fd & 1", 4, "and is written &&");
    mistake("fd | 1", 4, "or is written ||");
    mistake("fd # 1", 4, "this character means nothing here");
    mistake("src==\"sh", 6, "the quote is not closed");
    mistake("src==''", 6, "a name is not empty");
    mistake("1<fd", 1, "a comparison begins with a field, as in latency>1000 or src==sh");
    mistake("1000<latency<2000", 1,
            "a comparison begins with a field, as in latency>1000 or src==sh");
    mistake("fd>1<5", 5, "one comparison at a time: a>1 && a<9");
    mistake("()", 2, "a field is missing here");
}

static void mistakes_of_words(void **state)
{
    (void)state;
    mistake("type==FS_REED", 7, "no message type is called 'FS_REED'; did you mean FS_READ?");
    mistake("type==fs_read", 7, "no message type is called 'fs_read'; did you mean FS_READ?");
    mistake("type==WHATEVER", 7, "no message type is called 'WHATEVER'");
    mistake("fd && lattency>5", 7, "no field is called 'lattency'; did you mean latency?");
    mistake("FS_READ", 1, "FS_READ is a type: write type==FS_READ");
    mistake("FS_REED", 1, "no field is called 'FS_REED'; did you mean type==FS_READ?");
    mistake("reply && err", 1, "reply is a kind: write kind==reply");
    mistake("bites==3", 1, "no field is called 'bites'; did you mean bytes?");
    mistake(".latency==3", 1, "no field is called '.latency'; did you mean latency?");
    mistake("qqqqqq==3", 1, "no field is called 'qqqqqq'");
    mistake("status==ENOENTT", 9, "no error is called 'ENOENTT'; did you mean ENOENT?");
    mistake("status==sh", 9, "no error is called 'sh'");
    mistake("fd==sh", 5, "'fd' is a number, and 'sh' is none");
    mistake("fd==TTY_DRAIN", 5, "'fd' is a number, and 'TTY_DRAIN' is none");
    mistake("fd==ENOENTT", 5, "no error is called 'ENOENTT'; did you mean ENOENT?");
    mistake("fd && parent==7x", 15, "a number, perhaps with k, M or G, belongs here");
    mistake("process==fs#2", 10, "a message does not say which incarnation 'process' is: try fs");
    mistake("kind==replay", 7, "no kind is called 'replay'; did you mean reply?");
    mistake("kind==5", 7, "a kind is request, reply, message, notify or failed");
    mistake("op==FD_SET_FLAG", 5,
            "no operation is called 'FD_SET_FLAG'; did you mean FD_SET_FLAGS?");
    mistake("src", 1, "'src' alone says nothing: compare it, as in src==...");
    mistake("fd && type", 7, "'type' alone says nothing: compare it, as in type==...");
    mistake("fd~3", 3, "~ looks into names, and 'fd' is none");
    mistake("src<sh", 4, "'src' is no number: compare with == or !=");
    mistake("kind>=reply", 5, "'kind' is no number: compare with == or !=");
    mistake("src==1x", 6, "a process is a name, in quotes if it is an odd one, or 3 or 16.1");
    mistake("src==999", 6, "a process is a name, in quotes if it is an odd one, or 3 or 16.1");
    mistake("src==abcdefghijklmnopqrstuvwxyzabcdefghij", 6, "no name is as long as this");
}

static void mistakes_of_numbers(void **state)
{
    (void)state;
    mistake("bytes>12ms", 7, "a number, perhaps with k, M or G, belongs here");
    mistake("bytes>many", 7, "a number, perhaps with k, M or G, belongs here");
    mistake("latency>12m", 9, "a number, perhaps with k, M, G, ns, us, ms or s, belongs here");
    mistake("latency>0x", 9, "a number, perhaps with k, M, G, ns, us, ms or s, belongs here");
    mistake("latency>0xk", 9, "a number, perhaps with k, M, G, ns, us, ms or s, belongs here");
    mistake("latency>1..5s", 9, "a number, perhaps with k, M, G, ns, us, ms or s, belongs here");
    mistake("txn==18446744073709551616", 6, "the number is too big");
    mistake("txn==99999999999999999999999999999999999999999999999", 6, "the number is too big");
    mistake("time>1000000000000s", 6, "the number is too big");
    assert_false(matches("txn==18446744073709551615", request()));
}

static void a_filter_has_an_end(void **state)
{
    char text[2 * FILTER_MAX];
    struct filter_error error;
    (void)state;
    memset(text, '(', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_null(filter_compile(text, &error));
    assert_int_equal(error.column, FILTER_MAX + 1);
    text[FILTER_MAX] = '\0'; /* as deep as it gets */
    assert_null(filter_compile(text, &error));
    assert_int_equal(error.column, FILTER_MAX + 1);
    memset(text, '!', FILTER_MAX - 2);
    strcpy(text + FILTER_MAX - 2, "fd");
    assert_true(matches(text, request()));
}

/* Seeded: pieces of the language in any order. Whatever compiles may be asked; a mistake is inside the text. */
static void any_text_is_a_filter_or_a_mistake(void **state)
{
    static const char *const piece[] = {"src",
                                        "dst",
                                        "proc",
                                        "type",
                                        "kind",
                                        "status",
                                        "err",
                                        "latency",
                                        "fd",
                                        ".time",
                                        "child",
                                        "op",
                                        "==",
                                        "!=",
                                        "<",
                                        "<=",
                                        ">",
                                        ">=",
                                        "~",
                                        "&&",
                                        "||",
                                        "!",
                                        "(",
                                        ")",
                                        "sh",
                                        "fs",
                                        "3",
                                        "16.1",
                                        "12ms",
                                        "0x",
                                        "-",
                                        "-4",
                                        "1.5k",
                                        "\"",
                                        "'",
                                        "FS_READ",
                                        "ENOENT",
                                        "reply",
                                        " ",
                                        "\xff",
                                        "9999999999999999999999",
                                        "member"};
    struct entry entry[] = {request(), reply(), notice(), fork_notice()};
    unsigned compiled = 0;
    (void)state;
    srand(11);
    for (int i = 0; i < 200000; i++) {
        char text[200] = "";
        struct filter_error error;
        for (int n = rand() % 10; n > 0; n--)
            strcat(text, piece[(size_t)rand() % (sizeof piece / sizeof piece[0])]);
        struct filter *f = filter_compile(text, &error);
        compiled += f != NULL;
        if (f)
            filter_match(f, &entry[rand() % 4]);
        else if (error.column < 1 || error.column > (int)strlen(text) + 1 || !error.text[0])
            fail_msg("%s: column %d: %s", text, error.column, error.text);
        filter_free(f);
    }
    assert_true(compiled > 1000);
}

/* The first name in the filter that no process has had; "" if there is none. */
static const char *stranger(const struct roster *r, const char *text)
{
    static char name[32];
    struct filter_error error;
    struct filter *f = filter_compile(text, &error);
    const char *found = f ? roster_stranger(r, f) : "no filter";
    snprintf(name, sizeof name, "%s", found ? found : "");
    filter_free(f);
    return name;
}

static void strangers(void **state)
{
    static struct roster r;
    struct event e = {.kind = EVENT_SPAWN, .name = "fs"};
    (void)state;
    roster_event(&r, &e);
    roster_event(&r, &e);
    assert_int_equal(r.names, 1);
    strcpy(e.name, "sh");
    e.kind = EVENT_EXIT; /* is no coming */
    roster_event(&r, &e);
    assert_string_equal(stranger(&r, "src==fs && dst==sh"), "sh");
    e.kind = EVENT_EXEC;
    roster_event(&r, &e);
    assert_string_equal(stranger(&r, "src==fs && dst==sh"), "");
    assert_string_equal(stranger(&r, "dst==fs#2 || src==any || src==kernel || src==17 || src~q"),
                        "");
    assert_string_equal(stranger(&r, "!(proc!=fss)"), "fss");
    assert_string_equal(stranger(&r, "dst==s"), "s");
    assert_string_equal(stranger(&r, "src==sh && writer==fs#"), "fs#");
    for (int i = 0; i < ROSTER_NAMES; i++) {
        snprintf(e.name, sizeof e.name, "p%d", i);
        roster_event(&r, &e);
    }
    assert_string_equal(stranger(&r, "src==fss"), ""); /* who knows? */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processes),
        cmocka_unit_test(strangers),
        cmocka_unit_test(incarnations),
        cmocka_unit_test(types_and_kinds),
        cmocka_unit_test(outcomes),
        cmocka_unit_test(what_is_not_known_yet_is_false_either_way),
        cmocka_unit_test(places),
        cmocka_unit_test(fields_of_the_message),
        cmocka_unit_test(fields_that_hold_endpoints),
        cmocka_unit_test(operations_by_name),
        cmocka_unit_test(not_binds_before_and_before_or),
        cmocka_unit_test(no_filter_matches_everything_and_notes_match_no_filter),
        cmocka_unit_test(a_note_of_a_death_shows_under_any_filter),
        cmocka_unit_test(mistakes_of_form),
        cmocka_unit_test(mistakes_of_words),
        cmocka_unit_test(mistakes_of_numbers),
        cmocka_unit_test(a_filter_has_an_end),
        cmocka_unit_test(any_text_is_a_filter_or_a_mistake),
    };
    return RUN_SUITE("model_filter", tests);
}
