/* The sandbox: what a program in it sees, and what becomes of one that will not end. */
#include "suite.h"
#include <arpa/inet.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/sandbox/sandbox.h"

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SPACE 0 /* this program maps terabytes itself */
#else
#define ADDRESS_SPACE (1ull << 30)
#endif

/* The programs of the system, and this one. */
static struct sandbox_bind shown[] = {{"/usr", "/usr", false},
                                      {"/bin", "/bin", false},
                                      {"/lib", "/lib", false},
                                      {NULL, NULL, false},
                                      {"/lib64", "/lib64", false}};

/* Where this program has libraries of its own from: there is no /proc in the sandbox to find them by. */
static int find_libraries(struct dl_phdr_info *info, size_t size, void *arg)
{
    char *directory = arg;
    const char *slash = strrchr(info->dlpi_name, '/');
    (void)size;
    if (slash && strstr(slash, "libunicorn"))
        snprintf(directory, 4096, "%.*s", (int)(slash - info->dlpi_name), info->dlpi_name);
    return 0;
}

static struct sandbox_job shell(const char *const *argv)
{
    static char here[4096], libraries[4096];
    assert_non_null(getcwd(here, sizeof here));
    dl_iterate_phdr(find_libraries, libraries);
    shown[3].from = shown[3].to = here;
    return (struct sandbox_job){.argv = argv,
                                .binds = shown,
                                .nbinds = access("/lib64", F_OK) == 0 ? 5 : 4,
                                .confine = "build/kit/confine",
                                .libraries = *libraries ? libraries : NULL,
                                .limits = {.cpu_seconds = 20,
                                           .wall_seconds = 60,
                                           .processes = 20,
                                           .address_space = ADDRESS_SPACE,
                                           .memory = 1ull << 30,
                                           .file = 1 << 20,
                                           .output = 1 << 16}};
}

/* Runs a line of shell; `change` may narrow the limits first. */
static struct sandbox_outcome run(const char *line, void (*change)(struct sandbox_job *))
{
    const char *const argv[4] = {"/bin/sh", "-c", line, NULL};
    struct sandbox_job job = shell(argv);
    struct sandbox_outcome o;

    if (change)
        change(&job);
    sandbox_run(&job, &o);
    return o;
}

/* Runs this program with other arguments. */
static struct sandbox_outcome run_self(const char *arguments, void (*change)(struct sandbox_job *))
{
    char self[4096] = "", line[5000];
    assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
    snprintf(line, sizeof line, "exec '%s' %s", self, arguments);
    return run(line, change);
}

static void expect_end(const char *line, void (*change)(struct sandbox_job *), enum sandbox_end end)
{
    struct sandbox_outcome o = run(line, change);
    if (o.end != end)
        fail_msg("%s: ended as %d, status %d: %s", line, (int)o.end, o.status,
                 o.errors ? o.errors : "");
    sandbox_free(&o);
}

static void without_walls(struct sandbox_job *job)
{
    job->open = true;
}

static void gives_what_it_said(void **state)
{
    (void)state;
    struct sandbox_outcome o = run("echo out; echo err >&2; exit 7", NULL);
    assert_int_equal(o.end, SANDBOX_EXITED);
    assert_int_equal(o.status, 7);
    assert_string_equal(o.output, "out\n");
    assert_string_equal(o.errors, "err\n");
    assert_int_equal(o.output_bytes, 4);
    sandbox_free(&o);
    o = run("kill -9 $$", NULL);
    assert_int_equal(o.status, 128 + SIGKILL);
    sandbox_free(&o);
}

static void has_an_empty_environment(void **state)
{
    (void)state;
    setenv("SECRET", "known", 1);
    for (int open = 0; open < 2; open++) {
        struct sandbox_outcome o = run("echo \"<$SECRET$HOME>\"", open ? without_walls : NULL);
        assert_string_equal(o.output, "<>\n");
        sandbox_free(&o);
    }
}

/* ---- walls ------------------------------------------------------------------------------------- */

static char directory[] = "/tmp/courier-sandbox.XXXXXX";

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* Of two files one is shown. */
static void narrow(struct sandbox_job *job)
{
    static char file[128];
    snprintf(file, sizeof file, "%s/shown", directory);
    shown[3].from = file;
    shown[3].to = "/given/one";
    (void)job;
}

static void shows_only_what_is_given(void **state)
{
    (void)state;
    char line[256];
    assert_non_null(mkdtemp(directory));
    write_file("shown", "for all to see\n");
    write_file("hidden", "a hidden case\n");
    snprintf(line, sizeof line,
             "cat /given/one; cat %s/hidden; ls /tmp /proc /etc; ls -A / | tr '\\n' ' '",
             directory);
    struct sandbox_outcome o = run(line, narrow);
    assert_string_equal(o.output, access("/lib64", F_OK) == 0
                                      ? "for all to see\nbin confine given lib lib64 usr "
                                      : "for all to see\nbin confine given lib usr ");
    sandbox_free(&o);
    o = run("echo x >/given/one; echo x >/usr/x; echo rc=$?", narrow);
    assert_string_equal(o.output, "rc=2\n");
    sandbox_free(&o);
}

static void has_no_network(void **state)
{
    (void)state;
    char arguments[64];
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(listener, (struct sockaddr *)&a, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &size), 0);
    snprintf(arguments, sizeof arguments, "--connect %d", ntohs(a.sin_port));
    struct sandbox_outcome o = run_self(arguments, without_walls);
    assert_string_equal(o.output, "connected\n");
    sandbox_free(&o);
    o = run_self(arguments, NULL);
    assert_string_equal(o.output, "no way\n");
    sandbox_free(&o);
    close(listener);
}

static _Noreturn void connect_to(const char *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)atoi(port)),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    puts(s >= 0 && connect(s, (struct sockaddr *)&a, sizeof a) == 0 ? "connected" : "no way");
    fflush(stdout);
    _exit(0); /* nothing else of this program: a sanitizer has its own way to end */
}

/* ---- limits ------------------------------------------------------------------------------------ */

static void one_cpu_second(struct sandbox_job *job)
{
    job->limits.cpu_seconds = 1;
}

static void one_second(struct sandbox_job *job)
{
    job->limits.wall_seconds = 1;
}

static void only_counted(struct sandbox_job *job)
{
    job->confine = NULL;
}

static void one_second_without_walls(struct sandbox_job *job)
{
    job->limits.wall_seconds = 1;
    job->open = true;
}

static void little_memory(struct sandbox_job *job)
{
    job->limits.address_space = job->limits.memory = 64 << 20;
}

static void ends_what_does_not_end(void **state)
{
    (void)state;
    expect_end("while :; do :; done", one_cpu_second, SANDBOX_CPU);
    expect_end("sleep 100", one_second, SANDBOX_WALL);
    expect_end("sleep 100", one_second_without_walls, SANDBOX_WALL);
    expect_end("exec >&- 2>&-; sleep 100", one_second, SANDBOX_WALL);
    expect_end("yes", NULL, SANDBOX_OUTPUT);
    expect_end("yes >&2", NULL, SANDBOX_OUTPUT);
}

/* Two seconds of the processor in eight processes of a quarter each. */
static void adds_up_the_processes(void **state)
{
    (void)state;
    expect_end("while :; do sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'; done",
               one_cpu_second, SANDBOX_CPU);
}

static void counts_the_processes(void **state)
{
    static const char many[] = "s() { sleep 50; }; s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s|s";
    (void)state;
    expect_end(many, only_counted, SANDBOX_PROCESSES);
    expect_end(many, without_walls, SANDBOX_PROCESSES);
}

/* Starts processes until there can be no more of them, and says how many there were. */
static _Noreturn void start_many(void)
{
    int n = 1;
    for (pid_t pid; n < 100 && (pid = fork()) >= 0; n++)
        if (pid == 0) {
            pause();
            _exit(0);
        }
    printf("%d\n", n);
    fflush(stdout);
    kill(0, SIGKILL);
    _exit(0);
}

/* The kernel itself ends a fork bomb, however fast it is; and another sandbox does not feel it. */
static void stops_a_fork_bomb(void **state)
{
    (void)state;
    struct sandbox_outcome o = run_self("--start-many", NULL);
    if (o.end == SANDBOX_EXITED)
        assert_in_range(atoi(o.output), 19, 20); /* bubblewrap's own may be of the same user */
    else
        assert_int_equal(o.end, SANDBOX_PROCESSES);
    sandbox_free(&o);
    o = run("bomb() { bomb | bomb; }; bomb", NULL);
    assert_true(o.end == SANDBOX_EXITED || o.end == SANDBOX_PROCESSES);
    sandbox_free(&o);
}

static void bounds_memory_and_files(void **state)
{
    (void)state;
    /* One process gets no more; many together are ended. */
    struct sandbox_outcome o = run("x=0123456789abcdef; while :; do x=$x$x; done", little_memory);
    assert_int_equal(o.end, SANDBOX_EXITED);
    assert_int_not_equal(o.status, 0);
    sandbox_free(&o);
    expect_end("hog() { x=$(printf %8000000s x); y=$x$x$x; sleep 20; }; hog | hog | hog | hog",
               little_memory, SANDBOX_MEMORY);

    char line[256];
    snprintf(line, sizeof line, "cd %s && /usr/bin/printf %%4000000s x >big; wc -c <big",
             directory);
    o = run(line, without_walls);
    assert_int_equal(atoi(o.output), 1 << 20);
    sandbox_free(&o);
    snprintf(line, sizeof line, "rm -r %s", directory);
    assert_int_equal(system(line), 0);
}

/* Its child has closed all it could be known by. */
static _Noreturn void linger(void)
{
    if (fork() == 0) {
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        execlp("sleep", "sleep", "91827", (char *)NULL);
        _exit(1);
    }
    usleep(200000);
    _exit(3);
}

static bool lingers(void)
{
    return system("pgrep -f '^sleep 91827' >/dev/null") == 0;
}

static void leaves_nobody_behind(void **state)
{
    (void)state;
    for (int open = 0; open < 2; open++) {
        struct sandbox_outcome o = run_self("--linger", open ? without_walls : NULL);
        assert_int_equal(o.status, 3);
        sandbox_free(&o);
        for (int tries = 0; tries < 100 && lingers(); tries++)
            usleep(20000);
        assert_false(lingers());
    }
}

/* ---- what cannot be ----------------------------------------------------------------------------- */

static void says_what_is_missing(void **state)
{
    (void)state;
    char why[200], *path = strdup(getenv("PATH"));
    assert_true(sandbox_works(why, sizeof why));
    setenv("PATH", "/nowhere", 1);
    assert_false(sandbox_works(why, sizeof why));
    assert_string_equal(why, "bubblewrap is not installed");
    setenv("PATH", path, 1);
    free(path);

    const char *const argv[] = {"/nowhere/program", NULL};
    struct sandbox_job job = shell(argv);
    for (int open = 0; open < 2; open++) {
        struct sandbox_outcome o;
        job.open = open;
        sandbox_run(&job, &o);
        assert_int_equal(o.end, SANDBOX_CANNOT);
        assert_non_null(strstr(o.error, "/nowhere/program"));
        sandbox_free(&o);
    }
}

/* Last: there is no way back. */
static void on_alarm(int signal)
{
    (void)signal;
    sandbox_stop();
}

static void stops_when_told(void **state)
{
    (void)state;
    signal(SIGALRM, on_alarm);
    alarm(1);
    expect_end("sleep 100", NULL, SANDBOX_STOPPED);
    expect_end("sleep 100", NULL, SANDBOX_STOPPED);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--connect") == 0)
        connect_to(argv[2]);
    if (argc == 2 && strcmp(argv[1], "--linger") == 0)
        linger();
    if (argc == 2 && strcmp(argv[1], "--start-many") == 0)
        start_many();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_what_it_said),       cmocka_unit_test(has_an_empty_environment),
        cmocka_unit_test(shows_only_what_is_given), cmocka_unit_test(has_no_network),
        cmocka_unit_test(ends_what_does_not_end),   cmocka_unit_test(adds_up_the_processes),
        cmocka_unit_test(counts_the_processes),     cmocka_unit_test(stops_a_fork_bomb),
        cmocka_unit_test(bounds_memory_and_files),  cmocka_unit_test(leaves_nobody_behind),
        cmocka_unit_test(says_what_is_missing),     cmocka_unit_test(stops_when_told),
    };
    return RUN_SUITE("grader_sandbox", tests);
}
