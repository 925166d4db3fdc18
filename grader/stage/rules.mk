# The guest's side of the grader: one program, the actor, as every boot module of a stage; and the stage's table of rights.

STAGE_MODS        := $(patsubst %,$(B)/stage/%.mod,rs pm fs tty blk kv)
STAGE_KERNEL_OBJS := $(B)/guest/grader/stage/policy.o
STAGE_DEFS        := -DCLOCK_TICK=200

$(B)/stage/actor: $(B)/guest/grader/stage/actor.o lib/user.ld
	$(link_user)
$(B)/stage/actor.mod: $(B)/stage/actor
	$(Q)$(CROSS)strip -o $@ $<
$(STAGE_MODS): $(B)/stage/actor.mod
	$(Q)cp $< $@

# The host knows the actor's text, and where its ecall is.
$(B)/gen/actor.inc: $(B)/stage/actor
	@mkdir -p $(@D)
	$(Q)$(CROSS)objcopy -O binary -j .text $< $@.text && \
	{ $(CROSS)nm $< | awk '/ actor_call$$/ { print "#define ACTOR_CALL 0x" $$1 } / actor_buffer$$/ { print "#define ACTOR_BUFFER_AT 0x" $$1 }'; \
	  printf '#define ACTOR_WORDS'; od -An -v -tx4 $@.text | sed 's/\([0-9a-f]\{8\}\)/0x\1,/g' | tr -d '\n'; echo; } >$@; \
	rm -f $@.text
$(H)/host/grader/engine/observe.o: $(B)/gen/actor.inc

# Two stages for the engine's own tests: with the tree's kernel and no module but actors, and with the tree's TTY.
STAGE_TREE := $(patsubst kernel/%,$(B)/stage/kernel/%.o,$(basename $(filter-out kernel/modules.S kernel/policy.c,$(KERNEL_SRC))))
$(B)/stage/tree.elf: $(B)/stage/modules.o
$(B)/stage/tree-tty.elf: $(B)/stage/modules-tty.o
$(B)/stage/tree.elf $(B)/stage/tree-tty.elf: $(STAGE_TREE) $(STAGE_KERNEL_OBJS) kernel/kernel.ld
	$(Q)$(GCC) $(GUEST_LDFLAGS) -T kernel/kernel.ld -o $@ $(filter %.o,$^)
$(B)/stage/modules-tty.o: grader/stage/modules.S $(STAGE_MODS) $(B)/servers/tty.mod
	@mkdir -p $(B)/stage/tty && cp $(B)/servers/tty.mod $(B)/stage/tty
	$(Q)$(GCC) $(GUEST_CFLAGS) -Wa,-I$(B)/stage/tty -Wa,-I$(B)/stage -c -o $@ $<
