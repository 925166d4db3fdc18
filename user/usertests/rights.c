/* Rights and errors: calls, peers and types that must be refused. */
#include "test.h"

static void rights_bad_calls(void)
{
    struct message m = numbered(NOTE, 0);
    static const uint64_t bad[] = {0,
                                   6,
                                   15,
                                   IPC_SEND | 0x800,
                                   IPC_RECEIVE | 1ull << 12,
                                   IPC_SENDREC | 1ull << 31,
                                   IPC_NOTIFY | 1ull << 32,
                                   IPC_REPLYREC | 1ull << 63,
                                   K_POWER + 1,
                                   200,
                                   K_TIME | IPC_NONBLOCK,
                                   K_SELF | 1ull << 40,
                                   ~0ull};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQUAL(ipc(bad[i], EP_PM, 0, &m), -EINVAL);
}

static void rights_bad_peers(void)
{
    static const endpoint_t bad[] = {EP_ANY,          EP_NONE,
                                     EP_SELF,         EP_KERNEL,
                                     EP_MAKE(0, 300), EP_MAKE(1, NSLOTS),
                                     0xffffffff,      EP_MAKE(1, EP_PM),
                                     EP_MAKE(0, 14),  EP_MAKE(5000, 100)};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct message m = numbered(NOTE, 0);
        CHECK(send(bad[i], &m) < 0);
        CHECK(sendrec(bad[i], &m) < 0);
        CHECK(notify(bad[i]) < 0);
        if (bad[i] != EP_ANY && bad[i] != EP_KERNEL)
            CHECK(receive(bad[i], &m) < 0);
    }
}

/* Types below 0x100 are the kernel's: nobody can send a false notification. */
static void rights_kernel_types_refused(void)
{
    for (uint32_t type = 0; type < 0x100; type += 15) {
        struct message m = numbered(type, 0);
        CHECK_EQUAL(send(EP_PM, &m), -EINVAL);
        CHECK_EQUAL(sendrec(EP_PM, &m), -EINVAL);
    }
}

static void rights_drivers_are_private(void)
{
    struct message m = numbered(0x400, 0);
    static const endpoint_t drivers[] = {EP_TTY, EP_BLK};
    for (int i = 0; i < 2; i++) {
        CHECK_EQUAL(send(drivers[i], &m), -EPERM);
        CHECK_EQUAL(sendrec(drivers[i], &m), -EPERM);
        CHECK_EQUAL(notify(drivers[i]), -EPERM);
    }
}

/* What RS and PM alone may ask of servers is refused to others. */
static void rights_servers_refuse(void)
{
    static const uint32_t of_pm[] = {0x320, 0x321, 0x322, 0x323, 0x324};
    for (size_t i = 0; i < sizeof of_pm / sizeof *of_pm; i++) {
        struct message m = numbered(of_pm[i], self());
        CHECK_EQUAL(sendrec(EP_FS, &m), 0);
        CHECK_EQUAL(m.status, -EPERM);
    }
    static const endpoint_t servers[] = {EP_RS, EP_PM, EP_FS};
    static const uint32_t unknown[] = {0x1ff, 0x2ff, 0x3ff, 0x1000, 0x7fffffff, 0x110};
    for (int s = 0; s < 3; s++)
        for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
            struct message m = numbered(unknown[i], 1);
            CHECK_EQUAL(sendrec(servers[s], &m), 0);
            CHECK_EQUAL(m.status, -ENOSYS);
        }
}

static void rights_kernel_calls_refused(void)
{
    for (uint64_t call = K_IRQ; call <= K_POWER; call++) {
        struct message m = numbered(0, 0);
        CHECK_EQUAL(ipc(call, 0, 0, &m), -EPERM);
    }
}

static void rights_info(void)
{
    struct procinfo info;
    CHECK_EQUAL(k_info(NSLOTS, &info), -EINVAL);
    CHECK_EQUAL(k_info(~0u, &info), -EINVAL);
    CHECK_EQUAL(k_info(EP_PM, &info), 0);
    CHECK_EQUAL(info.endpoint, EP_PM);
    CHECK(info.name[0] == 'p' && info.name[1] == 'm' && info.name[2] == 0);
    CHECK_EQUAL(k_info(EP_SLOT(self()), &info), 0);
    CHECK_EQUAL(info.endpoint, self());
    CHECK_EQUAL(info.state, PROC_READY);
    CHECK(info.pages > 4 && info.pages < 1000);

    struct sysinfo all;
    k_sysinfo(&all);
    CHECK(info.pages < all.used && all.used <= all.committed && all.committed < all.pages);
    CHECK(all.processes >= EP_BLK + 3 && all.processes <= NSLOTS);

    unsigned slot = EP_SLOT(self()), other = NSERVICES, found = 0;
    CHECK(k_next(&slot, &info) && slot == EP_SLOT(self()) && info.endpoint == self());
    for (; k_next(&other, &info); other++)
        found += EP_SLOT(info.endpoint) == other;
    CHECK(other == NSLOTS && found >= 3); /* init, a shell, and this */
    slot = NSLOTS;
    CHECK(!k_next(&slot, &info));
    uint64_t incarnation = 9, then = k_time();
    k_self(&incarnation);
    CHECK_EQUAL(incarnation, 0);
    CHECK(k_time() >= then);
}

const struct test rights_tests[] = {
    T(rights_bad_calls),
    T(rights_bad_peers),
    T(rights_kernel_types_refused),
    T(rights_drivers_are_private),
    T(rights_servers_refuse),
    T(rights_kernel_calls_refused),
    T(rights_info),
    {0},
};
