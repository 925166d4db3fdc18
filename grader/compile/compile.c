/* Compile, check, link: the three steps, each with a command line that no student can change. */
#include "grader/compile/compile.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/clean.h"
#include "grader/compile/diagnostic.h"
#include "grader/base/file.h"
#include "grader/compile/kit.h"
#include "grader/compile/object.h"
#include "grader/sandbox/sandbox.h"
#include "grader/take/tree.h"
#include "grader/base/words.h"

#define OBJECT_BYTES (32u << 20)
#define PLACES       64 /* that the sandbox shows */

static const struct sandbox_limits limits = {.cpu_seconds = 20,
                                             .wall_seconds = 120,
                                             .processes = 16,
                                             .address_space = 1u << 30,
                                             .memory = 1u << 30,
                                             .file = OBJECT_BYTES,
                                             .output = 256 << 10};

struct build {
    const struct compile_job *job;
    enum compile_status status;
    char *message;
    char confine[KIT_PATH];
    char src[KIT_PATH], out[KIT_PATH], kit[KIT_PATH]; /* as the tools see them */
    char host_src[KIT_PATH], host_out[KIT_PATH];      /* as we do */
    char **toolchain, **gcc;
};

/* ---- how it ends -------------------------------------------------------------------------------------------- */

static bool fail(struct build *b, enum compile_status status, const char *about, const char *why)
{
    char line[1024];
    snprintf(line, sizeof line, "%s%s%s", about, *about ? ": " : "", why);
    free(b->message);
    b->message = clean_text(line);
    b->status = status;
    return false;
}

static bool cannot(struct build *b, const char *why)
{
    return fail(b, COMPILE_CANNOT, "", why);
}

/* What a tool said, under a line of ours if it did not end by itself. */
static bool refuse(struct build *b, const struct sandbox_outcome *o, const char *note)
{
    free(b->message);
    b->message = diagnostic_trim(o->errors, note);
    b->status = COMPILE_FAILED;
    return false;
}

static bool judge(struct build *b, const struct sandbox_outcome *o)
{
    switch (o->end) {
    case SANDBOX_EXITED:
        return o->status == 0 || refuse(b, o, NULL);
    case SANDBOX_CPU:
        return refuse(b, o, "the compiler was stopped: it took more than 20 s of the processor");
    case SANDBOX_MEMORY:
        return refuse(b, o, "the compiler was stopped: it took more than 1 GiB of memory");
    case SANDBOX_PROCESSES:
        return refuse(b, o, "the compiler was stopped: it started too many processes");
    case SANDBOX_OUTPUT:
        return refuse(b, o, "the compiler was stopped: it had too much to say");
    case SANDBOX_WALL:
        return cannot(b, "the compiler was stopped: it took more than two minutes");
    case SANDBOX_STOPPED:
        return cannot(b, "stopped");
    default:
        return cannot(b, o->error);
    }
}

/* ---- running a tool ------------------------------------------------------------------------------------------ */

static size_t places(struct build *b, struct sandbox_bind *bind, bool with_kit)
{
    size_t n = 0;
    for (char **path = b->toolchain; *path && n < PLACES; path++)
        bind[n++] = (struct sandbox_bind){*path, *path, false};
    bind[n++] = (struct sandbox_bind){b->host_src, "/src", false};
    bind[n++] = (struct sandbox_bind){b->host_out, "/out", true};
    if (with_kit)
        bind[n++] = (struct sandbox_bind){b->job->kit, "/kit", false};
    return n;
}

/* The words are used up. */
static bool run(struct build *b, struct words *w, bool with_kit)
{
    struct sandbox_bind bind[PLACES + 3];
    struct sandbox_job job = {.argv = (const char *const *)w->word,
                              .binds = bind,
                              .nbinds = places(b, bind, with_kit),
                              .directory = b->src,
                              .scratch = b->out,
                              .confine = b->confine,
                              .limits = limits,
                              .open = !b->job->sandbox};
    struct sandbox_outcome o;

    if (w->failed) {
        words_free(w);
        return b->status == COMPILE_CANNOT ? false : cannot(b, "no memory");
    }
    sandbox_run(&job, &o);
    bool good = judge(b, &o);
    sandbox_free(&o);
    words_free(w);
    return good;
}

/* gcc, and a file of the kit with its flags. */
static struct words command(struct build *b, const char *flags)
{
    struct words w = {.n = 0};
    char **lines = kit_lines(b->job->kit, flags);

    words_add(&w, "%s", b->gcc[0]);
    if (!lines)
        cannot(b, "the kit is not whole; `make` makes it anew");
    words_add_all(&w, lines);
    kit_free_lines(lines);
    return w;
}

/* ---- one file -------------------------------------------------------------------------------------------------- */

static bool is_source(const char *path)
{
    size_t n = strlen(path);
    return n > 2 && path[n - 2] == '.' && (path[n - 1] == 'c' || path[n - 1] == 'S');
}

/* kernel/ipc.c: kernel-ipc.o */
static void object_name(const char *path, char name[256])
{
    snprintf(name, 256, "%s", path);
    for (char *c = name; *c; c++)
        if (*c == '/')
            *c = '-';
    name[strlen(name) - 1] = 'o';
}

static bool check(struct build *b, const char *path, const char *object)
{
    char at[KIT_PATH + 300], why[200];
    size_t size;

    snprintf(at, sizeof at, "%s/%s", b->host_out, object);
    char *bytes = file_read(at, OBJECT_BYTES, &size);
    if (!bytes)
        return cannot(b, "the compiler's output cannot be read");
    bool good = object_check(bytes, size, why, sizeof why);
    free(bytes);
    return good || fail(b, COMPILE_FAILED, path, why);
}

static bool compile_file(struct build *b, const struct lab_file *file)
{
    char object[256];
    struct words w = command(b, file->part == LAB_KERNEL ? "kernel.flags" : "user.flags");

    object_name(file->path, object);
    words_add(&w, "-fno-function-sections"); /* a function boot() is not what .text.boot is for */
    words_add(&w, "-fno-data-sections");
    words_add(&w, "-pipe");
    words_add(&w, "-fmax-errors=20");
    words_add(&w, "-fdiagnostics-color=never");
    words_add(&w, "-ffile-prefix-map=%s=/src", b->src);
    words_add(&w, "-c");
    words_add(&w, "-o");
    words_add(&w, "%s/%s", b->out, object);
    words_add(&w, "%s", file->path);
    return run(b, &w, false) && check(b, file->path, object);
}

/* ---- the links -------------------------------------------------------------------------------------------------- */

/* Does the student hand in the source of this object of the part? */
static bool is_students(const struct build *b, enum lab_part part, const char *object)
{
    size_t stem = strlen(object) - 2;
    for (size_t i = 0; i < b->job->lab->nfiles; i++) {
        const struct lab_file *f = &b->job->lab->files[i];
        const char *slash = strrchr(f->path, '/'), *last = slash ? slash + 1 : f->path;
        if (f->part == part && is_source(last) && strlen(last) == stem + 2 &&
            strncmp(last, object, stem) == 0)
            return true;
    }
    return false;
}

static int is_object(const struct dirent *e)
{
    size_t n = strlen(e->d_name);
    return n > 2 && strcmp(e->d_name + n - 2, ".o") == 0;
}

/* The kit's objects of a folder, but for those that the student writes; in an order that is always the same. */
static void add_pristine(struct build *b, struct words *w, enum lab_part part, const char *folder)
{
    char path[KIT_PATH + 64];
    struct dirent **found;

    snprintf(path, sizeof path, "%s/%s", b->job->kit, folder);
    int n = scandir(path, &found, is_object, alphasort);
    for (int i = 0; i < n; i++) {
        if (!is_students(b, part, found[i]->d_name))
            words_add(w, "%s/%s/%s", b->kit, folder, found[i]->d_name);
        free(found[i]);
    }
    if (n >= 0)
        free(found);
}

static void add_students(struct build *b, struct words *w, enum lab_part part)
{
    char object[256];
    for (size_t i = 0; i < b->job->lab->nfiles; i++) {
        const struct lab_file *f = &b->job->lab->files[i];
        if (f->part != part || !is_source(f->path))
            continue;
        object_name(f->path, object);
        words_add(w, "%s/%s", b->out, object);
    }
}

/* The student's boot module, and the assembly that holds it beside the trusted ones. */
static bool link_module(struct build *b, const char *module)
{
    char folder[128];
    struct words w = command(b, "link.flags");

    snprintf(folder, sizeof folder, "servers/%s", module);
    words_add(&w, "-Wl,-s");
    words_add(&w, "-T%s/user.ld", b->kit);
    words_add(&w, "-o");
    words_add(&w, "%s/%s.mod", b->out, module);
    words_add(&w, "%s/lib/start.o", b->kit);
    add_pristine(b, &w, LAB_SERVER, folder);
    add_students(b, &w, LAB_SERVER);
    words_add(&w, "%s/lib/libserver.a", b->kit);
    words_add(&w, "%s/lib/liblib.a", b->kit);
    if (!run(b, &w, true))
        return false;

    w = command(b, "kernel.flags");
    words_add(&w, "-Wa,-I%s,-I%s/modules", b->out, b->kit);
    words_add(&w, "-c");
    words_add(&w, "-o");
    words_add(&w, "%s/modules.o", b->out);
    words_add(&w, "%s/modules.S", b->kit);
    return run(b, &w, true);
}

static bool link_image(struct build *b)
{
    struct words w = command(b, "link.flags");

    words_add(&w, "-T%s/kernel.ld", b->kit);
    words_add(&w, "-o");
    words_add(&w, "%s/image.elf", b->out);
    add_pristine(b, &w, LAB_KERNEL, "kernel");
    words_add(&w, "%s/modules.o", b->job->lab->module ? b->out : b->kit);
    add_students(b, &w, LAB_KERNEL);
    return run(b, &w, true);
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static bool build_all(struct build *b)
{
    const struct lab *lab = b->job->lab;

    for (size_t i = 0; i < lab->nfiles; i++)
        if (is_source(lab->files[i].path) && !compile_file(b, &lab->files[i]))
            return false;
    return (!lab->module || link_module(b, lab->module)) && link_image(b);
}

enum compile_status compile_submission(const struct compile_job *job, char **message)
{
    static struct build b; /* its paths are long */
    char why[300];

    b = (struct build){.job = job,
                       .toolchain = kit_lines(job->kit, "toolchain"),
                       .gcc = kit_lines(job->kit, "gcc")};
    snprintf(b.host_src, sizeof b.host_src, "%s/src", job->directory);
    snprintf(b.host_out, sizeof b.host_out, "%s/out", job->directory);
    snprintf(b.confine, sizeof b.confine, "%s/confine", job->kit);
    snprintf(b.src, sizeof b.src, "%s", job->sandbox ? "/src" : b.host_src);
    snprintf(b.out, sizeof b.out, "%s", job->sandbox ? "/out" : b.host_out);
    snprintf(b.kit, sizeof b.kit, "%s", job->sandbox ? "/kit" : job->kit);
    if (!b.toolchain || !b.gcc || !b.gcc[0])
        cannot(&b, "the kit is not whole; `make` makes it anew");
    else if (!tree_fill(job->directory, job->kit, job->lab, job->submission, why, sizeof why))
        cannot(&b, why);
    else if (!sandbox_hand_over(b.host_out, !job->sandbox))
        cannot(&b, strerror(errno));
    else if (!build_all(&b) && !kit_stands(job->kit))
        cannot(&b, KIT_GONE); /* what the tools missed is not the student's fault */
    kit_free_lines(b.toolchain);
    kit_free_lines(b.gcc);
    *message = b.message;
    return b.status;
}
