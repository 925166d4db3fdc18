# For students: the goals of a tree that is for one lab, as its lab.mk says. (`make grade LAB=NAME` works in the whole tree, too.)
ifdef LAB
.PHONY: grade
SANDBOX ?= $(if $(shell command -v bwrap),,--no-sandbox)
grade: $(H)/grade $(B)/kit/complete ## grade your work: CASE=NAME one case, SEED=N other random numbers
	@$(H)/grade run --lab $(LAB) --submission . --name $(LAB) $(if $(SEED),--seed $(SEED)) $(if $(CASE),--case $(CASE)) $(SANDBOX)
endif

ifdef LAB_FILES
.PHONY: submit
submit: ## pack what you hand in
	@tar --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=u=rw,go=r --format=ustar -cf - $(LAB_FILES) | gzip -n9 >$(LAB).tar.gz
	@echo "$(LAB).tar.gz holds $(LAB_FILES)"
endif
