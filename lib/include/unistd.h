/*
 * Calls of POSIX.1-2017 <unistd.h>, each a request to PM or FS. All return -1 with errno on an
 * error: the server's (see <courier/protocol/>), or IPC's.
 */
#ifndef UNISTD_H
#define UNISTD_H

#include <sys/types.h>
#include <courier/protocol/fs.h> /* SEEK_, PIPE_BUF, OPEN_MAX */

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

/* Files. */
ssize_t read(int fd, void *to, size_t bytes);
ssize_t write(int fd, const void *from, size_t bytes);
off_t lseek(int fd, off_t offset, int whence);
int close(int fd);
int dup(int fd);
int dup2(int fd, int to);
int pipe(int fd[2]);
int isatty(int fd);
int ftruncate(int fd, off_t length);
int truncate(const char *path, off_t length);
int fsync(int fd);
void sync(void);
int link(const char *from, const char *to);
int unlink(const char *path);
int rmdir(const char *path);
int chdir(const char *path);
char *getcwd(char *to, size_t bytes);
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
int access(const char *path, int mode); /* one user: any permission bit will do */

/* Processes. */
pid_t fork(void);
int execv(const char *path, char *const argv[]);  /* returns only when it failed */
int execvp(const char *name, char *const argv[]); /* looks for a name without '/' in /bin */
_Noreturn void _exit(int status);
pid_t getpid(void);
pid_t getppid(void);
pid_t getpgrp(void);
int setpgid(pid_t pid, pid_t group); /* pid 0: the caller; group 0: the pid */
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group); /* who gets ^C */
int brk(void *end);
void *sbrk(intptr_t increment); /* the former end of the heap; (void *)-1 with ENOMEM */

/* Time. */
unsigned alarm(unsigned seconds); /* SIGALRM; 0: none. Seconds left of the former */
unsigned sleep(unsigned seconds); /* 0, or the seconds left when a signal came */
int usleep(useconds_t microseconds);
int pause(void); /* until a signal is handled: always -1, EINTR */

/* Options: getopt(argc, argv, "ab:") returns the next option letter, '?' for a wrong one, -1 after
 * the last; its argument is in optarg, the first operand then is argv[optind]. It prints nothing:
 * the caller says how it is used. */
extern char *optarg;
extern int optind, optopt;
int getopt(int argc, char *const argv[], const char *options);

#endif
