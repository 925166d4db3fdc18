# One ELF for each tests/conformance/cases/SUBJECT.c, for the suite that runs them here and on QEMU.
CONF       := tests/conformance
CONF_CASES := $(patsubst $(CONF)/cases/%.c,$(B)/conformance/%,$(wildcard $(CONF)/cases/*.c))
CONF_OBJS  := $(call guestobj,$(addprefix $(CONF)/,entry.S guest.c space.c))

$(CONF_CASES): $(B)/conformance/%: $(B)/guest/$(CONF)/cases/%.o $(CONF_OBJS) $(CONF)/guest.ld
	@mkdir -p $(@D)
	$(Q)$(GCC) $(GUEST_LDFLAGS) -T $(CONF)/guest.ld -o $@ $(filter %.o,$^)

TEST_DEPS += $(CONF_CASES)
.SECONDARY: $(CONF_OBJS) $(call guestobj,$(wildcard $(CONF)/cases/*.c))
every-object: $(CONF_OBJS) $(call guestobj,$(wildcard $(CONF)/cases/*.c))
