# For students: the goals of a tree that is for one lab, as its lab.mk says. (`make grade LAB=NAME` works in the whole tree, too.)
ifdef LAB
SANDBOX ?= $(if $(shell command -v bwrap),,--no-sandbox)
GRADE_IT = $(H)/grade run --lab $(LAB) --submission . --name $(LAB) $(if $(SEED),--seed $(SEED))

# As `make run`: what is missing is set up first, and then make begins anew, since it looks for the tools at its start.
.PHONY: grade replay debug ready-to-grade ready-to-debug
ready-to-grade:
	@tools/setup run
	@$(MAKE) -s --no-print-directory $(JOBS) $(H)/grade $(B)/kit/complete
ready-to-debug:
	@tools/setup debug
	@$(MAKE) -s --no-print-directory $(JOBS) all

grade: ready-to-grade ## grade your work: CASE=NAME one case, SEED=N other random numbers
	@$(GRADE_IT) $(if $(CASE),--case $(CASE)) $(SANDBOX)

replay: ## see a failed case in the dashboard, where its rule broke: CASE=NAME
	@[ -n '$(CASE)' ] || { echo 'make replay CASE=NAME: which case? `make grade` names those that failed' >&2; exit 2; }
	@$(MAKE) -s --no-print-directory ready-to-grade
	@$(GRADE_IT) --case '$(CASE)' --format json --out $(B)/last.json $(SANDBOX)
	@$(H)/grade replay $(B)/last.json '$(CASE)' --submission . $(SANDBOX)

# The same images on QEMU, which gdb starts itself; the console goes to a file.
GDB ?= $(firstword $(foreach g,gdb-multiarch $(CROSS)gdb,$(shell command -v $(g))) gdb)
debug: ready-to-debug ## the system under gdb, on QEMU; BREAK=FUNCTION: up to there
	@cp $(B)/disk.img $(B)/debug.img
	@$(GDB) $(B)/courier.elf -ex 'target remote | exec qemu-system-riscv64 -M virt -bios none -m 64M -display none \
	    -monitor none -serial file:$(B)/console.txt -global virtio-mmio.force-legacy=false -kernel $(B)/courier.elf \
	    -drive file=$(B)/debug.img,if=none,format=raw,id=d0 -device virtio-blk-device,drive=d0,bus=virtio-mmio-bus.0 -S -gdb stdio' \
	    $(if $(BREAK),-ex 'break $(BREAK)' -ex continue)
endif

ifdef LAB_FILES
.PHONY: submit
submit: ## pack what you hand in
	@for file in $(LAB_FILES); do [ -f $$file ] || { echo "make submit: there is no $$file" >&2; exit 1; }; done
	@tar --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rw,go=r --format=ustar -cf - $(LAB_FILES) | gzip -n9 >$(LAB).tar.gz
	@echo "$(LAB).tar.gz holds $(LAB_FILES)"
endif
