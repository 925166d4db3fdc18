/*
 * The sandbox of a run shows this program, the libraries that it has loaded, and one image. What the guest may do to the
 * emulator, it finds there no other student's work, no tool chain, no network and no file to write to.
 */
#include "grader/sandbox/stage.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/compile/compile.h"
#include "grader/base/file.h"
#include "grader/compile/kit.h"
#include "grader/report/report.h"
#include "grader/sandbox/sandbox.h"
#include "grader/base/words.h"

#define LIBRARIES 120
#define PLACES    (LIBRARIES + 8)

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SPACE 0 /* it maps terabytes */
#else
#define ADDRESS_SPACE (16ull << 30) /* the emulator's translations are mapped generously */
#endif

static const struct sandbox_limits limits = {.cpu_seconds = 600,
                                             .wall_seconds = 900,
                                             .processes = 32,
                                             .address_space = ADDRESS_SPACE,
                                             .memory = 4ull << 30,
                                             .file = 256u << 20,
                                             .output = 16u << 20};

/* ---- what it sees -------------------------------------------------------------------------------------------- */

struct shown {
    struct sandbox_bind bind[PLACES];
    size_t n;
    struct words names; /* that the binds point to */
};

static void show(struct shown *s, const char *from, const char *to, bool writable)
{
    words_add(&s->names, "%s", from);
    words_add(&s->names, "%s", to);
    if (s->n == PLACES || s->names.failed)
        s->names.failed = true;
    else
        s->bind[s->n++] = (struct sandbox_bind){.writable = writable};
}

/* One object in memory: the program has a loader, by its path; all others are libraries. */
static int show_object(struct dl_phdr_info *info, size_t size, void *arg)
{
    struct shown *s = arg;
    const char *slash = strrchr(info->dlpi_name, '/');
    char to[300];

    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_INTERP) {
            const char *loader = (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
            show(s, loader, loader, false);
        }
    if (!slash || strlen(slash) > 250)
        return 0; /* the program, or what the kernel maps */
    snprintf(to, sizeof to, "/lib%s", slash);
    show(s, info->dlpi_name, to, false);
    return 0;
}

static bool show_all(struct shown *s, const char *program, const char *directory, bool trace)
{
    char path[KIT_PATH + 64];

    show(s, program, "/grade", false);
    dl_iterate_phdr(show_object, s);
    snprintf(path, sizeof path, "%s/" COMPILE_IMAGE, directory);
    show(s, path, "/case/image.elf", false);
    snprintf(path, sizeof path, "%s/out", directory);
    if (trace)
        show(s, path, "/trace", true);
    /* Only now do the names stay where they are. */
    for (size_t i = 0; !s->names.failed && i < s->n; i++) {
        s->bind[i].from = s->names.word[2 * i];
        s->bind[i].to = s->names.word[2 * i + 1];
    }
    return !s->names.failed;
}

/* ---- what it is asked ------------------------------------------------------------------------------------------ */

static struct words command(const struct grade_options *o, const char *directory)
{
    struct words w = {.n = 0};

    words_add(&w, "%s", o->sandbox ? "/grade" : "/proc/self/exe");
    words_add(&w, "__stage");
    if (o->sandbox)
        words_add(&w, "/case/image.elf");
    else
        words_add(&w, "%s/" COMPILE_IMAGE, directory);
    words_add(&w, "%s", o->lab);
    words_add(&w, "%llu", (unsigned long long)o->seed);
    words_add(&w, o->hidden ? "all" : "public");
    if (o->only)
        words_add(&w, "%s", o->only);
    if (o->only && o->trace)
        words_add(&w, "%s/trace.pcapng", o->sandbox ? "/trace" : directory);
    return w;
}

/* ---- what comes of it ------------------------------------------------------------------------------------------ */

static bool read_result(const char *directory, const struct sandbox_outcome *out, struct result *r,
                        char *why, size_t size)
{
    char path[KIT_PATH + 64];

    snprintf(path, sizeof path, "%s/result.json", directory);
    if (!file_write(path, out->output, out->output_bytes)) {
        snprintf(why, size, "no room for the result");
        return false;
    }
    return result_read(path, r, why, size);
}

static bool judge(const char *directory, const struct sandbox_outcome *out, struct result *r,
                  char *why, size_t size)
{
    static const char *const words[] = {[SANDBOX_CPU] = "ten minutes of the processor are over",
                                        [SANDBOX_MEMORY] = "too much memory",
                                        [SANDBOX_PROCESSES] = "too many processes",
                                        [SANDBOX_OUTPUT] = "too much output",
                                        [SANDBOX_WALL] = "a quarter of an hour is over",
                                        [SANDBOX_STOPPED] = "stopped"};
    const char *errors = out->errors ? out->errors : "";

    if (out->end == SANDBOX_EXITED && out->status == 0)
        return read_result(directory, out, r, why, size);
    if (out->end == SANDBOX_EXITED)
        snprintf(why, size, "the run of the cases ended with status %d: %.*s", out->status,
                 (int)strcspn(errors, "\n"), errors);
    else if (out->end == SANDBOX_CANNOT)
        snprintf(why, size, "no sandbox for the cases: %s", out->error);
    else
        snprintf(why, size, "the run of the cases was stopped: %s", words[out->end]);
    return false;
}

/* Copies the trace to where it is wanted. */
static bool take_trace(const struct grade_options *o, const char *directory, char *why, size_t size)
{
    char path[KIT_PATH + 64];
    size_t bytes;

    snprintf(path, sizeof path, "%s/%strace.pcapng", directory, o->sandbox ? "out/" : "");
    char *text = file_read(path, limits.file, &bytes);
    bool good = text && file_write(o->trace, text, bytes);
    if (!good)
        snprintf(why, size, "%s: the trace cannot be kept", o->trace);
    free(text);
    return good;
}

/* The program that the sandbox shows: this one, or the copy of it that was made before another took its place. */
static bool find_program(const struct grade_options *o, char path[KIT_PATH], char *why, size_t size)
{
    bool found = true;
    if (o->grader)
        snprintf(path, KIT_PATH, "%s/grade", o->grader);
    else if (o->sandbox)
        found = kit_program(path);
    if (!found)
        snprintf(why, size, "this program was replaced while it ran; grade again");
    return found;
}

bool stage_run(const struct grade_options *options, const char *kit, const char *directory,
               struct result *r, char *why, size_t size)
{
    static struct shown shown;
    struct sandbox_outcome out;
    char program[KIT_PATH] = "", confine[KIT_PATH + 16];
    bool trace = options->only && options->trace;

    shown = (struct shown){.n = 0};
    if (!find_program(options, program, why, size))
        return false;
    if (!show_all(&shown, program, directory, trace)) {
        words_free(&shown.names);
        snprintf(why, size, "no memory");
        return false;
    }
    snprintf(confine, sizeof confine, "%s/confine", kit);
    struct words w = command(options, directory);
    struct sandbox_job job = {.argv = (const char *const *)w.word,
                              .binds = shown.bind,
                              .nbinds = shown.n,
                              .libraries = "/lib",
                              .confine = confine,
                              .limits = limits,
                              .open = !options->sandbox};
    sandbox_run(&job, &out);
    words_free(&w);
    words_free(&shown.names);
    bool good = judge(directory, &out, r, why, size);
    sandbox_free(&out);
    if (good && trace && !take_trace(options, directory, why, size)) {
        result_free(r);
        good = false;
    }
    return good;
}
