/* FS starts: the state region, the disk, the dispatch table. And what happens around each request.
 */
#include <string.h>
#include <courier/protocol/tty.h>
#include "fs.h"

#define ARENA_BYTES (2ul << 20)      /* the block cache and what the core keeps */
#define LOG_BYTES   (64ul << 10)     /* undo log: the core's journal, and ours */
#define SYNC_TICKS  TICKS_PER_SECOND /* dirty blocks go to the disk this long after the first */

struct state *state;
struct mfs fs;
char buffer[4096];

static bool sync_pending;

void commit(void)
{
    mfs_commit(&fs);
    region_commit();
}

/*
 * Before each message: the last one's transaction is over, for its reply was taken. What it left
 * behind, files without name or user, is freed in transactions of their own.
 */
static void before(void)
{
    if (!state->mounted)
        return;
    mfs_commit(&fs);
    while (fs.orphans && mfs_reclaim(&fs) == 1)
        commit();
    commit();
    if (fs.dirty && !sync_pending) {
        sync_pending = true;
        k_alarm(k_time() + SYNC_TICKS);
    }
}

static void notified(const struct message *m)
{
    if (m->source == EP_TTY) {
        wait_retry(FILE_TTY, 0);
    } else if (m->source == EP_KERNEL && sync_pending) {
        sync_pending = false;
        mfs_sync(&fs);
    }
}

#define AT(type) [(type)-FS_OPEN]
static handler *const table[] = {
    AT(FS_OPEN) = do_open,         AT(FS_CLOSE) = do_close,         AT(FS_READ) = do_read,
    AT(FS_WRITE) = do_write,       AT(FS_SEEK) = do_seek,           AT(FS_STAT) = do_stat,
    AT(FS_FSTAT) = do_fstat,       AT(FS_MKDIR) = do_mkdir,         AT(FS_RMDIR) = do_rmdir,
    AT(FS_UNLINK) = do_unlink,     AT(FS_CHDIR) = do_chdir,         AT(FS_LINK) = do_link,
    AT(FS_RENAME) = do_rename,     AT(FS_MKNOD) = do_mknod,         AT(FS_CHMOD) = do_chmod,
    AT(FS_TRUNCATE) = do_truncate, AT(FS_FTRUNCATE) = do_ftruncate, AT(FS_PIPE) = do_pipe,
    AT(FS_DUP) = do_dup,           AT(FS_GETDENTS) = do_getdents,   AT(FS_SYNC) = do_sync,
    AT(FS_FSYNC) = do_fsync,       AT(FS_CONTROL) = do_control,     AT(FS_STATFS) = do_statfs,
    AT(FS_GETCWD) = do_getcwd,     AT(FS_READ_AT) = do_read_at,     AT(FS_FORK) = do_fork,
    AT(FS_EXIT) = do_exit,         AT(FS_EXEC) = do_exec,           AT(FS_UNPAUSE) = do_unpause,
    AT(FS_OPEN_FOR) = do_open_for,
};

/* Blocks that the disk does not have yet, and that a damaged program may have made? What files contain cannot be known. */
static bool doubtful(void)
{
    struct crash crash;
    struct faulted faulted;
    k_own_crash(&crash, &faulted);
    return faulted.damaged && fs.dirty > 0;
}

/* Mounts the disk, or takes over what a dead incarnation had mounted. Without a disk FS lives on,
 * and refuses. */
static void mount(void *arena)
{
    if (state->mounted) {
        if (mfs_attach(&fs, &disk_ops, NULL, arena, ARENA_BYTES) < 0 || !state_is_sound())
            region_damaged(REGION_STATE);
        if (doubtful() && !mfs_is_sound(&fs))
            region_damaged(REGION_PROGRAM);
        return;
    }
    uint64_t incarnation;
    bool read_only = false;
    const char *reason = "there is no disk";
    if (disk_info(&read_only) < 0 ||
        mfs_mount(&fs, &disk_ops, NULL, arena, ARENA_BYTES, read_only, &reason) < 0) {
        char line[128] = "fs: cannot mount the disk: ";
        strncat(line, reason, sizeof line - strlen(line) - 2);
        log_line(strcat(line, "\n"));
        return;
    }
    CHANGE(state->mounted) = 1;
    k_self(&incarnation);
    int64_t position = incarnation > 1 ? tty_control(TTY_GET_READ, 0) : 0;
    CHANGE(state->position) = position > 0 ? (uint32_t)position : 0;
    commit();
}

/* A TTY that was given up never notifies: who waits for it is told. */
static void beat(void)
{
    struct procinfo tty;
    if (k_info(EP_TTY, &tty) == 0 && tty.state == PROC_GIVEN_UP)
        wait_retry(FILE_TTY, 0);
}

const struct service service = {.base = FS_OPEN,
                                .count = sizeof table / sizeof *table,
                                .table = table,
                                .notified = notified,
                                .beat = beat,
                                .clients = NSLOTS,
                                .keeps = wait_keeps,
                                .before = before,
                                .arrived = wait_arrived,
                                .unsettled = wait_unsettled,
                                .settle = wait_settle};

int main(void)
{
    bool fresh;
    size_t state_bytes = (sizeof *state + MFS_ARENA_ALIGN - 1) & ~(size_t)(MFS_ARENA_ALIGN - 1);
    state = region_open(state_bytes + ARENA_BYTES, LOG_BYTES, &fresh);
    mount((char *)state + state_bytes);
    /* Requests that wait are not tried now: the kernel delivers them again. */
    serve();
}
