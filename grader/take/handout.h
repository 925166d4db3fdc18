/* `grade __strip LAB`: what tools/handout asks for each file that has markers. */
#ifndef GRADER_HANDOUT_H
#define GRADER_HANDOUT_H

/* Copies stdin to stdout as the lab's students get it (marker.h). An exit status; if it is not 0, a line on stderr. */
int handout_strip_command(int argc, char **argv);

#endif
