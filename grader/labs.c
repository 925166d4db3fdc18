/* The labs of this tree: whichever lab/NAME/lab.c exist, each with a `lab_NAME`, as build/gen/labs.inc lists them. */
#include "grader/lab.h"

#include <string.h>

#define LAB(name) extern const struct lab lab_##name;
#include "gen/labs.inc"
#undef LAB

#define LAB(name) &lab_##name,
const struct lab *const lab_list[] = {
#include "gen/labs.inc"
};
const size_t lab_count = sizeof lab_list / sizeof lab_list[0];

const struct lab *lab_find(const char *name)
{
    for (size_t i = 0; i < lab_count; i++)
        if (strcmp(lab_list[i]->name, name) == 0)
            return lab_list[i];
    return NULL;
}
