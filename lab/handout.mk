# For instructors: the tree that a lab's students get.
.PHONY: handout
handout: $(H)/grade ## write the tree of a lab's students: LAB=NAME OUT=DIR (FORMAT=tar: DIR.tar.gz)
	@GRADE=$(H)/grade tools/handout '$(LAB)' '$(patsubst %.tar.gz,%,$(or $(OUT),$(B)/handout/$(LAB)))$(if $(FORMAT:dir=),.tar.gz)'
