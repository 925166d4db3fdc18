/* See handout.h. */
#include "grader/take/handout.h"

#include <stdio.h>
#include <stdlib.h>
#include "emu/options.h"
#include "grader/base/file.h"
#include "grader/take/marker.h"

#define SOURCE_BYTES (16u << 20)

static int complain(int status, const char *why)
{
    fprintf(stderr, "grade: %s\n", why);
    return status;
}

int handout_strip_command(int argc, char **argv)
{
    char why[200];
    size_t size, stripped_size;

    if (argc != 2)
        return complain(EXIT_USAGE, "__strip LAB <FILE");
    char *text = file_read("/dev/stdin", SOURCE_BYTES, &size);
    if (!text)
        return complain(EXIT_CANNOT, "the text cannot be read");
    char *stripped = marker_strip(text, size, argv[1], &stripped_size, NULL, why, sizeof why);
    free(text);
    if (!stripped)
        return complain(EXIT_CANNOT, why);
    bool written =
        fwrite(stripped, 1, stripped_size, stdout) == stripped_size && fflush(stdout) == 0;
    free(stripped);
    return written ? 0 : complain(EXIT_CANNOT, "the text cannot be written");
}
