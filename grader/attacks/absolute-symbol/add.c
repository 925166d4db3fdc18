/* The end of the kernel, moved, so that its memory is handed out twice. */
__asm__(".globl kernel_end\n.set kernel_end, 0x80001000");
