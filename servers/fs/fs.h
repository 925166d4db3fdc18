/*
 * The FS server around the file system core (core/mfs.h): descriptors, pipes, devices, and requests
 * that wait.
 *
 * Everything that must survive a crash is struct state, in the state region, with the core's arena
 * behind it. A change goes through CHANGE() (servers/lib/region.h); a request is a transaction; its
 * reply is the commit. Requests too large for one transaction commit steps in between and keep
 * their progress in state.
 */
#ifndef SERVERS_FS_FS_H
#define SERVERS_FS_FS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <courier/protocol/fs.h>
#include "servers/fs/core/mfs.h"
#include "servers/lib/region.h"
#include "servers/lib/service.h"

#define NFILES 512 /* open files in the system */
#define NPIPES 64  /* pipes_changed has a bit for each */

/* FILE_FREE: all of struct file is zero. */
enum file_kind { FILE_FREE, FILE_INODE, FILE_PIPE, FILE_TTY, FILE_NULL, FILE_ZERO };

/* An open file: shared by the descriptors that dup and fork made of one open. */
struct file {
    uint8_t kind;   /* enum file_kind */
    uint8_t access; /* O_RDONLY, O_WRONLY, O_RDWR */
    uint16_t users; /* descriptors */
    uint32_t flags; /* O_APPEND, O_NONBLOCK */
    uint32_t inode; /* FILE_INODE and devices: held with mfs_open; FILE_PIPE: index of the pipe */
    uint64_t offset;
};

struct pipe {
    uint16_t readers, writers; /* open files; both 0: free */
    uint32_t head, length;     /* the bytes: from head on, modulo PIPE_BUF */
};

/* A process as FS sees it, by slot. */
struct client {
    endpoint_t owner; /* the process that this is about; another one in the same slot: start anew */
    uint32_t cwd;     /* inode, held with mfs_open; 0: the root */
    uint32_t cloexec; /* bit fd */
    uint16_t fd[OPEN_MAX]; /* index in files + 1, 0: closed */
};

/* A request that FS keeps waiting, or one in steps: the message as it came, and how far it got. */
struct pending {
    bool waiting;
    uint32_t writes; /* of this slot's clients, counted when they come */
    uint64_t done;   /* bytes */
    struct message request;
};

struct state {
    uint32_t mounted;
    uint32_t waiting;  /* how many pending[] are waiting */
    uint32_t position; /* in the terminal's input: all before it has been read */
    struct file files[NFILES];
    struct pipe pipes[NPIPES];
    struct client clients[NSLOTS];
    struct pending pending[NSLOTS];
    char pipe_bytes[NPIPES][PIPE_BUF];
};

extern struct state *state;
extern struct mfs fs;

/* The largest piece that moves through `buffer`, FS's own memory, between a device and a client. */
extern char buffer[4096];

/* ---- main.c: transactions ---------------------------------------------------------------- */
void commit(void); /* ends a step; the request goes on, or is over without a reply */

/* ---- sound.c ----------------------------------------------------------------------------- */
bool state_is_sound(void); /* of a mounted state, the core attached: is it fit to go on with? */

/* ---- disk.c ------------------------------------------------------------------------------ */
extern const struct mfs_ops disk_ops;
int64_t disk_info(bool *read_only);
void log_line(const char *text);

/* ---- client.c: who asks, and descriptors ------------------------------------------------- */
struct client *client_of(endpoint_t ep); /* the record of a live process */
int64_t file_room(endpoint_t ep);        /* could it open one more? 0, EMFILE, ENFILE */
struct file *file_of(endpoint_t ep, int32_t fd);
int32_t fd_new(struct client *c, struct file *f, int32_t lowest, bool cloexec); /* EMFILE */
struct file *file_new(enum file_kind kind, uint32_t inode, uint32_t flags);     /* NULL: ENFILE */
void file_release(struct file *f); /* one descriptor less */
handler do_close, do_dup, do_seek, do_fstat, do_control, do_fork, do_exit, do_exec, do_unpause;

/* ---- name.c: requests with paths --------------------------------------------------------- */
handler do_open, do_open_for, do_stat, do_mkdir, do_rmdir, do_unlink, do_chdir, do_link, do_rename,
    do_mknod, do_chmod, do_truncate, do_getcwd;

/* ---- data.c: bytes ----------------------------------------------------------------------- */
handler do_read, do_read_at, do_write, do_ftruncate, do_getdents, do_sync, do_fsync, do_statfs;
int64_t truncate_inode(uint32_t inode, uint64_t length);

/* ---- pipe.c, device.c: each returns a count, an error, or EAGAIN: not now -------------------- */
handler do_pipe;
int64_t pipe_read(struct file *f, const struct message *m);
int64_t pipe_write(struct file *f, const struct message *m);
void pipe_close(struct file *f);
int64_t device_read(struct file *f, const struct message *m);
int64_t device_write(struct file *f, const struct message *m);
enum file_kind device_kind(uint32_t device); /* FILE_FREE: no such device */
int64_t tty_control(uint32_t op, uint64_t value);

/* ---- wait.c ------------------------------------------------------------------------------ */
uint64_t progress(const struct message *m); /* bytes done of this request, by an earlier try */
void progress_save(const struct message *m, uint64_t done); /* 0: the request is over */
uint32_t write_number(const struct message *m); /* which of its client's writes this is */
int64_t wait_later(const struct message *m);    /* keeps the request; returns NO_REPLY */
void wait_retry(enum file_kind kind,
                uint32_t inode); /* something changed there: those who wait try again */
void wake_later(uint32_t pipe); /* who waits for this pipe tries again, when this request is over */
bool wait_unsettled(void);
void wait_settle(void);
bool wait_keeps(endpoint_t ep); /* does a request of this process wait here on purpose? */
bool wait_end(endpoint_t ep, int64_t status); /* ends its wait with this status, if any */
void wait_arrived(
    const struct message *m); /* a request came: new, or delivered again after a crash? */

#endif
