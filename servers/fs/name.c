/* Requests with paths. A path comes by grant, relative to the client's directory. */
#include <string.h>
#include "fs.h"

static char path[PATH_MAX + 1], path2[PATH_MAX + 1];

/* Fetches a path into `to`, NUL-terminated. */
static int64_t fetch(endpoint_t ep, uint32_t grant, uint32_t bytes, char *to)
{
    if (!state->mounted)
        return -EIO;
    if (bytes == 0)
        return -ENOENT;
    if (bytes > PATH_MAX)
        return -ENAMETOOLONG;
    int64_t status = k_copy_from(ep, grant, 0, to, bytes);
    to[status < 0 ? 0 : bytes] = 0;
    return status < 0 ? status : strlen(to) == bytes ? 0 : -EINVAL;
}

/* The directory that the client's relative paths begin at. */
static uint32_t base_of(endpoint_t ep)
{
    uint32_t cwd = client_of(ep)->cwd;
    return cwd ? cwd : MFS_ROOT;
}

/* ---- open ------------------------------------------------------------------------------------ */

/* What kind of open file the inode gives; <= 0: an error. */
static int64_t kind_of(const struct mfs_stat *st, uint32_t flags)
{
    switch (st->mode & S_IFMT) {
    case S_IFDIR:
        return flags & O_ACCMODE || flags & O_TRUNC ? -EISDIR : FILE_INODE;
    case S_IFREG:
        return flags & O_DIRECTORY ? -ENOTDIR : FILE_INODE;
    case S_IFCHR:
        return device_kind(st->device) == FILE_FREE ? -ENXIO : (int64_t)device_kind(st->device);
    default:
        return -ENXIO; /* block devices are FS's own; FIFOs by name have no one behind them */
    }
}

/* Finds or makes the file at `path`. */
static int64_t find(endpoint_t ep, uint32_t flags, uint32_t mode, uint32_t *inode)
{
    uint32_t base = base_of(ep);
    int status = mfs_lookup(&fs, base, path, inode);
    if (status == 0 && flags & O_CREAT && flags & O_EXCL)
        return -EEXIST;
    if (status != -ENOENT || !(flags & O_CREAT))
        return status;
    return mfs_create(&fs, base, path, (uint16_t)(S_IFREG | (mode & 07777)), 0, inode);
}

/* Truncates a file that can be opened. It is opened only then: truncating commits its steps, and a descriptor that was committed with one
 * of them would be lost when the request comes again. */
static int64_t truncate_to_open(uint32_t inode)
{
    int64_t status = mfs_open(&fs, inode);
    if (status < 0)
        return status;
    mfs_close(&fs, inode);
    return truncate_inode(inode, 0);
}

static int64_t open_path(endpoint_t ep, uint32_t flags, uint32_t mode, bool execute)
{
    uint32_t inode;
    struct mfs_stat st;
    int64_t status = file_room(execute ? EP_PM : ep); /* else no file is made, either */
    if (status == 0)
        status = find(ep, flags, mode, &inode);
    if (status < 0 || (status = mfs_stat(&fs, inode, &st)) < 0)
        return status;
    if (execute && ((st.mode & S_IFMT) != S_IFREG || !(st.mode & 0111)))
        return -EACCES;
    int64_t kind = kind_of(&st, flags);
    if (kind < 0)
        return kind;
    if (fs.state->read_only && flags & O_ACCMODE && kind == FILE_INODE)
        return -EROFS;
    endpoint_t owner = execute ? EP_PM : ep;
    if (flags & O_TRUNC && kind == FILE_INODE && st.size)
        status = truncate_to_open(inode);
    if (status == 0)
        status = mfs_open(&fs, inode);
    if (status < 0)
        return status;
    struct file *f = file_new((enum file_kind)kind, inode, flags);
    if (f)
        status = fd_new(client_of(owner), f, 0, flags & O_CLOEXEC);
    if (!f || status < 0) {
        if (f)
            CHANGE(f->kind) = FILE_FREE;
        mfs_close(&fs, inode);
        return f ? status : -ENFILE;
    }
    return status;
}

int64_t do_open(struct message *m)
{
    struct fs_open *request = payload(m);
    uint32_t known =
        O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC;
    if ((request->flags & O_ACCMODE) > O_RDWR || request->flags & ~known)
        return -EINVAL;
    int64_t status = fetch(m->source, request->path, request->path_bytes, path);
    return status < 0 ? status : open_path(m->source, request->flags, request->mode, false);
}

int64_t do_open_for(struct message *m)
{
    struct fs_open_for *request = payload(m);
    if (m->source != EP_PM)
        return -EPERM;
    if (EP_SLOT(request->process) >= NSLOTS)
        return -EINVAL;
    int64_t status = fetch(m->source, request->path, request->path_bytes, path);
    return status < 0 ? status : open_path(request->process, O_RDONLY, 0, true);
}

/* ---- stat ------------------------------------------------------------------------------------ */

static int64_t reply_stat(struct message *m, uint32_t inode)
{
    struct mfs_stat st;
    int status = mfs_stat(&fs, inode, &st);
    if (status < 0)
        return status;
    struct fs_stat_reply *reply = payload(m);
    *reply = (struct fs_stat_reply){.size = st.size,
                                    .inode = st.inode,
                                    .device = st.device,
                                    .mode = st.mode,
                                    .links = st.links,
                                    .uid = st.uid,
                                    .gid = st.gid,
                                    .mtime = st.mtime,
                                    .atime = st.atime,
                                    .ctime = st.ctime,
                                    .blocks = st.blocks};
    return 0;
}

int64_t do_fstat(struct message *m)
{
    struct fs_fstat *request = payload(m);
    struct file *f = file_of(m->source, request->fd);
    if (!f)
        return -EBADF;
    if (f->kind != FILE_PIPE)
        return reply_stat(m, f->inode);
    struct fs_stat_reply *reply = payload(m);
    *reply = (struct fs_stat_reply){
        .size = state->pipes[f->inode].length, .mode = S_IFIFO | 0600, .links = 1};
    return 0;
}

/* ---- one path -------------------------------------------------------------------------------- */

/* The many requests whose payload begins with a path. */
static int64_t fetch_path(struct message *m)
{
    struct fs_stat *request = payload(m);
    return fetch(m->source, request->path, request->path_bytes, path);
}

/* The inode at the request's path. */
static int64_t look_up(struct message *m, uint32_t *inode)
{
    int64_t status = fetch_path(m);
    return status < 0 ? status : mfs_lookup(&fs, base_of(m->source), path, inode);
}

int64_t do_stat(struct message *m)
{
    uint32_t inode;
    int64_t status = look_up(m, &inode);
    return status < 0 ? status : reply_stat(m, inode);
}

int64_t do_mkdir(struct message *m)
{
    struct fs_mkdir *request = payload(m);
    int64_t status = fetch_path(m);
    return status < 0 ? status
                      : mfs_mkdir(&fs, base_of(m->source), path, (uint16_t)(request->mode & 07777));
}

int64_t do_rmdir(struct message *m)
{
    int64_t status = fetch_path(m);
    return status < 0 ? status : mfs_rmdir(&fs, base_of(m->source), path);
}

int64_t do_unlink(struct message *m)
{
    int64_t status = fetch_path(m);
    return status < 0 ? status : mfs_unlink(&fs, base_of(m->source), path);
}

int64_t do_mknod(struct message *m)
{
    struct fs_mknod *request = payload(m);
    uint32_t type = request->mode & S_IFMT;
    if (type != S_IFREG && type != S_IFCHR && type != S_IFBLK && type != S_IFIFO)
        return -EINVAL;
    int64_t status = fetch_path(m);
    return status < 0
               ? status
               : mfs_create(&fs, base_of(m->source), path,
                            (uint16_t)(type | (request->mode & 07777)), request->device, NULL);
}

int64_t do_chmod(struct message *m)
{
    struct fs_chmod *request = payload(m);
    uint32_t inode;
    int64_t status = look_up(m, &inode);
    return status < 0 ? status : mfs_chmod(&fs, inode, (uint16_t)(request->mode & 07777));
}

int64_t do_truncate(struct message *m)
{
    struct fs_truncate *request = payload(m);
    uint32_t inode;
    int64_t status = look_up(m, &inode);
    return status < 0 ? status : truncate_inode(inode, request->length);
}

int64_t do_chdir(struct message *m)
{
    uint32_t inode;
    struct mfs_stat st;
    int64_t status = look_up(m, &inode);
    if (status < 0 || (status = mfs_stat(&fs, inode, &st)) < 0)
        return status;
    if ((st.mode & S_IFMT) != S_IFDIR)
        return -ENOTDIR;
    if ((status = mfs_open(&fs, inode)) < 0)
        return status;
    struct client *c = client_of(m->source);
    if (c->cwd)
        mfs_close(&fs, c->cwd);
    CHANGE(c->cwd) = inode;
    return 0;
}

/* ---- two paths ------------------------------------------------------------------------------- */

static int64_t fetch_two(struct message *m)
{
    struct fs_link *request = payload(m); /* struct fs_rename is the same */
    int64_t status = fetch_path(m);
    return status < 0 ? status : fetch(m->source, request->path2, request->path2_bytes, path2);
}

int64_t do_link(struct message *m)
{
    int64_t status = fetch_two(m);
    uint32_t base = base_of(m->source);
    return status < 0 ? status : mfs_link(&fs, base, path, base, path2);
}

int64_t do_rename(struct message *m)
{
    int64_t status = fetch_two(m);
    uint32_t base = base_of(m->source);
    return status < 0 ? status : mfs_rename(&fs, base, path, base, path2);
}

/* ---- where am I ------------------------------------------------------------------------------ */

/* The name under which `parent` knows `child`. */
static int name_in(uint32_t parent, uint32_t child, char name[MFS_NAME_MAX + 1])
{
    struct mfs_disk_entry *entries = (void *)buffer;
    uint32_t offset = 0;
    int n;
    while ((n = mfs_readdir(&fs, parent, &offset, entries, sizeof buffer / sizeof *entries)) > 0)
        for (int i = 0; i < n; i++) {
            memcpy(name, entries[i].name, MFS_NAME_MAX);
            name[MFS_NAME_MAX] = 0;
            if (entries[i].inode == child && strcmp(name, ".") && strcmp(name, ".."))
                return 0;
        }
    return n < 0 ? n : -ENOENT;
}

/* Builds the path from its end, directory by directory up to the root. */
int64_t do_getcwd(struct message *m)
{
    struct fs_getcwd *request = payload(m);
    if (!state->mounted)
        return -EIO;
    uint32_t at = base_of(m->source), parent;
    size_t start = PATH_MAX;
    path[start] = 0;
    for (; at != MFS_ROOT; at = parent) {
        char name[MFS_NAME_MAX + 1];
        int status = mfs_lookup(&fs, at, "..", &parent);
        if (status < 0 || (status = name_in(parent, at, name)) < 0)
            return status;
        size_t length = strlen(name);
        if (length + 1 > start)
            return -ENAMETOOLONG;
        start -= length;
        memcpy(path + start, name, length);
        path[--start] = '/';
    }
    if (start == PATH_MAX)
        path[--start] = '/';
    uint64_t length = PATH_MAX - start;
    if (length > request->bytes)
        return -ERANGE;
    int64_t status = k_copy_to(m->source, request->grant, 0, path + start, length);
    return status < 0 ? status : (int64_t)length;
}
