# Programs for the suite that runs them here and on QEMU, all in build/conformance: one for each
# tests/conformance/cases/SUBJECT.c, and ten of random programs, twenty seeds each.
CONF        := tests/conformance
CONF_COMMON := $(addprefix $(CONF)/,entry.S guest.c space.c)
CONF_CASES  := $(wildcard $(CONF)/cases/*.c)
CONF_RANDOM := $(CONF)/random/program.c
CONF_GEN    := $(CONF)/random/gen.c $(CONF)/random/groups.c
CONF_SEEDS  := 0 20 40 60 80 100 120 140 160 180
CONF_COUNT  := 20
CONF_ELFS   := $(CONF_CASES:$(CONF)/cases/%.c=$(B)/conformance/%) \
               $(CONF_SEEDS:%=$(B)/conformance/random-%)
CONF_OBJS   := $(call guestobj,$(CONF_COMMON) $(CONF_CASES) $(CONF_RANDOM)) \
               $(call hostobj,$(CONF_GEN))

define conformance_program
	@mkdir -p $(@D)
	$(Q)$(GCC) $(GUEST_LDFLAGS) -T $(CONF)/guest.ld -o $@ $(filter %.o,$^)
endef
$(B)/conformance/%: $(B)/guest/$(CONF)/cases/%.o $(call guestobj,$(CONF_COMMON)) $(CONF)/guest.ld
	$(conformance_program)
$(B)/conformance/random-%: $(B)/gen/random-%.o $(call guestobj,$(CONF_COMMON) $(CONF_RANDOM)) $(CONF)/guest.ld
	$(conformance_program)

$(B)/gen/random-%.o: $(B)/gen/random-%.S
	$(Q)$(GCC) $(GUEST_ARCH) -c -o $@ $<
$(B)/gen/random-%.S: $(H)/conformance-gen
	@mkdir -p $(@D)
	$(Q)$(H)/conformance-gen $* $(CONF_COUNT) >$@
$(H)/conformance-gen: $(call hostobj,$(CONF_GEN))
	$(Q)$(CC) $(SANFLAGS) -o $@ $^

TEST_DEPS += $(CONF_ELFS)
every-object: $(CONF_OBJS)
.SECONDARY: $(CONF_OBJS) $(CONF_SEEDS:%=$(B)/gen/random-%.o) $(CONF_SEEDS:%=$(B)/gen/random-%.S)
