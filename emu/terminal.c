/*
 * Raw mode for the time of a run. The terminal is put back at exit and when a signal ends the
 * program; tcsetattr may be called from a signal handler (POSIX, 2.4.3), so that is all it does
 * before it dies of the same signal.
 *
 * This is the one place of the emulator with global state: a process has one terminal.
 */
#include "emu/terminal.h"

#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static struct termios saved;
static volatile sig_atomic_t raw;

static const int fatal[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGUSR1,
                            SIGUSR2, SIGABRT, SIGBUS,  SIGFPE,  SIGILL,  SIGSEGV};

void terminal_restore(void)
{
    if (raw) {
        raw = 0;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
    }
}

static void on_fatal(int signal_number)
{
    terminal_restore();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static void set_raw(void)
{
    struct termios t = saved;

    t.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
    t.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    t.c_cc[VMIN] = 0;
    t.c_cc[VTIME] = 0;
    raw = 1;
    tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

/* Stopped and continued from outside: the shell has put its own mode in the meantime. */
static void on_continue(int signal_number)
{
    (void)signal_number;
    if (raw)
        set_raw();
}

bool terminal_raw(void)
{
    struct sigaction action = {.sa_handler = on_fatal};

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &saved) != 0)
        return false;
    for (unsigned i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        sigaction(fatal[i], &action, NULL);
    action.sa_handler = on_continue;
    action.sa_flags = SA_RESTART;
    sigaction(SIGCONT, &action, NULL);
    atexit(terminal_restore);
    set_raw();
    return true;
}
