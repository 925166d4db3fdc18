/* Another symbol's name by way of a version. */
__asm__(".symver ipc_lookup, sched_ready@@COURIER_1\n");
