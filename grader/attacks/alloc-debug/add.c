/* Memory under a name that is not looked at. */
__asm__(".section .debug_mine,\"aw\"\n.word 1\n.text");
