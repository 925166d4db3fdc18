# The grader proves itself: takes a quarter of an hour on two idle cores. What is quick of it is in `make test T=grader/`.
.PHONY: grader-selftest
grader-selftest: all ## the grader against right, wrong and hostile submissions of each lab (LAB=, SEEDS=50, CLASS=200)
	@BUILD=$(B) GRADE=$(H)/grade tests/grader/selftest $(H)/grader-selftest '$(LAB)' '$(SEEDS)' '$(CLASS)'
