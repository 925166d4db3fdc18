# The kit: what a submission is built with besides the student's own files. Everything in it is pristine, and ready to be linked;
# a submission costs the compilation of its own files and two links.
#
#   gcc, toolchain            the compiler, and what of the system it needs
#   kernel.flags, user.flags, link.flags   its fixed command lines, a word a line
#   headers.tar               every header that guest code may include, at its path
#   kernel/*.o, kernel.ld     the stage's kernel; modules.o, or modules.S and modules/*.mod with a student's module
#   servers/NAME/*.o, lib/, user.ld        for a lab whose student writes one of the boot modules
#   confine                   the last step into the sandbox
#   root                      the way back to the tree

include grader/stage/rules.mk
KIT := $(B)/kit
# Programs and kits that somebody may be using are made beside their place, by each make for itself, and then put there.
PROCESS := $(shell echo $$(date +%s).$$PPID)
KIT_NEW := $(KIT).$(PROCESS)

# The stage has another clock tick, so its kernel is compiled anew. Warnings do not fail a submission. In a student's tree the
# student's own files are not part of the kit, and so need not compile for it.
STAGE_CFLAGS := $(GUEST_CFLAGS) $(STAGE_DEFS)
KIT_KERNEL   := $(patsubst kernel/%,$(B)/stage/kernel/%.o,$(basename $(filter-out \
                    kernel/modules.S $(LAB_FILES) $(STAGE_KERNEL_OBJS:$(B)/guest/grader/stage/%.o=kernel/%.c),$(KERNEL_SRC))))
KIT_SERVERS  := $(filter-out $(B)/guest/servers/lib/% $(call guestobj,$(LAB_FILES)),$(call guestobj,$(wildcard servers/*/*.c servers/*/core/*.c)))
KIT_LIB      := $(B)/guest/servers/lib/start.o $(B)/libserver.a $(B)/liblib.a
KIT_HEADERS  := $(sort $(shell find include kernel lib/include servers -name '*.h'))
KIT_FILES    := $(KIT_KERNEL) $(STAGE_KERNEL_OBJS) $(STAGE_MODS) $(KIT_SERVERS) $(KIT_LIB) $(B)/stage/modules.o \
                kernel/kernel.ld lib/user.ld grader/stage/modules.S grader/kit/toolchain grader/kit/put $(B)/confine

$(B)/stage/kernel/%.o: kernel/%.c $(B)/guest.flags
	@mkdir -p $(@D)
	$(Q)$(GCC) $(STAGE_CFLAGS) $(DEPGEN) -c -o $@ $<
$(B)/stage/kernel/%.o: kernel/%.S $(B)/guest.flags
	@mkdir -p $(@D)
	$(Q)$(GCC) $(STAGE_CFLAGS) $(DEPGEN) -c -o $@ $<
$(B)/stage/modules.o: grader/stage/modules.S $(STAGE_MODS) $(B)/guest.flags
	$(Q)$(GCC) $(STAGE_CFLAGS) -Wa,-I$(B)/stage -c -o $@ $<

$(B)/confine: grader/kit/confine.c $(H)/host.flags
	$(Q)$(CC) -O2 $(WARN) -D_GNU_SOURCE -o $@ $<

# The same headers give the same archive, whoever makes it when.
define headers_tar
tar -cf $(KIT_NEW)/headers.tar --format=ustar --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rw,go=r $(KIT_HEADERS)
endef
words_to = printf '%s\n' $(1) >$(KIT_NEW)/$(2)

$(KIT)/complete: $(KIT_FILES) $(KIT_HEADERS) grader/kit/rules.mk $(B)/guest.flags $(B)/sources
	@rm -rf $(KIT_NEW) && mkdir -p $(KIT_NEW)/kernel $(KIT_NEW)/modules $(KIT_NEW)/lib
	@cp $(KIT_KERNEL) $(STAGE_KERNEL_OBJS) $(KIT_NEW)/kernel
	@cp $(STAGE_MODS) $(KIT_NEW)/modules
	@cp $(KIT_LIB) $(KIT_NEW)/lib
	@cp kernel/kernel.ld lib/user.ld grader/stage/modules.S $(B)/stage/modules.o $(KIT_NEW)
	@for o in $(KIT_SERVERS:$(B)/guest/servers/%=%); do \
	    mkdir -p $(KIT_NEW)/servers/$${o%%/*} && cp $(B)/guest/servers/$$o $(KIT_NEW)/servers/$${o%%/*} || exit 1; done
	@cp $(B)/confine $(KIT_NEW)
	@$(headers_tar)
	@$(call words_to,$(filter-out -Werror,$(STAGE_CFLAGS)),kernel.flags)
	@$(call words_to,$(filter-out -Werror,$(USER_CFLAGS)),user.flags)
	@$(call words_to,$(GUEST_LDFLAGS),link.flags)
	@$(call words_to,$(patsubst %,..,$(subst /, ,$(KIT))),root)
	@command -v $(GCC) >$(KIT_NEW)/gcc
	@grader/kit/toolchain $(GCC) >$(KIT_NEW)/toolchain
	$(Q)touch $(KIT_NEW)/complete && chmod -R a+rX $(KIT_NEW) && grader/kit/put $(KIT_NEW) $(KIT)

# lab_list[] is made from the labs that are there, in the order of the numbers in their titles; a student's tree has one.
LABS := $(shell grep -Ho '"Lab [0-9]*:' lab/*/lab.c | sort -t '"' -k 2V | sed 's|^lab/\(.*\)/lab.c:.*|\1|')
$(B)/gen/labs.inc: $(B)/sources grader/kit/rules.mk $(LABS:%=lab/%/lab.c)
	@mkdir -p $(@D)
	$(Q)printf 'LAB(%s)\n' $(subst -,_,$(LABS)) >$@
$(H)/host/grader/labs.o: $(B)/gen/labs.inc
