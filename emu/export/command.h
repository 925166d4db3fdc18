/* `courier trace summary|show|export|diff`: what a recorded trace says. docs/trace-tools.md. */
#ifndef EMU_EXPORT_COMMAND_H
#define EMU_EXPORT_COMMAND_H

/* `argv[0]` is "trace". Returns the exit status. */
int trace_main(int argc, char **argv);

#endif
