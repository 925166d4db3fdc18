# The parts of servers that are pure enough to run on the host, for the suite of that name.
$(H)/tests/tty_line: $(call hostobj,servers/tty/line.c)
$(H)/tests/pm_exec: $(call hostobj,servers/pm/elf.c servers/pm/arguments.c)
# Stages, for the grader's engine.
$(H)/tests/grader_engine: | $(B)/stage/tree.elf $(B)/stage/tree-tty.elf
