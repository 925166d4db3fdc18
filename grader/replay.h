/* `grade replay`: a case of a result once more, with every event recorded, in the dashboard at the event that broke the rule. */
#ifndef GRADER_REPLAY_H
#define GRADER_REPLAY_H

/* The command, with its arguments from `replay` on: an exit status, after one line on stderr if it is not 0. */
int replay_command(int argc, char **argv);

#endif
