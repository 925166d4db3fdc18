/* The names of errors and signals, and the messages of programs that meet them. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int errno;
const char *program_name = "?";

static const char *const error_names[] = {
    [0] = "Success",
    [EPERM] = "Operation not permitted",
    [ENOENT] = "No such file or directory",
    [ESRCH] = "No such process",
    [EINTR] = "Interrupted system call",
    [EIO] = "Input/output error",
    [ENXIO] = "No such device or address",
    [E2BIG] = "Argument list too long",
    [ENOEXEC] = "Exec format error",
    [EBADF] = "Bad file descriptor",
    [ECHILD] = "No child processes",
    [EAGAIN] = "Resource temporarily unavailable",
    [ENOMEM] = "Out of memory",
    [EACCES] = "Permission denied",
    [EFAULT] = "Bad address",
    [EBUSY] = "Device or resource busy",
    [EEXIST] = "File exists",
    [EXDEV] = "Link across devices",
    [ENODEV] = "No such device",
    [ENOTDIR] = "Not a directory",
    [EISDIR] = "Is a directory",
    [EINVAL] = "Invalid argument",
    [ENFILE] = "Too many open files in the system",
    [EMFILE] = "Too many open files",
    [ENOTTY] = "Not a terminal",
    [EFBIG] = "File too large",
    [ENOSPC] = "No space left on device",
    [ESPIPE] = "Illegal seek",
    [EROFS] = "Read-only file system",
    [EMLINK] = "Too many links",
    [EPIPE] = "Broken pipe",
    [ERANGE] = "Result out of range",
    [ENAMETOOLONG] = "File name too long",
    [ENOSYS] = "Call not implemented",
    [ENOTEMPTY] = "Directory not empty",
    [ELOOP] = "Too many symbolic links",
    [EOVERFLOW] = "Value too large",
    [ETIMEDOUT] = "Timed out",
    [EDQUOT] = "Quota exceeded",
    [EDEADSRCDST] = "Process is dead",
    [ELOCKED] = "Would deadlock",
    [EREINCARNATED] = "Service restarted during the call",
    [EFAULTED] = "Request crashed its server",
    [ENOTREADY] = "Peer not waiting for a reply",
};

static const char *const signal_texts[NSIGNALS] = {
    [SIGHUP] = "Hangup",
    [SIGINT] = "Interrupt",
    [SIGQUIT] = "Quit",
    [SIGILL] = "Illegal instruction",
    [SIGTRAP] = "Breakpoint trap",
    [SIGABRT] = "Aborted",
    [SIGBUS] = "Bus error",
    [SIGFPE] = "Arithmetic error",
    [SIGKILL] = "Killed",
    [SIGUSR1] = "User signal 1",
    [SIGSEGV] = "Segmentation fault",
    [SIGUSR2] = "User signal 2",
    [SIGPIPE] = "Broken pipe",
    [SIGALRM] = "Alarm clock",
    [SIGTERM] = "Terminated",
    [SIGCHLD] = "Child ended",
    [SIGCONT] = "Continued",
    [SIGSTOP] = "Stopped",
};

const char *const signal_names[NSIGNALS] = {
    [SIGHUP] = "HUP",   [SIGINT] = "INT",   [SIGQUIT] = "QUIT", [SIGILL] = "ILL",
    [SIGTRAP] = "TRAP", [SIGABRT] = "ABRT", [SIGBUS] = "BUS",   [SIGFPE] = "FPE",
    [SIGKILL] = "KILL", [SIGUSR1] = "USR1", [SIGSEGV] = "SEGV", [SIGUSR2] = "USR2",
    [SIGPIPE] = "PIPE", [SIGALRM] = "ALRM", [SIGTERM] = "TERM", [SIGCHLD] = "CHLD",
    [SIGCONT] = "CONT", [SIGSTOP] = "STOP",
};

/* Entry n of a table of texts, or `what` and the number. */
static char *text_of(const char *const *table, size_t entries, int n, const char *what)
{
    static char unknown[32];
    if (n >= 0 && (size_t)n < entries && table[n])
        return (char *)table[n];
    snprintf(unknown, sizeof unknown, "%s %d", what, n);
    return unknown;
}

char *strerror(int error)
{
    return text_of(error_names, sizeof error_names / sizeof *error_names, error, "Error");
}

char *strsignal(int sig)
{
    return text_of(signal_texts, NSIGNALS, sig, "Signal");
}

#define TEXT_BYTES 512 /* of a message; a longer one is cut */

/* Control characters as ^X: a name that somebody typed must neither hide what is in it nor speak to
 * the terminal. */
static void make_visible(char to[static 2 * TEXT_BYTES], const char *from)
{
    for (; *from; from++) {
        if (iscntrl((unsigned char)*from))
            *to++ = '^';
        *to++ = iscntrl((unsigned char)*from) ? (char)(*from ^ 0x40) : *from;
    }
    *to = '\0';
}

static void message(int error, const char *format, va_list arguments)
{
    char text[TEXT_BYTES], visible[2 * TEXT_BYTES];
    vsnprintf(text, sizeof text, format, arguments);
    make_visible(visible, text);
    fflush(stdout);
    if (error)
        fprintf(stderr, "%s: %s: %s\n", program_name, visible, strerror(error));
    else
        fprintf(stderr, "%s: %s\n", program_name, visible);
}

void warn(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message(errno, format, arguments);
    va_end(arguments);
}

void warnx(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message(0, format, arguments);
    va_end(arguments);
}

_Noreturn void err(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message(errno, format, arguments);
    exit(status);
}

_Noreturn void errx(int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message(0, format, arguments);
    exit(status);
}

_Noreturn void usage(const char *synopsis)
{
    fprintf(stderr, *synopsis ? "usage: %s %s\n" : "usage: %s\n", program_name, synopsis);
    exit(2);
}

_Noreturn void assert_failed(const char *condition, const char *file, int line,
                             const char *function)
{
    fprintf(stderr, "%s: %s:%d: %s: assertion failed: %s\n", program_name, file, line, function,
            condition);
    abort();
}
