/*
 * Random operations on the file system core, checked against a model, against fsck.minix, and
 * against death: in every second sequence each operation is first done and rolled back (the arena
 * must be as before, byte for byte), then done and killed half-way, and only then done for good.
 */
#include "fs_disk.h"
#include "fs_check.h"
#include "fs_model.h"

#define SEEDS     50
#define STEPS     2000
#define BUFFERS   64
#define MAX_WRITE 24000
#define MAX_SIZE  400000 /* beyond the single indirect block, at 1 KiB a block */

static uint64_t state;

static uint32_t any(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 20) % limit);
}

/* ---- what can be done ---- */

enum kind {
    CREATE,
    NODE,
    MKDIR,
    RMDIR,
    UNLINK,
    LINK,
    RENAME,
    WRITE,
    TRUNCATE,
    OPEN,
    CLOSE,
    CHANGES
};

struct op {
    enum kind kind;
    char path[1200], to[1200];
    int node; /* for write, truncate, open, close */
    uint32_t offset, bytes;
    uint32_t made; /* the new inode's number */
    uint8_t *content;
};

/* One operation on the core, in one transaction that is not committed yet. */
static int64_t perform(struct op *op)
{
    struct mfs *fs = &disk.fs;
    uint32_t inode = op->node >= 0 ? nodes[op->node].inode : 0;
    switch (op->kind) {
    case CREATE:
        return mfs_create(fs, MFS_ROOT, op->path, MFS_IFREG | 0644, 0, &op->made);
    case NODE:
        return mfs_create(fs, MFS_ROOT, op->path, MFS_IFCHR | 0600, 0x405, &op->made);
    case MKDIR:
        return mfs_mkdir(fs, MFS_ROOT, op->path, 0755);
    case RMDIR:
        return mfs_rmdir(fs, MFS_ROOT, op->path);
    case UNLINK:
        return mfs_unlink(fs, MFS_ROOT, op->path);
    case LINK:
        return mfs_link(fs, MFS_ROOT, op->path, MFS_ROOT, op->to);
    case RENAME:
        return mfs_rename(fs, MFS_ROOT, op->path, MFS_ROOT, op->to);
    case WRITE:
        return mfs_write(fs, inode, op->offset, op->bytes, mfs_from_memory, op->content);
    case TRUNCATE:
        return mfs_truncate(fs, inode, op->offset);
    case OPEN:
        return mfs_open(fs, inode);
    default:
        return mfs_close(fs, inode);
    }
}

/* The same on the model, given that the core did not run out of space. */
static int64_t expected(struct op *op, int64_t got)
{
    uint32_t now = disk.clock;
    int n = -1;
    int err = 0;
    switch (op->kind) {
    case CREATE:
    case NODE:
        err =
            model_create(op->path, op->kind == NODE ? MFS_IFCHR | 0600 : MFS_IFREG | 0644, now, &n);
        break;
    case MKDIR:
        err = model_create(op->path, MFS_IFDIR | 0755, now, &n);
        break;
    case RMDIR:
        return model_rmdir(op->path, now);
    case UNLINK:
        return model_unlink(op->path, now);
    case LINK:
        return model_link(op->path, op->to, now);
    case RENAME:
        return model_rename(op->path, op->to, now);
    case WRITE:
        if (got > 0)
            model_write(op->node, op->offset, op->content, (uint32_t)got, now);
        return got;
    case TRUNCATE:
        model_resize(op->node, got == 1 ? fs_stat(nodes[op->node].inode).size : op->offset, now);
        return got;
    case OPEN:
        nodes[op->node].opens++;
        return 0;
    default:
        nodes[op->node].opens--;
        node_release(op->node);
        return 0;
    }
    if (err == 0)
        nodes[n].inode = op->kind == MKDIR ? fs_find(op->path) : op->made;
    return err;
}

/* ---- choosing ---- */

static int any_node(bool wanted(int))
{
    int found = -1, seen = 0;
    for (int n = 0; n < NODES; n++) {
        if (nodes[n].used && wanted(n) && any((uint32_t)++seen) == 0)
            found = n;
    }
    return found;
}

static bool named_dir(int n)
{
    return is_dir(n) && nodes[n].links > 0;
}

static bool regular(int n)
{
    return (nodes[n].mode & MFS_IFMT) == MFS_IFREG;
}

static bool openable(int n)
{
    return nodes[n].links > 0 || nodes[n].opens > 0;
}

static bool is_open(int n)
{
    return nodes[n].opens > 0;
}

static void dir_path(int n, char *path)
{
    if (n == 0) {
        *path = '\0';
        return;
    }
    int parent = nodes[n].parent;
    dir_path(parent, path);
    for (int i = 0; i < nodes[parent].count; i++) {
        if (nodes[parent].entry[i].node == n)
            sprintf(path + strlen(path), "/%s", nodes[parent].entry[i].name);
    }
}

static void any_name(char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    uint32_t which = any(64);
    size_t length = which == 0 ? 61 : which < 6 ? 60 : 1 + which % 3;
    memset(name, letters[any(which < 6 ? 3 : 24)], length);
    name[length] = '\0';
    if (which == 7)
        strcpy(name, ".");
    if (which == 8)
        strcpy(name, "..");
}

/* A path under some directory, more often than not to something that exists. */
static void any_path(char *path)
{
    char name[64];
    int dir = any_node(named_dir);
    dir_path(dir, path);
    if (nodes[dir].count > 0 && any(2) == 0)
        strcpy(name, nodes[dir].entry[any((uint32_t)nodes[dir].count)].name);
    else
        any_name(name);
    sprintf(path + strlen(path), "%s%s%s", any(16) ? "/" : "//./", name, any(12) ? "" : "/");
    if (any(60) == 0)
        strcat(path, "/x");
}

static bool too_deep(const char *path)
{
    int depth = 0;
    for (; *path; path++)
        depth += *path == '/';
    return depth > 12;
}

/* Chooses an operation; what it writes is made in `content`. */
static bool choose(struct op *op, uint8_t *content)
{
    static const uint8_t odds[] = {14, 2, 8, 6, 9, 6, 12, 18, 8, 5, 6};
    uint32_t ticket = any(94);
    *op = (struct op){.node = -1, .content = content};
    while (ticket >= odds[op->kind])
        ticket -= odds[op->kind++];
    any_path(op->path);
    any_path(op->to);
    if (op->kind == WRITE || op->kind == TRUNCATE)
        op->node = any_node(regular);
    else if (op->kind == OPEN)
        op->node = any_node(openable);
    else if (op->kind == CLOSE)
        op->node = any_node(is_open);
    if (op->kind >= WRITE && op->node < 0)
        return false;
    op->offset = any(4) ? any(20000) : any(MAX_SIZE);
    op->bytes = 1 + any(any(2) ? 2000 : MAX_WRITE);
    for (uint32_t i = 0; i < op->bytes; i++)
        content[i] = (uint8_t)(state >> (i % 57)) ^ (uint8_t)i;
    return !too_deep(op->path) && !too_deep(op->to);
}

/* ---- death ---- */

/* The arena is what it was: the same state, and the same contents of every buffer that the disk
 * does not have. A buffer that was written back meanwhile is on the disk now, which is as good. */
static void assert_arena(const uint8_t *before)
{
    const struct mfs_state *was = (const void *)before, *is = disk.fs.state;
    assert_memory_equal(was, is, offsetof(struct mfs_state, owner));
    for (uint32_t i = 0; i < is->buffers; i++) {
        size_t at = MFS_STATE_BYTES + (size_t)i * is->block_size;
        if (was->owner[i] == 0) {
            assert_int_equal(is->owner[i], 0);
        } else if (is->owner[i] == 0) {
            assert_memory_equal(disk.bytes + (size_t)was->owner[i] * is->block_size, before + at,
                                is->block_size);
        } else {
            assert_int_equal(was->owner[i], is->owner[i]);
            assert_memory_equal(disk.arena + at, before + at, is->block_size);
        }
    }
}

/* Does the operation and takes it back, then dies in it: both must leave no trace. Returns what the
 * operation returned. */
static int64_t rehearse(struct op *op, uint8_t *before)
{
    memcpy(before, disk.arena, disk.arena_bytes);
    int64_t result = perform(op);
    long events = (long)disk.touched * 2 + 4;
    fs_rollback();
    assert_arena(before);

    memcpy(before, disk.arena, disk.arena_bytes);
    disk.kill_at = any((uint32_t)events);
    if (setjmp(disk.grave) == 0)
        perform(op);
    fs_rollback();
    assert_arena(before);
    return result;
}

/* ---- comparing ---- */

static void compare_file(int n)
{
    static uint8_t got[MAX_SIZE + MAX_WRITE];
    int64_t bytes = fs_read(nodes[n].inode, 0, got, sizeof got);
    assert_int_equal(bytes, nodes[n].size);
    if (bytes > 0)
        assert_memory_equal(got, nodes[n].data, (size_t)bytes);
}

static void compare_dir(int n)
{
    struct mfs_disk_entry e;
    uint32_t offset = 0;
    int count = 0, got;
    while ((got = mfs_readdir(&disk.fs, nodes[n].inode, &offset, &e, 1)) == 1) {
        char name[MFS_NAME_MAX + 1] = "";
        memcpy(name, e.name, MFS_NAME_MAX);
        int is = step(n, name);
        assert_true(is >= 0);
        assert_int_equal(nodes[is].inode, e.inode);
        count++;
    }
    assert_int_equal(got, 0);
    assert_int_equal(count, nodes[n].links ? nodes[n].count + 2 : 0);
}

static void compare_all(void)
{
    for (int n = 0; n < NODES; n++) {
        if (!nodes[n].used)
            continue;
        struct mfs_stat st = fs_stat(nodes[n].inode);
        assert_int_equal(st.mode, nodes[n].mode);
        assert_int_equal(st.links, nodes[n].links);
        assert_int_equal(st.mtime, nodes[n].mtime);
        if (is_dir(n))
            compare_dir(n);
        if (regular(n)) {
            assert_int_equal(st.size, nodes[n].size);
            compare_file(n);
        }
    }
}

/* ---- one sequence ---- */

/* Compares a result with the model's. `room`: blocks that the transaction had room for, at least.
 */
static void check_result(struct op *op, int64_t got, uint32_t room)
{
    struct mfs_statfs st;
    mfs_statfs(&disk.fs, &st);
    if (got == -ENOSPC) {
        assert_true(st.free_inodes == 0 || st.free_blocks < 6);
        return;
    }
    if (op->kind == WRITE && got != op->bytes)
        assert_true(got > 0 && (st.free_blocks < 6 || got >= room * st.block_size));
    int64_t want = expected(op, got);
    if (got != want)
        fail_msg("operation %d, '%s', '%s': got %lld, want %lld", op->kind, op->path, op->to,
                 (long long)got, (long long)want);
}

/* One operation, one transaction. */
static void do_op(bool mortal, uint8_t *before)
{
    static uint8_t content[MAX_WRITE];
    struct op op;
    if (!choose(&op, content))
        return;
    disk.clock++;
    int64_t rehearsed = mortal ? rehearse(&op, before) : 0;
    int64_t got = perform(&op);
    if (mortal && op.kind == WRITE && got > 0) /* how much fits depends on where it goes */
        assert_true(rehearsed > 0);
    else if (mortal)
        assert_int_equal(got, rehearsed);
    fs_commit();
    check_result(&op, got, 8);
    int node;
    uint32_t inode;
    int want = model_lookup(op.path, &node);
    assert_int_equal(mfs_lookup(&disk.fs, MFS_ROOT, op.path, &inode), want);
}

/* Does an operation once more that has been taken back. The numbers of new inodes may differ, and
 * how much of a write fits a step: both depend on where the search for free ones begins. */
static void redo(struct op *op, int64_t before)
{
    int node;
    int64_t got = perform(op);
    if (op->kind == WRITE && got > 0 && got < before) {
        fs_commit();
        got += fs_write(nodes[op->node].inode, op->offset + (uint64_t)got, op->content + got,
                        (uint64_t)(before - got));
    }
    assert_true(got == before || (op->kind == WRITE && got > before));
    if (op->kind == WRITE && got > before)
        model_write(op->node, op->offset, op->content, (uint32_t)got, disk.clock);
    if (op->kind <= MKDIR && model_lookup(op->path, &node) == 0)
        nodes[node].inode = fs_find(op->path);
}

/* Two operations in one transaction: if the second fails, it takes the first back, which is then
 * done once more, alone. */
static void do_pair(void)
{
    static uint8_t contents[2][MAX_WRITE];
    struct op first, second;
    if (!choose(&first, contents[0]))
        return;
    disk.clock++;
    int64_t got = perform(&first);
    check_result(&first, got, 8);
    if (got >= 0 && choose(&second, contents[1])) {
        int64_t then = perform(&second);
        if (then < 0)
            redo(&first, got);
        if (then != -ENOMEM) /* both together were too large */
            check_result(&second, then, 0);
    }
    fs_commit();
}

static void sequence(uint32_t seed, uint32_t block_size)
{
    state = 0x9e3779b97f4a7c15u * (seed + 1);
    fs_new((seed % 3 + 1) << 20, block_size, seed % 5 == 0 ? 64 : 256, BUFFERS);
    model_reset(disk.clock);
    uint8_t *before = malloc(disk.arena_bytes);
    for (int i = 0; i < STEPS; i++) {
        if (seed % 2 == 0 || any(2))
            do_op(seed % 2 == 0, before);
        else
            do_pair();
        if (any(4))
            fs_reclaim(); /* else a later operation meets the orphans */
        if (any(100) == 0)
            assert_int_equal(mfs_sync(&disk.fs), 0);
        if (i % 500 == 499)
            compare_all();
    }
    for (int n = 0; n < NODES; n++) {
        while (nodes[n].used && nodes[n].opens > 0) {
            nodes[n].opens--;
            assert_int_equal(mfs_close(&disk.fs, nodes[n].inode), 0);
            fs_commit();
            node_release(n);
        }
    }
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    ASSERT_IMAGE_GOOD(disk.bytes);
    if (block_size == 1024)
        fs_fsck();
    struct mfs_statfs st = {0}, again;
    mfs_statfs(&disk.fs, &st);
    fs_mount(BUFFERS, block_size);
    mfs_statfs(&disk.fs, &again);
    assert_memory_equal(&st, &again, sizeof st);
    compare_all();
    assert_int_equal(disk.complaints, 0);
    free(before);
    fs_free();
}

static void random_1024(void **unused)
{
    (void)unused;
    for (uint32_t seed = 0; seed < SEEDS; seed++)
        sequence(seed, 1024);
}

static void random_2048(void **unused)
{
    (void)unused;
    for (uint32_t seed = 100; seed < 100 + SEEDS / 5; seed++)
        sequence(seed, 2048);
}

static void random_4096(void **unused)
{
    (void)unused;
    for (uint32_t seed = 200; seed < 200 + SEEDS / 5; seed++)
        sequence(seed, 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_1024),
        cmocka_unit_test(random_2048),
        cmocka_unit_test(random_4096),
    };
    return RUN_SUITE("fs_random", tests);
}
