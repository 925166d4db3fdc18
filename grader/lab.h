/*
 * A lab, as the grader knows it: which files a student hands in, what is built from them, and the cases. lab/NAME/lab.c
 * defines one of these; public.c and hidden.c beside it define the cases.
 */
#ifndef GRADER_LAB_H
#define GRADER_LAB_H

#include <stddef.h>

struct grade_case;

enum lab_part {
    LAB_KERNEL, /* the files are parts of the kernel */
    LAB_SERVER  /* ... of one boot module: `module` */
};

struct lab_file {
    const char *
        path; /* in the tree: "kernel/ipc.c". A submission may also have it under its last name alone */
    enum lab_part part; /* headers have the part of what includes them */
};

struct lab {
    const char *name;  /* "rendezvous" */
    const char *title; /* "Lab 1: Rendezvous" */
    const struct lab_file *files;
    size_t nfiles;
    const char *module; /* the student's boot module ("tty", "kv"), or NULL */
    const struct grade_case *const *public_cases;
    size_t npublic;
    const struct grade_case *const *hidden_cases; /* none in a student's tree */
    size_t nhidden;
};

/* All labs of this tree, in the order of their numbers. */
extern const struct lab *const lab_list[];
extern const size_t lab_count;

/* NULL: there is no lab of that name. */
const struct lab *lab_find(const char *name);

#endif
