// What flips in the handle, the part of the file server's memory that an incarnation makes anew: it is noticed before it hides a block or
// shows another one for it, and the next incarnation has everything.
#include "fs_disk.h"

#define BLOCK   1024
#define BUFFERS 128
#define FILES   12
#define BYTES   3000
#define ROUNDS  4000

static uint64_t state;

static uint32_t any(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % limit);
}

static int teardown(void **unused)
{
    (void)unused;
    fs_free();
    return 0;
}

static void name(unsigned file, char path[16])
{
    snprintf(path, 16, "/d/%u", file);
}

static void contents(unsigned file, uint8_t bytes[BYTES])
{
    for (unsigned i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(file * 31 + i * 7 + i / 256);
}

/* Some files are on the disk, some in the cache alone, some were changed there since. */
static void populate(void)
{
    uint8_t bytes[BYTES];
    char path[16];
    fs_new(1 << 20, BLOCK, 64, BUFFERS);
    fs_mkdir("/d");
    for (unsigned file = 0; file < FILES; file++) {
        name(file, path);
        contents(file, bytes);
        uint32_t inode = fs_file(path);
        assert_int_equal(fs_write(inode, 0, bytes, BYTES), BYTES);
        if (file == FILES / 2)
            assert_int_equal(mfs_sync(&disk.fs), 0);
    }
}

static bool files_are_right(void)
{
    uint8_t bytes[BYTES], want[BYTES];
    char path[16];
    for (unsigned file = 0; file < FILES; file++) {
        uint32_t inode;
        name(file, path);
        contents(file, want);
        if (mfs_lookup(&disk.fs, MFS_ROOT, path, &inode) != 0 ||
            fs_read(inode, 0, bytes, BYTES) != BYTES || memcmp(bytes, want, BYTES) != 0)
            return false;
    }
    return true;
}

/* One bit: of a buffer's number or state, or of where a chain begins (of those that lead somewhere). */
static void flip(void)
{
    struct mfs_buffer *b = &disk.fs.buf[any(BUFFERS)];
    switch (any(3)) {
    case 0:
        b->block ^= 1u << any(32);
        break;
    case 1:
        b->state ^= (uint8_t)(1u << any(8));
        break;
    default:
        disk.fs.hash[any(MFS_HASH)] ^= (uint16_t)(1u << any(7));
        break;
    }
}

/* Reads everything, and changes something, twice with a write-back. */
static void use(void)
{
    static const uint8_t more[5 * BLOCK];
    assert_true(files_are_right());
    for (int round = 0; round < 2; round++) {
        uint32_t inode = fs_file(round ? "/b" : "/a");
        assert_int_equal(fs_write(inode, 0, more, sizeof more), sizeof more);
        assert_int_equal(mfs_sync(&disk.fs), 0);
        assert_true(files_are_right());
    }
}

/* True: the server died of it. */
static bool flip_and_use(void)
{
    if (setjmp(disk.grave) == 0) {
        flip();
        use();
        return false;
    }
    fs_rollback();
    return true;
}

static void flips(void **unused)
{
    unsigned noticed = 0;
    (void)unused;
    for (unsigned round = 0; round < ROUNDS; round++) {
        state = round;
        populate();
        noticed += flip_and_use();
        if (!files_are_right() || mfs_sync(&disk.fs) < 0 || !mfs_is_sound(&disk.fs))
            fail_msg("round %u: wrong", round);
        fs_mount(BUFFERS, BLOCK);
        if (!files_are_right() || !mfs_is_sound(&disk.fs))
            fail_msg("round %u: wrong on the disk", round);
    }
    assert_true(noticed > ROUNDS / 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_teardown(flips, teardown)};
    return RUN_SUITE("fs_handle", tests);
}
