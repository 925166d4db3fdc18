/*
 * Requests to PM and FS, as the POSIX functions send them; for the library alone.
 *
 * A message carries no pointers. What does not fit into it, a path or a buffer, is lent to the
 * server by a grant for the time of the call.
 */
#ifndef LIB_REQUEST_H
#define LIB_REQUEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>

/* Sends m, as a request of this type, and waits for the reply. Its status; or -1 with errno, if IPC
 * or the server says so. */
int64_t request(endpoint_t server, uint32_t type, struct message *m);

/* A grant on memory for a server; NO_GRANT when bytes is 0: there is nothing to lend. -1 with errno
 * on an error. To be returned by give_back(), which leaves errno alone. */
int64_t lend(endpoint_t server, const void *address, size_t bytes, unsigned access);
void give_back(int64_t grant);
#define NO_GRANT ((int64_t)UINT32_MAX)

/* A request of FS whose payload begins with a path, as all that have one do; the rest of *m is
 * filled in by the caller. */
int64_t path_request(uint32_t type, const char *path, struct message *m);

#endif
