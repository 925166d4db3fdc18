// The loader, the device tree and the disk image: what they accept, and one line for what not.
#include "suite.h"
#include "board_guest.h"
#include "emu/board/disk.h"
#include "emu/board/fdt.h"
#include "emu/board/loader.h"

#include <fcntl.h>
#include <libfdt.h>
#include <sys/stat.h>

#define CODE_SIZE 64u

static char path[32];
static char why[256];

/* An ELF file whose header and first program header a test then spoils. */
struct file {
    Elf64_Ehdr eh;
    Elf64_Phdr ph;
    uint8_t code[CODE_SIZE];
};

static struct file good(void)
{
    struct file f;
    uint8_t code[CODE_SIZE];

    memset(code, 0x5a, sizeof code);
    write_elf(path, code, sizeof code, 0);
    int fd = open(path, O_RDONLY);
    assert_int_equal(read(fd, &f, sizeof f), sizeof f);
    close(fd);
    return f;
}

static void store(const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_TRUNC | O_CREAT, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
}

/* Refused, with exactly one line that names the file and contains `part`. */
static void refused(const void *bytes, size_t size, const char *part)
{
    struct image image;

    store(bytes, size);
    assert_false(image_open(&image, path, why, sizeof why));
    if (strstr(why, part) == NULL || strstr(why, path) != why || strchr(why, '\n') != NULL)
        fail_msg("'%s' in '%s'", part, why);
    unlink(path);
}

#define SPOILED(part, ...)                                                                         \
    do {                                                                                           \
        struct file f = good();                                                                    \
        __VA_ARGS__;                                                                               \
        refused(&f, sizeof f, part);                                                               \
    } while (0)

static void loads_segments(void **state)
{
    struct file f = good();
    struct image image;
    uint8_t ram[4096];
    struct bus bus = {.ram = ram, .ram_size = sizeof ram};

    (void)state;
    f.ph.p_memsz = 200; /* the rest is zeroed */
    f.ph.p_vaddr = 0xffffffff80000000;
    f.ph.p_paddr = RAM_BASE + 16;
    f.eh.e_entry = f.ph.p_vaddr + 8;
    f.eh.e_flags = 1;
    memset(ram, 0xff, sizeof ram);
    store(&f, sizeof f);
    assert_true(image_open(&image, path, why, sizeof why));
    unlink(path);
    assert_int_equal(image.entry, RAM_BASE + 24);
    assert_int_equal(image.start, RAM_BASE + 16);
    assert_int_equal(image.end, RAM_BASE + 216);
    assert_true(image.compressed);
    assert_true(image_load(&image, &bus, why, sizeof why));
    assert_int_equal(ram[15], 0xff);
    assert_int_equal(ram[16], 0x5a);
    assert_int_equal(ram[16 + CODE_SIZE], 0);
    assert_int_equal(ram[215], 0);
    assert_int_equal(ram[216], 0xff);
    bus.ram_size = 128;
    assert_false(image_load(&image, &bus, why, sizeof why));
    assert_non_null(strstr(why, "needs memory"));
    image_close(&image);
}

/* An executable linked at 0 that relocates itself is loaded at the start of RAM. */
static void loads_position_independent_code(void **state)
{
    struct file f = good();
    struct image image;
    uint8_t ram[4096] = {0};
    struct bus bus = {.ram = ram, .ram_size = sizeof ram};

    (void)state;
    f.eh.e_type = ET_DYN;
    f.eh.e_entry = 20;
    f.ph.p_vaddr = f.ph.p_paddr = 16;
    store(&f, sizeof f);
    assert_true(image_open(&image, path, why, sizeof why));
    unlink(path);
    assert_int_equal(image.entry, RAM_BASE + 20);
    assert_int_equal(image.start, RAM_BASE + 16);
    assert_true(image_load(&image, &bus, why, sizeof why));
    assert_int_equal(ram[15], 0);
    assert_int_equal(ram[16], 0x5a);
    image_close(&image);
}

static void refuses_what_is_no_kernel(void **state)
{
    struct image image;
    uint8_t zeros[200] = {0};

    (void)state;
    assert_false(image_open(&image, "/nonexistent/kernel", why, sizeof why));
    assert_non_null(strstr(why, "No such file"));
    assert_false(image_open(&image, "/", why, sizeof why));
    assert_non_null(strstr(why, "regular file"));
    good();
    refused(zeros, 0, "not an ELF file");
    good();
    refused(zeros, sizeof zeros, "not an ELF file");
    good();
    refused("\177ELF", 4, "not an ELF file");
    SPOILED("64-bit RISC-V", f.eh.e_machine = EM_X86_64);
    SPOILED("64-bit RISC-V", f.eh.e_ident[EI_CLASS] = ELFCLASS32);
    SPOILED("64-bit RISC-V", f.eh.e_ident[EI_DATA] = ELFDATA2MSB);
    SPOILED("executable", f.eh.e_type = ET_REL);
}

static void refuses_damage(void **state)
{
    (void)state;
    SPOILED("truncated", f.eh.e_phoff = 1 << 20);
    SPOILED("truncated", f.eh.e_phoff = UINT64_MAX - 8);
    SPOILED("truncated", f.eh.e_phnum = 0xffff);
    SPOILED("truncated", f.eh.e_phentsize = 1);
    SPOILED("truncated", f.ph.p_filesz = 1 << 20, f.ph.p_memsz = 1 << 20);
    SPOILED("truncated", f.ph.p_offset = UINT64_MAX);
    SPOILED("truncated", f.ph.p_memsz = 1);
    SPOILED("wraps", f.ph.p_paddr = UINT64_MAX - 3);
    SPOILED("entry", f.eh.e_entry = 0);
    SPOILED("entry", f.eh.e_entry = RAM_BASE + CODE_SIZE);
    SPOILED("entry", f.eh.e_phnum = 0);
    SPOILED("odd entry", f.eh.e_entry = RAM_BASE + 1);
}

/* ---- disk images ---------------------------------------------------------------------------- */

static void opens_disks(void **state)
{
    uint8_t zeros[1024] = {0};
    struct disk disk, second;

    (void)state;
    strcpy(path, "/tmp/courier-disk.XXXXXX");
    close(mkstemp(path));
    store(zeros, sizeof zeros);
    assert_true(disk_open(&disk, path, false, why, sizeof why));
    assert_int_equal(disk.sectors, 2);
    assert_false(disk.read_only);
    assert_false(disk_open(&second, path, false, why, sizeof why));
    assert_non_null(strstr(why, "in use"));
    assert_int_equal(second.fd, -1);
    disk_close(&disk);
    chmod(path, 0444);
    assert_true(disk_open(&disk, path, false, why, sizeof why));
    assert_true(disk.read_only);
    assert_true(disk_open(&second, path, false, why, sizeof why)); /* readers share */
    disk_close(&second);
    disk_close(&disk);
    unlink(path);
}

static void refuses_disks(void **state)
{
    uint8_t zeros[700] = {0};
    struct disk disk;

    (void)state;
    strcpy(path, "/tmp/courier-disk.XXXXXX");
    close(mkstemp(path));
    assert_false(disk_open(&disk, path, false, why, sizeof why));
    assert_non_null(strstr(why, "empty"));
    store(zeros, sizeof zeros);
    assert_false(disk_open(&disk, path, false, why, sizeof why));
    assert_non_null(strstr(why, "truncated"));
    unlink(path);
    assert_false(disk_open(&disk, path, false, why, sizeof why));
    assert_non_null(strstr(why, "No such file"));
    assert_false(disk_open(&disk, "/", false, why, sizeof why));
    assert_int_equal(disk.fd, -1);
}

/* ---- the device tree ------------------------------------------------------------------------ */

static uint8_t tree[16384];

static void find(const char *node, const char *compatible, uint64_t base)
{
    int at = fdt_path_offset(tree, node);
    int length;

    if (at < 0)
        fail_msg("no %s", node);
    if (compatible != NULL)
        assert_int_equal(fdt_node_check_compatible(tree, at, compatible), 0);
    if (base != 0) {
        const fdt64_t *reg = fdt_getprop(tree, at, "reg", &length);
        assert_int_equal(length, 16);
        assert_int_equal(fdt64_ld(reg), base);
    }
}

static void describes_the_board(void **state)
{
    int length;

    (void)state;
    size_t size = fdt_build(tree, sizeof tree, 64 << 20, 1);
    assert_true(size > 0 && size < sizeof tree);
    assert_int_equal(fdt_check_full(tree, size), 0);
    find("/memory@80000000", NULL, RAM_BASE);
    find("/soc/clint@2000000", "riscv,clint0", CLINT_BASE);
    find("/soc/plic@c000000", "sifive,plic-1.0.0", PLIC_BASE);
    find("/soc/serial@10000000", "ns16550a", UART_BASE);
    find("/soc/virtio_mmio@10001000", "virtio,mmio", VIRTIO_BASE);
    find("/soc/virtio_mmio@10008000", "virtio,mmio", VIRTIO_BASE + 7 * VIRTIO_SIZE);
    find("/soc/test@100000", "sifive,test0", FINISHER_BASE);
    find("/cpus/cpu@0", "riscv", 0);
    find("/poweroff", "syscon-poweroff", 0);
    const fdt64_t *memory =
        fdt_getprop(tree, fdt_path_offset(tree, "/memory@80000000"), "reg", &length);
    assert_int_equal(fdt64_ld(memory + 1), 64 << 20);
    const fdt32_t *hz =
        fdt_getprop(tree, fdt_path_offset(tree, "/cpus"), "timebase-frequency", &length);
    assert_int_equal(fdt32_ld(hz), 10000000);
    assert_int_equal(fdt_build(tree, 512, 64 << 20, 1), 0);
}

static void seed(uint64_t n, uint8_t bytes[32])
{
    int length;

    assert_true(fdt_build(tree, sizeof tree, 64 << 20, n) > 0);
    const void *p = fdt_getprop(tree, fdt_path_offset(tree, "/chosen"), "rng-seed", &length);
    assert_int_equal(length, 32);
    memcpy(bytes, p, 32);
}

static void seed_decides(void **state)
{
    uint8_t a[32], b[32], again[32];

    (void)state;
    seed(1, a);
    seed(2, b);
    seed(1, again);
    assert_memory_equal(a, again, 32);
    assert_memory_not_equal(a, b, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_segments),
        cmocka_unit_test(loads_position_independent_code),
        cmocka_unit_test(refuses_what_is_no_kernel),
        cmocka_unit_test(refuses_damage),
        cmocka_unit_test(opens_disks),
        cmocka_unit_test(refuses_disks),
        cmocka_unit_test(describes_the_board),
        cmocka_unit_test(seed_decides),
    };
    return RUN_SUITE("board_loader", tests);
}
