/* The first instruction of the image, by the name of the section that the link script puts there. */
__asm__(".section .text.boot,\"ax\"\nli t0, 0x100000\nli t1, 0x5555\nsw t1, 0(t0)\nj .\n.text");
