/* Waiting for children: POSIX.1-2017 <sys/wait.h>. */
#ifndef SYS_WAIT_H
#define SYS_WAIT_H

#include <sys/types.h>
#include <courier/protocol/pm.h> /* WNOHANG */

#define WIFEXITED(status)   (((status)&0x7f) == 0)
#define WEXITSTATUS(status) ((status) >> 8 & 0xff)
#define WIFSIGNALED(status) (((status)&0x7f) != 0)
#define WTERMSIG(status)    ((status)&0x7f)

/* The pid of a child that ended, its status in *status (may be NULL). waitpid: pid > 0 that child,
 * -1 any; 0 with WNOHANG when none has ended. -1: ECHILD, EINTR. */
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);

#endif
