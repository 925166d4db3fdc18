# Courier: one Makefile, no recursion. `make help` lists the goals.
#
#   build/courier       the emulator, a host program
#   build/courier.elf   kernel and boot servers, one guest image
#   build/disk.img      a MINIX v3 file system with the programs in /bin
#
# Objects keep their source's path: build/host/emu/main.o, build/guest/kernel/ipc.o.

B := build
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- tools --------------------------------------------------------------------------------------

CC      ?= cc
CROSS   ?= riscv64-unknown-elf-
GCC     := $(CROSS)gcc
PKGS    := libfdt
WARN    := -std=c17 -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
DEPGEN   = -MMD -MP

# Unicorn: one's own (UNICORN_PREFIX=), else the copy that tools/setup unpacked, else the system's.
-include .deps/unicorn.mk
ifdef UNICORN_PREFIX
UC_CFLAGS := -I$(UNICORN_PREFIX)/include
UC_LIBS   := -L$(UNICORN_PREFIX)/lib -Wl,-rpath,$(UNICORN_PREFIX)/lib -lunicorn
else ifdef UNICORN_DEPS_LIB
UC_CFLAGS := -I$(UNICORN_DEPS_INCLUDE)
UC_LIBS   := -L$(UNICORN_DEPS_LIB) -Wl,-rpath,$(abspath $(UNICORN_DEPS_LIB)) -lunicorn
else
UC_CFLAGS :=
UC_LIBS   := -lunicorn
endif

# SAN=1 builds the host side with sanitizers, in a directory of its own.
ifdef SAN
H       := $(B)/san
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
H       := $(B)
SANFLAGS :=
endif

HOST_CFLAGS  := -O2 -g $(WARN) -D_GNU_SOURCE -Iinclude -I. $(UC_CFLAGS) $(SANFLAGS)
HOST_LIBS    := $(UC_LIBS) -lfdt -lncursesw -ltinfo -lpthread -lm

# No compressed instructions: the emulator counts instructions as bytes / 4 (docs/board.md).
GUEST_ARCH   := -march=rv64ima_zicsr_zifencei -mabi=lp64 -mcmodel=medany
GUEST_CFLAGS := -O2 -g $(WARN) $(GUEST_ARCH) -ffreestanding -fno-pic -fno-common \
                -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns \
                -ffunction-sections -fdata-sections -Iinclude -I.
USER_CFLAGS  := $(GUEST_CFLAGS) -Ilib/include
GUEST_LDFLAGS := $(GUEST_ARCH) -nostdlib -static -Wl,--gc-sections -Wl,-z,max-page-size=4096 \
                 -Wl,--build-id=none -Wl,--no-warn-rwx-segments

# ---- what is built --------------------------------------------------------------------------------

hostobj  = $(patsubst %.c,$(H)/host/%.o,$(1))
guestobj = $(patsubst %.S,$(B)/guest/%.o,$(patsubst %.c,$(B)/guest/%.o,$(1)))

SERVERS      := rs pm fs tty blk
LIB_SRC      := $(wildcard lib/*.c lib/*.S)
SRVLIB_SRC   := $(wildcard servers/lib/*.c)
KERNEL_SRC   := $(wildcard kernel/*.S kernel/*.c)
FSCORE_SRC   := $(wildcard servers/fs/core/*.c)
BOARD_SRC    := $(wildcard emu/board/*.c)
TRACE_SRC    := $(wildcard emu/trace/*.c)
DASH_SRC     := $(wildcard emu/dash/*.c)
EMU_SRC      := $(wildcard emu/*.c) $(BOARD_SRC) $(TRACE_SRC) $(DASH_SRC)
# A program is user/NAME.c, or every file of user/NAME/.
PROGS_ONE    := $(patsubst user/%.c,%,$(wildcard user/*.c))
PROGS_DIR    := $(patsubst user/%/,%,$(wildcard user/*/))
PROGS        := $(PROGS_ONE) $(PROGS_DIR)
PROG_ELFS    := $(PROGS:%=$(B)/bin/%)

all: $(H)/courier $(B)/courier.elf $(B)/disk.img ## build everything

$(H)/courier: $(call hostobj,$(EMU_SRC))
	$(CC) $(SANFLAGS) -o $@ $^ $(HOST_LIBS)

$(H)/mkdisk: $(call hostobj,tools/mkdisk.c $(FSCORE_SRC))
	$(CC) $(SANFLAGS) -o $@ $^

$(B)/liblib.a: $(call guestobj,$(LIB_SRC))
	rm -f $@ && $(CROSS)ar rcs $@ $^
$(B)/libserver.a: $(call guestobj,$(SRVLIB_SRC))
	rm -f $@ && $(CROSS)ar rcs $@ $^

# Programs and servers share one link rule: lib/user.ld puts them at USER_BASE, W^X.
define link_user
	@mkdir -p $(@D)
	$(GCC) $(GUEST_LDFLAGS) -T lib/user.ld -o $@ $(filter %.o %.a,$^) -lgcc
endef

define program
$(B)/bin/$(1): $(call guestobj,$(2)) $(B)/guest/lib/crt0.o $(B)/liblib.a lib/user.ld
	$$(link_user)
endef
$(foreach p,$(PROGS_ONE),$(eval $(call program,$(p),user/$(p).c)))
$(foreach p,$(PROGS_DIR),$(eval $(call program,$(p),$(wildcard user/$(p)/*.c))))

define server
$(B)/servers/$(1): $(call guestobj,$(wildcard servers/$(1)/*.c servers/$(1)/core/*.c)) \
                   $(B)/guest/servers/lib/start.o $(B)/libserver.a $(B)/liblib.a lib/user.ld
	$$(link_user)
$(B)/servers/$(1).mod: $(B)/servers/$(1)
	$(CROSS)strip -o $$@ $$<
endef
$(foreach s,$(SERVERS),$(eval $(call server,$(s))))

$(B)/guest/kernel/modules.o: $(SERVERS:%=$(B)/servers/%.mod)
$(B)/courier.elf: $(call guestobj,$(KERNEL_SRC)) kernel/kernel.ld
	$(GCC) $(GUEST_LDFLAGS) -T kernel/kernel.ld -o $@ $(filter %.o,$^) -lgcc

$(B)/disk.img: $(H)/mkdisk $(PROG_ELFS) $(wildcard user/root/*)
	$(H)/mkdisk -o $@ $(PROG_ELFS)

# ---- objects --------------------------------------------------------------------------------------

$(H)/host/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(DEPGEN) -c -o $@ $<

$(B)/guest/kernel/%.o: kernel/%.c
	@mkdir -p $(@D)
	$(GCC) $(GUEST_CFLAGS) $(DEPGEN) -c -o $@ $<
$(B)/guest/kernel/%.o: kernel/%.S
	@mkdir -p $(@D)
	$(GCC) $(GUEST_CFLAGS) -DMODULES='"$(B)/servers/"' $(DEPGEN) -c -o $@ $<
$(B)/guest/%.o: %.c
	@mkdir -p $(@D)
	$(GCC) $(USER_CFLAGS) $(DEPGEN) -c -o $@ $<
$(B)/guest/%.o: %.S
	@mkdir -p $(@D)
	$(GCC) $(USER_CFLAGS) $(DEPGEN) -c -o $@ $<

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- goals ----------------------------------------------------------------------------------------

.PHONY: all help clean distclean lines
lines: ## count the kernel's lines of code
	@sh tools/lines kernel

clean: ## remove what was built
	rm -rf $(B) compile_commands.json
distclean: clean ## and what set-up unpacked
	rm -rf .deps

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16
