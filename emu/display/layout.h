/*
 * Places: where in the picture a process is. Services, and the kernel below them, have places of their own; programs stand in rows above
 * them, in the first place that was free, and keep it. When there are many, all places become smaller, in steps.
 */
#ifndef EMU_DISPLAY_LAYOUT_H
#define EMU_DISPLAY_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <courier/endpoint.h>

#define LAYOUT_STEPS    4
#define LAYOUT_PROGRAMS 44 /* places for programs in the last step */
#define LAYOUT_NODES    (NSERVICES + LAYOUT_PROGRAMS)

/* In parts of a unit (shape.h): a rectangle, and the heights of the letters in it. */
struct place {
    int x, y, w, h; /* x, y: the middle */
    int name, state;
};

/* Nodes are numbered: a service by its slot, 0 the kernel; a program from NSERVICES on by its place. False: there is no
 * place for it. */
bool layout_place(unsigned node, unsigned step, struct place *p);

/* The first step in which so many program places fit, and how many places a step has. */
unsigned layout_step(unsigned programs);
unsigned layout_capacity(unsigned step);

/* The way from node to node: straight, or around the programs in between. */
#define PATH_POINTS 4
struct path {
    int count;
    int x[PATH_POINTS], y[PATH_POINTS];
    int length;
};
void layout_path(unsigned from, unsigned to, unsigned step, struct path *path);

/* The point `at` along the path, and the direction there, of length UNIT. */
void path_point(const struct path *path, int at, int *x, int *y, int *dx, int *dy);

#endif
