/* Names: paths, directories, links and renames, and the limits of each. */
#include "fs_disk.h"
#include "fs_check.h"

static int setup(void **unused)
{
    (void)unused;
    fs_new(4 << 20, 1024, 0, 128);
    return 0;
}

/* Every test leaves a disk that is good. */
static int teardown(void **unused)
{
    (void)unused;
    if (disk.fs.state && disk.fs.state->magic) {
        uint32_t where;
        if (mfs_unmount(&disk.fs) < 0 || image_check(disk.bytes, &where) != NULL)
            return -1;
    }
    fs_free();
    return 0;
}

static int create(const char *path)
{
    int err = mfs_create(&disk.fs, MFS_ROOT, path, MFS_IFREG | 0644, 0, NULL);
    fs_commit();
    return err;
}

static int lookup(const char *path)
{
    uint32_t inode;
    return mfs_lookup(&disk.fs, MFS_ROOT, path, &inode);
}

static int make_dir(const char *path)
{
    int err = mfs_mkdir(&disk.fs, MFS_ROOT, path, 0755);
    fs_commit();
    return err;
}

static int remove_dir(const char *path)
{
    int err = mfs_rmdir(&disk.fs, MFS_ROOT, path);
    fs_reclaim();
    return err;
}

static int remove_file(const char *path)
{
    int err = mfs_unlink(&disk.fs, MFS_ROOT, path);
    fs_reclaim();
    return err;
}

static int make_link(const char *from, const char *to)
{
    int err = mfs_link(&disk.fs, MFS_ROOT, from, MFS_ROOT, to);
    fs_commit();
    return err;
}

static int move(const char *from, const char *to)
{
    int err = mfs_rename(&disk.fs, MFS_ROOT, from, MFS_ROOT, to);
    fs_reclaim();
    return err;
}

static void walks_paths(void **unused)
{
    (void)unused;
    fs_mkdir("/a");
    fs_mkdir("/a/b");
    uint32_t f = fs_file("/a/b/f");
    static const char *const same[] = {"/a/b/f",        "//a///b//f",   "a/b/f",
                                       "/a/./b/../b/f", "/../../a/b/f", "./a/b/../../a/b/f"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_int_equal(fs_find(same[i]), f);
    uint32_t a = fs_find("/a"), got;
    assert_int_equal(mfs_lookup(&disk.fs, a, "b/f", &got), 0);
    assert_int_equal(got, f);
    assert_int_equal(mfs_lookup(&disk.fs, a, "..", &got), 0);
    assert_int_equal(got, MFS_ROOT);
    assert_int_equal(fs_find("/"), MFS_ROOT);
    assert_int_equal(fs_find("/a/"), a);
    assert_int_equal(fs_find("/a/."), a);
    assert_int_equal(lookup(""), -ENOENT);
    assert_int_equal(lookup("/x"), -ENOENT);
    assert_int_equal(lookup("/x/y"), -ENOENT);
    assert_int_equal(lookup("/a/b/f/"), -ENOTDIR);
    assert_int_equal(lookup("/a/b/f/g"), -ENOTDIR);
    assert_int_equal(lookup("/a/b/f/."), -ENOTDIR);
    assert_int_equal(lookup("/A"), -ENOENT);
}

static void names_are_sixty_bytes(void **unused)
{
    (void)unused;
    char path[80] = "/";
    memset(path + 1, 'n', 60);
    assert_int_equal(create(path), 0);
    assert_int_equal(lookup(path), 0);
    path[60] = '\0'; /* 59 bytes are another name */
    assert_int_equal(lookup(path), -ENOENT);
    assert_int_equal(create(path), 0);
    memset(path + 1, 'n', 61);
    path[62] = '\0';
    assert_int_equal(lookup(path), -ENAMETOOLONG);
    assert_int_equal(create(path), -ENAMETOOLONG);
    assert_int_equal(make_dir(path), -ENAMETOOLONG);
    strcat(path, "/x");
    assert_int_equal(lookup(path), -ENAMETOOLONG);
    char wide[] = "/\xff\xfe \t\n";
    assert_int_equal(create(wide), 0); /* any byte but NUL and the slash */
    assert_int_equal(lookup(wide), 0);
}

static void creates_what_is_not_there(void **unused)
{
    (void)unused;
    assert_int_equal(create("/f"), 0);
    assert_int_equal(create("/f"), -EEXIST);
    assert_int_equal(create("/f/"), -EEXIST);
    assert_int_equal(create("/g/"), -EISDIR);
    assert_int_equal(create("/"), -EEXIST);
    assert_int_equal(create("/."), -EEXIST);
    assert_int_equal(create("/x/f"), -ENOENT);
    assert_int_equal(create("/f/f"), -ENOTDIR);
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/d", MFS_IFDIR | 0755, 0, NULL), -EINVAL);
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/d", 0644, 0, NULL), -EINVAL);
    assert_int_equal(make_dir("/d/"), 0);
    assert_int_equal(make_dir("/d"), -EEXIST);
    assert_int_equal(make_dir("/f"), -EEXIST);
    assert_int_equal(make_dir("/"), -EEXIST);
    assert_int_equal(make_dir("/d/.."), -EEXIST);
    assert_int_equal(mfs_create(&disk.fs, MFS_ROOT, "/p", MFS_IFIFO | 0600, 0, NULL), 0);
    fs_commit();
    assert_int_equal(fs_stat(fs_find("/p")).mode, MFS_IFIFO | 0600);
}

static void removes_what_may_go(void **unused)
{
    (void)unused;
    fs_mkdir("/d");
    fs_mkdir("/d/e");
    fs_file("/d/f");
    assert_int_equal(remove_file("/d"), -EISDIR);
    assert_int_equal(remove_file("/"), -EISDIR);
    assert_int_equal(remove_file("/d/x"), -ENOENT);
    assert_int_equal(remove_file("/d/f/"), -ENOTDIR);
    assert_int_equal(remove_dir("/d"), -ENOTEMPTY);
    assert_int_equal(remove_dir("/d/f"), -ENOTDIR);
    assert_int_equal(remove_dir("/"), -EBUSY);
    assert_int_equal(remove_dir("/d/e/."), -EINVAL);
    assert_int_equal(remove_dir("/d/e/.."), -ENOTEMPTY);
    assert_int_equal(remove_dir("/d/x"), -ENOENT);
    assert_int_equal(remove_file("/d/f"), 0);
    assert_int_equal(remove_dir("/d/e/"), 0);
    assert_int_equal(fs_stat(fs_find("/d")).links, 2);
    assert_int_equal(remove_dir("/d"), 0);
    assert_int_equal(lookup("/d"), -ENOENT);
    assert_int_equal(fs_stat(MFS_ROOT).links, 2);
}

static void gives_back_all_space(void **unused)
{
    (void)unused;
    struct mfs_statfs before, after;
    static uint8_t data[50000];
    mfs_statfs(&disk.fs, &before);
    for (int round = 0; round < 3; round++) {
        fs_mkdir("/d");
        for (int i = 0; i < 40; i++) {
            char path[20];
            snprintf(path, sizeof path, "/d/%d", i);
            assert_int_equal(fs_write(fs_file(path), 0, data, sizeof data), sizeof data);
        }
        for (int i = 0; i < 40; i++) {
            char path[20];
            snprintf(path, sizeof path, "/d/%d", i);
            assert_int_equal(remove_file(path), 0);
        }
        assert_int_equal(remove_dir("/d"), 0);
        mfs_statfs(&disk.fs, &after);
        assert_memory_equal(&before, &after, sizeof before);
    }
}

static void links(void **unused)
{
    (void)unused;
    fs_mkdir("/d");
    uint32_t f = fs_file("/f");
    assert_int_equal(fs_write(f, 0, "text", 4), 4);
    assert_int_equal(make_link("/f", "/d/g"), 0);
    assert_int_equal(fs_find("/d/g"), f);
    assert_int_equal(fs_stat(f).links, 2);
    assert_int_equal(make_link("/f", "/d/g"), -EEXIST);
    assert_int_equal(make_link("/f", "/d"), -EEXIST);
    assert_int_equal(make_link("/f", "/h/"), -ENOENT);
    assert_int_equal(make_link("/f", "/x/g"), -ENOENT);
    assert_int_equal(make_link("/x", "/y"), -ENOENT);
    assert_int_equal(make_link("/d", "/e"), -EPERM);
    assert_int_equal(make_link("/f/", "/e"), -ENOTDIR);
    assert_int_equal(remove_file("/f"), 0);
    char got[4];
    assert_int_equal(fs_read(f, 0, got, 4), 4);
    assert_int_equal(fs_stat(f).links, 1);
}

static void link_count_has_a_limit(void **unused)
{
    (void)unused;
    fs_new(16 << 20, 1024, 0, 512);
    uint32_t f = fs_file("/f");
    for (uint32_t i = 1; i < MFS_LINKS_MAX; i++) {
        /* not too many names in one directory: looking for a free one takes time */
        char path[40];
        snprintf(path, sizeof path, "/%u", i / 1000);
        if (lookup(path) < 0)
            fs_mkdir(path);
        snprintf(path, sizeof path, "/%u/%u", i / 1000, i);
        assert_int_equal(make_link("/f", path), 0);
    }
    assert_int_equal(fs_stat(f).links, MFS_LINKS_MAX);
    assert_int_equal(make_link("/f", "/one-more"), -EMLINK);
    assert_int_equal(lookup("/one-more"), -ENOENT);
    assert_int_equal(remove_file("/0/100"), 0);
    assert_int_equal(make_link("/f", "/one-more"), 0);
}

static void a_directory_has_a_limit_of_links(void **unused)
{
    (void)unused;
    fs_mkdir("/full");
    fs_mkdir("/mover");
    /* Making 65,528 directories takes long, so the count is set instead. */
    assert_int_equal(mfs_sync(&disk.fs), 0);
    uint8_t *inode = disk.bytes + 4096 + (fs_find("/full") - 1) * 64;
    uint16_t many = MFS_LINKS_MAX;
    memcpy(inode + 2, &many, 2);
    fs_mount(128, 1024);
    assert_int_equal(make_dir("/full/d"), -EMLINK);
    assert_int_equal(move("/mover", "/full/mover"), -EMLINK);
    assert_int_equal(lookup("/mover"), 0);
    assert_int_equal(create("/full/f"), 0); /* no link to the directory */
    assert_int_equal(remove_file("/full/f"), 0);
    many = 2;
    assert_int_equal(mfs_sync(&disk.fs), 0);
    memcpy(inode + 2, &many, 2);
    fs_mount(128, 1024);
}

/* ---- rename ---- */

static void renames_files(void **unused)
{
    (void)unused;
    fs_mkdir("/d");
    uint32_t f = fs_file("/f"), g = fs_file("/g");
    assert_int_equal(fs_write(g, 0, "to be replaced", 14), 14);
    uint32_t free = fs_free_blocks();
    assert_int_equal(move("/f", "/h"), 0);
    assert_int_equal(lookup("/f"), -ENOENT);
    assert_int_equal(fs_find("/h"), f);
    assert_int_equal(move("/h", "/d/f"), 0);
    assert_int_equal(fs_find("/d/f"), f);
    assert_int_equal(move("/d/f", "/g"), 0);
    assert_int_equal(fs_find("/g"), f);
    assert_int_equal(lookup("/d/f"), -ENOENT);
    assert_int_equal(fs_free_blocks(), free + 1);
    assert_int_equal(fs_stat(f).links, 1);
    assert_int_equal(move("/g", "/g"), 0);
    assert_int_equal(make_link("/g", "/k"), 0);
    assert_int_equal(move("/g", "/k"), 0); /* two names of one file: both stay */
    assert_int_equal(fs_find("/g"), fs_find("/k"));
}

static void renames_directories(void **unused)
{
    (void)unused;
    fs_mkdir("/a");
    fs_mkdir("/a/b");
    fs_mkdir("/a/b/c");
    fs_mkdir("/x");
    fs_file("/a/b/c/f");
    assert_int_equal(move("/a/b", "/x/y"), 0);
    assert_int_equal(lookup("/x/y/c/f"), 0);
    assert_int_equal(fs_find("/x/y/.."), fs_find("/x"));
    assert_int_equal(fs_stat(fs_find("/a")).links, 2);
    assert_int_equal(fs_stat(fs_find("/x")).links, 3);
    assert_int_equal(move("/x/y", "/a/"), 0); /* over an empty directory */
    assert_int_equal(lookup("/a/c/f"), 0);
    assert_int_equal(fs_find("/a/.."), MFS_ROOT);
    assert_int_equal(fs_stat(fs_find("/x")).links, 2);
    assert_int_equal(fs_stat(MFS_ROOT).links, 4);
    assert_int_equal(move("/a/c/", "/c"), 0);
    assert_int_equal(fs_find("/c/.."), MFS_ROOT);
}

static void refuses_bad_renames(void **unused)
{
    (void)unused;
    fs_mkdir("/d");
    fs_mkdir("/d/e");
    fs_mkdir("/empty");
    fs_file("/f");
    fs_file("/d/g");
    assert_int_equal(move("/x", "/y"), -ENOENT);
    assert_int_equal(move("/f", "/x/y"), -ENOENT);
    assert_int_equal(move("/f", "/d"), -EISDIR);
    assert_int_equal(move("/f", "/empty"), -EISDIR);
    assert_int_equal(move("/d", "/f"), -ENOTDIR);
    assert_int_equal(move("/empty", "/d"), -ENOTEMPTY);
    assert_int_equal(move("/d", "/d/e"), -EINVAL);
    assert_int_equal(move("/d", "/d/x"), -EINVAL);
    assert_int_equal(move("/d", "/d/e/x"), -EINVAL);
    assert_int_equal(move("/d", "/d"), 0);
    assert_int_equal(move("/d/e", "/d"), -ENOTEMPTY);
    assert_int_equal(move("/", "/x"), -EBUSY);
    assert_int_equal(move("/d", "/"), -EBUSY);
    assert_int_equal(move("/d/.", "/x"), -EINVAL);
    assert_int_equal(move("/d/..", "/x"), -EINVAL);
    assert_int_equal(move("/f", "/d/.."), -EINVAL);
    assert_int_equal(move("/f", "/x/"), -ENOTDIR);
    assert_int_equal(move("/f/", "/x"), -ENOTDIR);
    assert_int_equal(move("/f", "/f/x"), -ENOTDIR);
}

/* ---- sizes ---- */

static void ten_thousand_entries(void **unused)
{
    (void)unused;
    for (uint32_t block = 1024; block <= 4096; block *= 2) {
        fs_new(16 << 20, block, 11000, 512);
        fs_mkdir("/big");
        char path[40];
        for (int i = 0; i < 10000; i++) {
            snprintf(path, sizeof path, "/big/%x", i * 40503 & 0xffff);
            assert_int_equal(create(path), 0);
        }
        assert_int_equal(fs_stat(fs_find("/big")).size, 10002 * 64);
        struct mfs_disk_entry e[7];
        uint32_t offset = 0;
        int count = 0, n;
        while ((n = mfs_readdir(&disk.fs, fs_find("/big"), &offset, e, 7)) > 0)
            count += n;
        assert_int_equal(count, 10002);
        for (int i = 0; i < 10000; i += 3) {
            snprintf(path, sizeof path, "/big/%x", i * 40503 & 0xffff);
            assert_int_equal(remove_file(path), 0);
        }
        assert_int_equal(lookup("/big/0"), -ENOENT);
        assert_int_equal(create("/big/new"), 0); /* into a slot that became free */
        assert_int_equal(fs_stat(fs_find("/big")).size, 10002 * 64);
        assert_int_equal(remove_dir("/big"), -ENOTEMPTY);
        assert_int_equal(mfs_unmount(&disk.fs), 0);
        ASSERT_IMAGE_GOOD(disk.bytes);
        if (block == 1024)
            fs_fsck();
    }
}

static void deep_paths(void **unused)
{
    (void)unused;
    static char path[4000], up[4000];
    strcpy(path, "");
    for (int depth = 0; depth < 900; depth++) {
        strcat(path, "/d");
        assert_int_equal(make_dir(path), 0);
        strcat(up, "../");
    }
    uint32_t deepest = fs_find(path), root;
    assert_int_equal(mfs_lookup(&disk.fs, deepest, up, &root), 0);
    assert_int_equal(root, MFS_ROOT);
    assert_int_equal(move("/d", path), -EINVAL);
    assert_int_equal(move(path, "/up"), 0);
    assert_int_equal(fs_find("/up"), deepest);
}

static void full_inode_table(void **unused)
{
    (void)unused;
    fs_new(1 << 20, 1024, 64, 64);
    char path[20];
    int count = 0;
    do
        snprintf(path, sizeof path, "/%d", count++);
    while (create(path) == 0);
    assert_int_equal(count, 64); /* 63 files beside the root */
    struct mfs_statfs st;
    mfs_statfs(&disk.fs, &st);
    assert_int_equal(st.free_inodes, 0);
    assert_int_equal(create("/x"), -ENOSPC);
    assert_int_equal(make_dir("/x"), -ENOSPC);
    assert_int_equal(lookup("/x"), -ENOENT);
    assert_int_equal(make_link("/0", "/x"), 0);
    assert_int_equal(remove_file("/0"), 0);
    assert_int_equal(remove_file("/1"), 0);
    assert_int_equal(create("/1"), 0);
    assert_int_equal(mfs_unmount(&disk.fs), 0);
    fs_fsck();
}

/* mkdir with no block, one block and so on to spare: it needs one, or two when the parent grows. */
static void mkdir_on_a_full_disk(void **unused)
{
    (void)unused;
    fs_new(256 << 10, 1024, 64, 64);
    uint32_t g = fs_file("/g");
    static uint8_t data[1024];
    for (int i = 0; i < 13; i++) { /* 16 entries fill the root's block */
        char path[20];
        snprintf(path, sizeof path, "/%d", i);
        assert_int_equal(create(path), 0);
    }
    while (fs_free_blocks() > 1)
        assert_int_equal(fs_write(g, fs_stat(g).size, data, sizeof data), sizeof data);
    struct mfs_statfs before, after;
    mfs_statfs(&disk.fs, &before);
    assert_int_equal(make_dir("/d"), -ENOSPC);
    mfs_statfs(&disk.fs, &after);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(fs_stat(MFS_ROOT).links, 2);
    assert_int_equal(create("/f"), 0); /* the root grows into the last block */
    assert_int_equal(make_dir("/d"), -ENOSPC);
}

static void reads_directories(void **unused)
{
    (void)unused;
    struct mfs_disk_entry e[10];
    uint32_t offset = 0;
    fs_mkdir("/d");
    uint32_t d = fs_find("/d"), f = fs_file("/d/f");
    fs_file("/d/g");
    assert_int_equal(remove_file("/d/g"), 0);
    assert_int_equal(mfs_readdir(&disk.fs, d, &offset, e, 10), 3);
    assert_string_equal(e[0].name, ".");
    assert_string_equal(e[1].name, "..");
    assert_string_equal(e[2].name, "f");
    assert_int_equal(e[0].inode, d);
    assert_int_equal(e[1].inode, MFS_ROOT);
    assert_int_equal(e[2].inode, f);
    assert_int_equal(mfs_readdir(&disk.fs, d, &offset, e, 10), 0);
    offset = 64;
    assert_int_equal(mfs_readdir(&disk.fs, d, &offset, e, 1), 1);
    assert_int_equal(offset, 128);
    offset = 65;
    assert_int_equal(mfs_readdir(&disk.fs, d, &offset, e, 1), -EINVAL);
    offset = 0;
    assert_int_equal(mfs_readdir(&disk.fs, f, &offset, e, 1), -ENOTDIR);
    offset = 1 << 20;
    assert_int_equal(mfs_readdir(&disk.fs, d, &offset, e, 1), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(walks_paths),
        TEST(names_are_sixty_bytes),
        TEST(creates_what_is_not_there),
        TEST(removes_what_may_go),
        TEST(gives_back_all_space),
        TEST(links),
        TEST(link_count_has_a_limit),
        TEST(a_directory_has_a_limit_of_links),
        TEST(renames_files),
        TEST(renames_directories),
        TEST(refuses_bad_renames),
        TEST(ten_thousand_entries),
        TEST(deep_paths),
        TEST(full_inode_table),
        TEST(mkdir_on_a_full_disk),
        TEST(reads_directories),
    };
    return RUN_SUITE("fs_names", tests);
}
