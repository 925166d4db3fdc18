/* Requests to servers: errno, grants and paths. */
#include <errno.h>
#include <string.h>
#include <courier/protocol/fs.h>
#include "request.h"

int64_t request(endpoint_t server, uint32_t type, struct message *m)
{
    m->type = type;
    int64_t status = sendrec(server, m);
    if (status == 0)
        status = m->status;
    if (status < 0) {
        errno = (int)-status;
        return -1;
    }
    return status;
}

int64_t lend(endpoint_t server, const void *address, size_t bytes, unsigned access)
{
    if (bytes == 0)
        return NO_GRANT;
    int64_t grant = k_grant(server, address, bytes, access);
    if (grant < 0) {
        errno = (int)-grant;
        return -1;
    }
    return grant;
}

void give_back(int64_t grant)
{
    if (grant != NO_GRANT)
        k_revoke((uint32_t)grant);
}

/* What fs_open, fs_stat, fs_mkdir, ... have in common. */
PAYLOAD(path_payload, uint32_t path; uint32_t path_bytes;);

int64_t path_request(uint32_t type, const char *path, struct message *m)
{
    struct path_payload *p = payload(m);
    size_t bytes = strlen(path);
    if (bytes == 0 || bytes >= PATH_MAX) {
        errno = bytes ? ENAMETOOLONG : ENOENT;
        return -1;
    }
    int64_t grant = lend(EP_FS, path, bytes, GRANT_READ);
    if (grant < 0)
        return -1;
    p->path = (uint32_t)grant;
    p->path_bytes = (uint32_t)bytes;
    int64_t status = request(EP_FS, type, m);
    give_back(grant);
    return status;
}
