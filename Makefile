# Courier: one Makefile for host, guest and tests. `make help` lists the goals.
#
#   build/courier       the emulator, a host program
#   build/courier.elf   kernel and boot servers, one guest image
#   build/disk.img      a MINIX v3 file system with the programs in /bin
#
# Objects keep their source's path: build/host/emu/main.o, build/guest/kernel/ipc.o.
# They depend on their headers (-MMD), and on a stamp that changes when their flags do.

B := build
# REGIONS=0: state regions record nothing, to measure what recording costs (docs/recovery.md). A server's death then shows.
ifeq ($(REGIONS),0)
B := build/unrecorded
endif
# A student's tree says here which lab it is for.
-include lab.mk
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- tools --------------------------------------------------------------------------------------

ifndef CROSS
CROSS   := $(shell for p in riscv64-unknown-elf- riscv64-elf- riscv64-linux-gnu-; do \
                   command -v $${p}gcc >/dev/null 2>&1 && echo $$p && exit; done)
endif
GCC     := $(CROSS)gcc
WARN    := -std=c17 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
DEPGEN   = -MMD -MP
CLANG_FORMAT ?= clang-format
# A command shows only what it makes; V=1 shows it whole.
Q        = $(if $(V),,@echo '  $@' && )

# The way from a target's directory back to the root, as in `../..`: an rpath that survives a move.
space   := $() $()
to_root  = $(subst $(space),/,$(patsubst %,..,$(subst /, ,$(@D))))

# Unicorn: one's own (UNICORN_PREFIX=), else the copy that tools/setup unpacked, else the system's.
-include .deps/unicorn.mk
ifdef UNICORN_PREFIX
UC_ROOT  := $(abspath $(UNICORN_PREFIX))
UC_DIR   := $(patsubst %/,%,$(dir $(firstword $(wildcard $(foreach d,lib lib64 lib/*, \
                $(foreach e,so dylib a,$(UC_ROOT)/$(d)/libunicorn.$(e)))))))
UC_CFLAGS := -I$(UC_ROOT)/include
UC_LIBS   := -L$(UC_DIR) -Wl,-rpath,$(UC_DIR) -lunicorn
else ifdef UNICORN_DEPS_LIB
UC_CFLAGS := -I$(UNICORN_DEPS_INCLUDE)
UC_LIBS    = -L$(UNICORN_DEPS_LIB) -Wl,-rpath,'$$ORIGIN/$(to_root)/$(UNICORN_DEPS_LIB)' -lunicorn
else
UC_CFLAGS := $(shell pkg-config --cflags unicorn 2>/dev/null)
UC_LIBS   := $(or $(shell pkg-config --libs unicorn 2>/dev/null),-lunicorn)
endif

# The lecture view: a window through SDL2, pictures through libpng.
SDL_CFLAGS  := $(shell pkg-config --cflags sdl2 libpng 2>/dev/null)
SDL_LIBS    := $(or $(shell pkg-config --libs sdl2 libpng 2>/dev/null),-lSDL2 -lpng)

CURSES_LIBS := $(or $(shell pkg-config --libs ncursesw 2>/dev/null),-lncursesw -ltinfo)

# SAN=1 builds the host side with sanitizers, in a directory of its own.
ifdef SAN
H       := $(B)/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
H       := $(B)
SANFLAGS :=
endif

HOST_CFLAGS  := -O2 -g $(WARN) -D_GNU_SOURCE -Iinclude -I. -I$(B) $(UC_CFLAGS) $(SDL_CFLAGS) $(SANFLAGS)
HOST_LIBS     = $(UC_LIBS) -lfdt -ljansson -larchive $(CURSES_LIBS) $(SDL_LIBS) -lpthread -lm

# No compressed instructions: the emulator counts instructions as bytes / 4 (docs/board.md).
GUEST_ARCH   := -march=rv64ima_zicsr_zifencei -mabi=lp64 -mcmodel=medany
GUEST_CFLAGS := -O2 -g $(WARN) $(GUEST_ARCH) -ffreestanding -fno-pic -fno-common \
                -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
                -ffunction-sections -fdata-sections -Iinclude -I.
ifeq ($(REGIONS),0)
GUEST_CFLAGS += -DREGIONS_UNRECORDED
endif
USER_CFLAGS  := $(GUEST_CFLAGS) -Ilib/include
GUEST_LDFLAGS := $(GUEST_ARCH) -nostdlib -static -Wl,--gc-sections -Wl,-z,max-page-size=4096 \
                 -Wl,--build-id=none -Wl,--no-warn-rwx-segments

# ---- what is built --------------------------------------------------------------------------------

hostobj  = $(patsubst %.c,$(H)/host/%.o,$(1))
guestobj = $(patsubst %.S,$(B)/guest/%.o,$(patsubst %.c,$(B)/guest/%.o,$(1)))

SERVERS      := rs pm fs tty blk
LIB_SRC      := $(wildcard lib/*.c lib/*.S)
SRVLIB_SRC   := $(wildcard servers/lib/*.c) servers/lib/seal.S
KERNEL_SRC   := $(wildcard kernel/*.S kernel/*.c)
FSCORE_SRC   := $(wildcard servers/fs/core/*.c)
EMU_SRC      := $(wildcard emu/*.c emu/*/*.c)
GRADER_SRC   := $(filter-out grader/kit/% grader/stage/%,$(wildcard grader/*.c grader/*/*.c)) $(wildcard lab/*/*.c)
# A program is user/NAME.c, or every file of user/NAME/; user/root/ is copied to the disk as it is.
PROGS_ONE    := $(patsubst user/%.c,%,$(wildcard user/*.c))
PROGS_DIR    := $(filter-out root,$(patsubst user/%/,%,$(wildcard user/*/)))
PROGS        := $(PROGS_ONE) $(PROGS_DIR)
PROG_ELFS    := $(PROGS:%=$(B)/bin/%)
HOST_TESTS   := $(patsubst tests/host/%.c,$(H)/tests/%,$(wildcard tests/host/*.c))
# Attacks are fragments, as their authors would write them.
SOURCES      := $(filter-out grader/attacks/%,$(sort $(shell find emu grader include kernel lab lib servers tests tools user -name '*.[chS]' 2>/dev/null)))

all: $(H)/courier $(B)/courier.elf $(B)/disk.img $(B)/courier.lua $(H)/grade $(B)/kit/complete $(if $(SAN),,compile_commands.json) ## build everything

# The emulator reads disks with the file server's own core, to compare them.
$(H)/courier: $(call hostobj,$(EMU_SRC) $(FSCORE_SRC)) $(B)/sources
	$(Q)$(CC) $(SANFLAGS) -o $@ $(filter %.o,$^) $(HOST_LIBS)

$(H)/mkdisk: $(call hostobj,tools/mkdisk.c $(FSCORE_SRC)) $(B)/sources
	$(Q)$(CC) $(SANFLAGS) -o $@ $(filter %.o,$^)

$(H)/trace-open: $(call hostobj,tools/trace-open.c) $(H)/libemu.a
	$(Q)$(CC) $(SANFLAGS) -o $@ $^ $(HOST_LIBS)

$(H)/grade: $(call hostobj,grader/main.c) $(H)/libgrader.a $(H)/libemu.a $(H)/libfscore.a
	$(Q)$(CC) $(SANFLAGS) -Wl,--as-needed -o $@.$(PROCESS) $^ $(HOST_LIBS) && chmod a+rx $@.$(PROCESS) && mv $@.$(PROCESS) $@

# What the host's unit tests link: the emulator without its main, and the file system's core.
$(H)/libemu.a: $(call hostobj,$(filter-out emu/main.c,$(EMU_SRC))) $(B)/sources
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(H)/libfscore.a: $(call hostobj,$(FSCORE_SRC)) $(B)/sources
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
# Labs have files of the same names, so members are appended (q), not replaced.
$(H)/libgrader.a: $(call hostobj,$(filter-out grader/main.c,$(GRADER_SRC))) $(B)/sources
	$(Q)rm -f $@ && $(AR) qcs $@ $(filter %.o,$^)

$(B)/liblib.a: $(call guestobj,$(LIB_SRC)) $(B)/sources
	$(Q)rm -f $@ && $(CROSS)ar rcs $@ $(filter %.o,$^)
$(B)/libserver.a: $(call guestobj,$(SRVLIB_SRC)) $(B)/sources
	$(Q)rm -f $@ && $(CROSS)ar rcs $@ $(filter %.o,$^)

# Programs and servers share one link rule: lib/user.ld puts them at USER_BASE, W^X. build/user and
# build/servers keep the symbols, for gdb; the disk (build/bin) and the kernel image (.mod) do without.
define link_user
	@mkdir -p $(@D)
	$(Q)$(GCC) $(GUEST_LDFLAGS) -T lib/user.ld -o $@ $(filter %.o %.a,$^)
endef

define program
$(B)/user/$(1): $(call guestobj,$(2)) $(B)/guest/lib/crt0.o $(B)/liblib.a lib/user.ld
	$$(link_user)
$(B)/bin/$(1): $(B)/user/$(1)
	@mkdir -p $$(@D)
	$$(Q)$(CROSS)strip -o $$@ $$<
endef
$(foreach p,$(PROGS_ONE),$(eval $(call program,$(p),user/$(p).c)))
$(foreach p,$(PROGS_DIR),$(eval $(call program,$(p),$(wildcard user/$(p)/*.c))))

define server
$(B)/servers/$(1): $(call guestobj,$(wildcard servers/$(1)/*.c servers/$(1)/core/*.c)) \
                   $(B)/guest/servers/lib/start.o $(B)/libserver.a $(B)/liblib.a lib/user.ld
	$$(link_user)
$(B)/servers/$(1).mod: $(B)/servers/$(1)
	$$(Q)$(CROSS)strip -o $$@ $$<
endef
$(foreach s,$(SERVERS),$(eval $(call server,$(s))))

$(B)/guest/kernel/modules.o: $(SERVERS:%=$(B)/servers/%.mod)
$(B)/courier.elf: $(call guestobj,$(KERNEL_SRC)) kernel/kernel.ld $(B)/sources
	$(Q)$(GCC) $(GUEST_LDFLAGS) -T kernel/kernel.ld -o $@ $(filter %.o,$^)

$(B)/disk.img: $(H)/mkdisk $(PROG_ELFS) $(shell find user/root) $(B)/sources
	$(Q)$(H)/mkdisk -o $@ --root user/root $(PROG_ELFS)

# The grader's parts.
include $(firstword $(wildcard grader/kit/rules.mk grader/stage/rules.mk))

# ---- tests ----------------------------------------------------------------------------------------
#
# A suite is a program whose last line is `N passed, N failed`: every tests/host/NAME.c (cmocka) and
# every script below. To add one is to add its file; what a folder's suites need built besides goes
# to TEST_DEPS in tests/FOLDER/rules.mk. tests/run says how suites are run, tests/lib.sh helps to write them.

SUITES    := $(HOST_TESTS) $(sort $(wildcard $(foreach d,host conformance guest e2e tui grader,tests/$(d)/*.sh)))
TEST_DEPS := all $(HOST_TESTS)
include $(wildcard tests/*/rules.mk)

$(HOST_TESTS): $(H)/tests/%: $(H)/host/tests/host/%.o $(H)/libgrader.a $(H)/libemu.a $(H)/libfscore.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(SANFLAGS) -o $@ $^ $(HOST_LIBS) -lcmocka

# The fuzzer of what opens trace files: libFuzzer, which is part of clang. Rings and tables are small, so that inputs fill them.
FUZZ_SECONDS ?= 60
FUZZ_FLAGS   := -std=c17 -g -O1 -D_GNU_SOURCE -Iinclude -I. -I$(B) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
                -DSTREAM_ENTRIES=256 -DTRANSACTIONS=64 -DMARKS=8 -DMARK_BYTES=4096 -DSTRIDE=16
FUZZ_SRC     := $(wildcard tests/fuzz/*.c emu/model/*.[ch] emu/trace/*.h) $(addprefix emu/trace/,$(addsuffix .c,describe names pairing pcapng probes reader record))
$(B)/fuzz/trace_reader: $(FUZZ_SRC) $(B)/gen/protocol.inc $(B)/sources
	@mkdir -p $(@D)
	$(Q)clang $(FUZZ_FLAGS) -o $@ $(filter %.c,$^) -lm

# ---- generated --------------------------------------------------------------------------------------

# Message types, fields, calls and errors by name, for the trace and the dashboard.
PROTOCOL_H := $(addprefix include/courier/,message.h errno.h syscall.h) \
              $(sort $(wildcard include/courier/protocol/*.h))
$(B)/gen/protocol.inc: tools/gen-protocol $(PROTOCOL_H) $(B)/sources
	@mkdir -p $(@D)
	$(Q)tools/gen-protocol $(filter %.h,$^) >$@
$(H)/host/emu/trace/names.o: $(B)/gen/protocol.inc

# The same for Wireshark, and the dissector that uses it, packed into one file that can be installed.
$(B)/gen/protocol.lua: tools/gen-protocol $(PROTOCOL_H) $(B)/sources
	@mkdir -p $(@D)
	$(Q)tools/gen-protocol language=lua $(filter %.h,$^) >$@
$(B)/courier.lua: $(B)/gen/protocol.lua $(patsubst %,tools/wireshark/%.lua,words state fields dissector)
	$(Q)cat $^ >$@

# ---- objects --------------------------------------------------------------------------------------

$(H)/host/%.o: %.c $(H)/host.flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(HOST_CFLAGS) $(DEPGEN) -c -o $@ $<

$(B)/guest/kernel/%.o: kernel/%.c $(B)/guest.flags
	@mkdir -p $(@D)
	$(Q)$(GCC) $(GUEST_CFLAGS) $(DEPGEN) -c -o $@ $<
$(B)/guest/kernel/%.o: kernel/%.S $(B)/guest.flags
	@mkdir -p $(@D)
	$(Q)$(GCC) $(GUEST_CFLAGS) -Wa,-I$(B)/servers $(DEPGEN) -c -o $@ $<
$(B)/guest/%.o: %.c $(B)/guest.flags
	@mkdir -p $(@D)
	$(Q)$(GCC) $(USER_CFLAGS) $(DEPGEN) -c -o $@ $<
$(B)/guest/%.o: %.S $(B)/guest.flags
	@mkdir -p $(@D)
	$(Q)$(GCC) $(USER_CFLAGS) $(DEPGEN) -c -o $@ $<

# A stamp is a file that is written only when its text changes: new flags rebuild the objects, a
# source that comes or goes links again. The first is the check that the tools are there at all.
define stamp
	@mkdir -p $(@D); text='$(subst ','\'',$(1))'; \
	if [ "$$text" != "$$(cat $@ 2>/dev/null)" ]; then $(2) printf '%s\n' "$$text" >$@; fi
endef
$(B)/tools: force
	$(call stamp,$(CC) $(GCC) $(UC_CFLAGS),tools/setup check || exit 1;)
$(H)/host.flags: force | $(B)/tools
	$(call stamp,$(CC) $(HOST_CFLAGS) $(HOST_LIBS))
$(B)/guest.flags: force | $(B)/tools
	$(call stamp,$(GCC) $(USER_CFLAGS) $(GUEST_LDFLAGS))
$(B)/sources: force
	$(call stamp,$(SOURCES))

# For editors and checkers: the compiler's command line for each source, as make itself would run it.
compile_commands.json: $(B)/sources $(H)/host.flags $(B)/guest.flags Makefile tools/compile-commands
	@$(MAKE) --no-print-directory -Bn V=1 every-object | tools/compile-commands >$@.new && mv $@.new $@
.PHONY: every-object
every-object: $(call hostobj,$(filter-out grader/stage/% grader/kit/%,$(filter emu/%.c grader/%.c lab/%.c tools/%.c servers/fs/core/%.c tests/host/%.c,$(SOURCES)))) \
    $(call guestobj,$(filter $(foreach d,grader/stage kernel lib servers user,$(d)/%.c $(d)/%.S),$(SOURCES)))

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- goals ----------------------------------------------------------------------------------------

.PHONY: all run demo-crash test run-tests test-setup sweep soak fuzz bench lines format check-format clean distclean help force
JOBS = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN))

run: ## set up what is missing, build, start (without a terminal: the tour, as text)
	@tools/setup run
	@$(MAKE) --no-print-directory $(JOBS) all
	@$(if $(LAB),lab/boots $(H)/courier '$(LAB_FILES)',true) && \
	if [ -t 0 ] && [ -t 1 ]; then $(H)/courier run || true; \
	else exec $(H)/courier tour --text </dev/null; fi

demo-crash: ## a show: a large file is copied while FS, BLK and PM are killed again and again
	@tools/setup run
	@$(MAKE) --no-print-directory $(JOBS) all
	@exec $(H)/courier tour --show tour/demo/crash.tour

test: ## set up what is missing for tests, build, run every suite (T='uart tui': some; SAN=1: sanitizers)
	@tools/setup test
	@$(MAKE) --no-print-directory $(JOBS) run-tests
run-tests: $(TEST_DEPS)
	@BUILD=$(B) COURIER=$(H)/courier MKDISK=$(H)/mkdisk SAN=$(SAN) CROSS=$(CROSS) \
	    tests/run $(H)/test-logs '$(T)' $(SUITES)

test-setup: ## prove both commands in a fresh Debian 12 and 13 (root, debootstrap, a network)
	@tests/setup/fresh-debian.sh

sweep: all ## every server fails at every message of the workloads, 10,000 bits flip, the power fails; a table, and build/sweep.json
	@$(H)/courier sweep $(patsubst %,--workload %,$(wildcard tests/workloads/*.txt)) \
	    --kind crash --kind hang --kind bitflip --kind powercut --report $(B)/sweep.json
soak: all ## an hour of virtual time in which a random server is killed every 10 ms (SOAK_MINUTES=60); build/soak.json
	@$(H)/courier soak --minutes $(SOAK_MINUTES) --report $(B)/soak.json
SOAK_MINUTES ?= 60

fuzz: all $(B)/fuzz/trace_reader ## fuzz the reader of traces (clang; FUZZ_SECONDS=60)
	@tests/fuzz/run $(B) $(FUZZ_SECONDS)

lines: ## count the kernel's lines of code, fail above the limit
	@tools/lines kernel 2500

bench: all $(H)/trace-open ## measure: messages, processes, files, boot, QEMU, traces, recoveries; a table, and build/bench.json
	@$(MAKE) --no-print-directory REGIONS=0 build/unrecorded/courier.elf
	@tools/bench $(B) build/unrecorded

FORMATTED = $(filter %.c %.h,$(SOURCES))
format: ## lay the sources out with clang-format
	$(CLANG_FORMAT) -i $(FORMATTED)
check-format: ## say which sources clang-format would change
	@$(CLANG_FORMAT) --dry-run -Werror $(FORMATTED)

clean: ## remove what was built
	rm -rf $(B) compile_commands.json
distclean: clean ## remove that, and what set-up unpacked
	rm -rf .deps

include $(wildcard lab/*.mk)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16
