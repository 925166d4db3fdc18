/* Code that can be written. */
__asm__(".section .text.both,\"awx\"\nnop\n.text");
