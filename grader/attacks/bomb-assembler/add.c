/* A thousand million instructions, of one line. */
__asm__(".rept 1000000000\nnop\n.endr");
