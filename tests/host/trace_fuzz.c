// The fuzzer's target (tests/fuzz) without a fuzzer: with the inputs that once broke something, and
// with traces that are damaged here and there, the same ones every time.
#include <dirent.h>
#include "suite.h"
#include "trace_events.h"
#include "tests/fuzz/trace_reader.c"

#define INPUTS "tests/fuzz/inputs"
#define ROUNDS 150

static void run_file(const char *name)
{
    char path[300];
    static uint8_t bytes[1 << 16];
    snprintf(path, sizeof path, INPUTS "/%s", name);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t size = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    LLVMFuzzerTestOneInput(bytes, size);
}

static void what_broke_once(void **state)
{
    (void)state;
    DIR *d = opendir(INPUTS);
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d)) != NULL;)
        if (*entry->d_name != '.')
            run_file(entry->d_name);
    closedir(d);
}

// A file of some events.
static size_t make_trace(struct events *s, uint8_t *out, unsigned events)
{
    size_t n = pcapng_header(out);
    for (unsigned i = 0; i < events; i++) {
        struct event e = events_any(s);
        n += pcapng_packet(out + n, &e);
    }
    return n + pcapng_statistics(out + n, events, s->time);
}

static void damaged_traces(void **state)
{
    (void)state;
    struct events s = {.random = 77};
    static uint8_t bytes[1 << 15];
    for (unsigned round = 0; round < ROUNDS; round++) {
        s.time = s.number = 0;
        size_t size = make_trace(&s, bytes, 100);
        for (unsigned i = 0; i < round % 8; i++)
            bytes[events_random(&s) % size] ^= (uint8_t)events_random(&s);
        LLVMFuzzerTestOneInput(bytes, size - events_random(&s) % 2 * (events_random(&s) % size));
    }
}

static void random_records(void **state)
{
    (void)state;
    struct events s = {.random = 78};
    static uint8_t bytes[1 << 15];
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t size = events_random(&s) % sizeof bytes;
        events_fill(&s, bytes, size);
        LLVMFuzzerTestOneInput(bytes, size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_broke_once),
        cmocka_unit_test(damaged_traces),
        cmocka_unit_test(random_records),
    };
    return RUN_SUITE("trace_fuzz", tests);
}
