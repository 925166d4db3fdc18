/*
 * ncurses, and the way back from it.
 *
 * endwin() may not be called from a signal handler. So the sequences that it would write are built
 * at the start, and a fatal signal writes them, restores the terminal's mode with tcsetattr, and
 * raises itself again: both functions are async-signal-safe (POSIX 2.4.3). The signals that ask for
 * an end politely only set a flag the first time, so that the run ends in good order.
 */
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include "emu/dash/mouse.h"
#include "emu/dash/screen.h"
#include <term.h> /* last, for it defines macros such as `columns` */
#undef columns

#define STDERR_KEPT 65536 /* bytes of stderr that are written out at the end */

static struct {
    bool open;
    SCREEN *curses;
    struct termios mode; /* of the terminal before */
    char way_back[256];  /* the sequences that endwin() would write */
    size_t way_back_size;
    int stderr_before; /* a duplicate of fd 2 */
    FILE *kept;        /* where fd 2 goes meanwhile */
    struct grid drawn; /* what is on the screen */
    attr_t attr[STYLES];
    short pair[STYLES];
} screen;

static volatile sig_atomic_t want_end, want_suspend, was_resumed;

/* ---- signals --------------------------------------------------------------------------------- */

static const int polite[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2};
static const int fatal[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGXCPU, SIGXFSZ};

/* Async-signal-safe. */
static void restore_terminal(void)
{
    ssize_t ignored = write(STDOUT_FILENO, screen.way_back, screen.way_back_size);
    (void)ignored;
    tcsetattr(STDIN_FILENO, TCSANOW, &screen.mode);
    dup2(screen.stderr_before, STDERR_FILENO);
}

static void die_of(int number)
{
    restore_terminal();
    signal(number, SIG_DFL);
    raise(number);
}

static void on_polite(int number)
{
    if (want_end)
        die_of(number);
    want_end = number;
}

static void on_suspend(int number)
{
    (void)number;
    want_suspend = 1;
}

static void on_continue(int number)
{
    (void)number;
    was_resumed = 1;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

static void handle_signals(void)
{
    static char stack[16384]; /* an overflow of the stack must reach its handler */
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        handle(fatal[i], die_of, (int)(SA_ONSTACK | SA_NODEFER | SA_RESETHAND));
    for (size_t i = 0; i < sizeof polite / sizeof polite[0]; i++)
        handle(polite[i], on_polite, 0);
    handle(SIGTSTP, on_suspend, 0);
    handle(SIGCONT, on_continue, 0);
}

static void default_signals(void)
{
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        signal(fatal[i], SIG_DFL);
    for (size_t i = 0; i < sizeof polite / sizeof polite[0]; i++)
        signal(polite[i], SIG_DFL);
    signal(SIGTSTP, SIG_DFL);
    signal(SIGCONT, SIG_DFL);
}

struct screen_requests screen_requests(void)
{
    struct screen_requests r = {want_end, want_suspend, was_resumed};
    want_suspend = was_resumed = 0;
    return r;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int collect(int byte)
{
    if (screen.way_back_size < sizeof screen.way_back)
        screen.way_back[screen.way_back_size++] = (char)byte;
    return byte;
}

static void build_way_back(void)
{
    char *const sequence[] = {orig_pair, exit_attribute_mode, cursor_normal, keypad_local,
                              exit_ca_mode};
    screen.way_back_size = 0;
    for (size_t i = 0; i < sizeof sequence / sizeof sequence[0]; i++)
        if (sequence[i])
            tputs(sequence[i], 1, collect);
    char *mouse = tigetstr("XM"); /* an extension of ncurses: turns the mouse on and off */
    if (mouse && mouse != (char *)-1)
        tputs(tparm(mouse, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L), 1, collect);
    else if (key_mouse)
        tputs("\033[?1000l", 1, collect);
}

/* What libraries write to stderr would spoil the screen. Without a file for it, it may. */
static void keep_stderr(void)
{
    screen.stderr_before = dup(STDERR_FILENO);
    screen.kept = tmpfile();
    fflush(stderr);
    if (screen.stderr_before >= 0 && screen.kept)
        dup2(fileno(screen.kept), STDERR_FILENO);
}

static void release_stderr(void)
{
    static char bytes[STDERR_KEPT];
    size_t count = 0;
    fflush(stderr);
    if (screen.stderr_before >= 0) {
        dup2(screen.stderr_before, STDERR_FILENO);
        close(screen.stderr_before);
    }
    if (screen.kept) {
        rewind(screen.kept);
        count = fread(bytes, 1, sizeof bytes, screen.kept);
        fclose(screen.kept);
    }
    fwrite(bytes, 1, count, stderr);
}

static void set_style(enum style style, attr_t attr, short colour)
{
    screen.attr[style] = attr;
    screen.pair[style] = 0;
    if (colour >= 0 && has_colors() && !getenv("NO_COLOR")) {
        init_pair(colour + 1, colour, -1);
        screen.pair[style] = (short)(colour + 1);
    }
}

/* Colours are the terminal's own, so they suit light and dark ones; none is the only sign. */
static void set_styles(void)
{
    if (has_colors() && !getenv("NO_COLOR")) {
        start_color();
        use_default_colors();
    }
    set_style(STYLE_DIM, A_DIM, -1);
    set_style(STYLE_BOLD, A_BOLD, -1);
    set_style(STYLE_HEAD, A_NORMAL, COLOR_CYAN);
    set_style(STYLE_RULE, A_DIM, -1);
    set_style(STYLE_TITLE, A_NORMAL, COLOR_CYAN);
    set_style(STYLE_FOCUS, A_BOLD, COLOR_CYAN);
    set_style(STYLE_BAR, A_REVERSE, -1);
    set_style(STYLE_ALERT, A_REVERSE | A_BOLD, COLOR_YELLOW);
    set_style(STYLE_KEY, A_BOLD, COLOR_CYAN);
    set_style(STYLE_LABEL, A_NORMAL, -1);
    set_style(STYLE_CHOSEN, A_REVERSE, -1);
    set_style(STYLE_GOOD, A_BOLD, COLOR_GREEN);
    set_style(STYLE_WARN, A_NORMAL, COLOR_YELLOW);
    set_style(STYLE_BAD, A_BOLD, COLOR_RED);
    set_style(STYLE_BOX, A_NORMAL, -1);
    set_style(STYLE_BOX_BOLD, A_BOLD, -1);
    set_style(STYLE_FOUND, A_BOLD | A_UNDERLINE, COLOR_MAGENTA);
}

/* ncurses' part. False: this kind of terminal cannot do it. */
static bool start_curses(void)
{
    set_escdelay(25);
    screen.curses = newterm(NULL, stdout, stdin);
    if (screen.curses && cursor_address)
        return true;
    if (screen.curses) {
        endwin();
        delscreen(screen.curses);
    }
    return false;
}

bool screen_open(char *why, size_t size)
{
    const char *term = getenv("TERM");
    if (tcgetattr(STDIN_FILENO, &screen.mode) != 0) {
        snprintf(why, size, "the terminal cannot be taken: %s", strerror(errno));
        return false;
    }
    if (!start_curses()) {
        snprintf(why, size, "the terminal '%s' cannot show the dashboard; --headless needs none",
                 term ? term : "");
        return false;
    }
    screen.open = true;
    atexit(screen_close);
    build_way_back();
    keep_stderr();
    handle_signals();
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    mouse_report(true);
    set_styles();
    screen_redraw();
    return true;
}

void screen_close(void)
{
    if (!screen.open)
        return;
    screen.open = false;
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.mode);
    default_signals();
    release_stderr();
    grid_free(&screen.drawn);
    delscreen(screen.curses);
}

void screen_resume(void)
{
    reset_prog_mode();
    screen_redraw();
}

void screen_suspend(void)
{
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &screen.mode);
    signal(SIGTSTP, SIG_DFL);
    /* The whole process group, as the terminal's driver does for ^Z: a shell takes the terminal
     * back when the job's leader stops, and that may be make. */
    kill(0, SIGTSTP);
    /* Here it goes on, after SIGCONT. */
    handle(SIGTSTP, on_suspend, 0);
    refresh();
    screen_resume();
}

/* ---- drawing --------------------------------------------------------------------------------- */

void screen_size(int *rows, int *columns)
{
    getmaxyx(stdscr, *rows, *columns);
}

bool screen_unicode(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void screen_redraw(void)
{
    grid_free(&screen.drawn);
    clearok(stdscr, TRUE);
}

/* One run of cells that share a style. */
static void draw_run(int row, int column, const struct cell *cell, int count)
{
    wchar_t text[count + 1];
    int n = 0;
    for (int i = 0; i < count; i++)
        if (cell[i].ch)
            text[n++] = (wchar_t)cell[i].ch;
    attr_set(screen.attr[cell->style], screen.pair[cell->style], NULL);
    mvaddnwstr(row, column, text, n);
}

static void draw_row(const struct grid *g, int row)
{
    const struct cell *cell = &g->cell[row * g->columns];
    for (int i = 0, end; i < g->columns; i = end) {
        for (end = i + 1; end < g->columns && cell[end].style == cell[i].style;)
            end++;
        draw_run(row, i, &cell[i], end - i);
    }
}

void screen_draw(const struct grid *g)
{
    size_t bytes = (size_t)g->columns * sizeof *g->cell;
    bool anew = screen.drawn.rows != g->rows || screen.drawn.columns != g->columns;
    if (anew && !grid_resize(&screen.drawn, g->rows, g->columns))
        return;
    for (int row = 0; row < g->rows; row++) {
        struct cell *before = &screen.drawn.cell[row * g->columns];
        if (!anew && memcmp(before, &g->cell[row * g->columns], bytes) == 0)
            continue;
        memcpy(before, &g->cell[row * g->columns], bytes);
        draw_row(g, row);
    }
    curs_set(g->cursor_row >= 0);
    if (g->cursor_row >= 0)
        move(g->cursor_row, g->cursor_column);
    wnoutrefresh(stdscr);
    doupdate();
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Has the terminal another size than when this was asked last? */
static bool is_resized(void)
{
    static struct winsize last;
    struct winsize now = last;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) != 0 ||
        (now.ws_row == last.ws_row && now.ws_col == last.ws_col))
        return false;
    last = now;
    return true;
}

/* A signal that comes after its flag was looked at, and before the wait begins, must end the wait all the same: until
 * then they are held back. */
bool screen_wait(int timeout_ms)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t held, before;
    sigemptyset(&held);
    sigaddset(&held, SIGWINCH);
    sigaddset(&held, SIGTSTP);
    sigaddset(&held, SIGCONT);
    for (size_t i = 0; i < sizeof polite / sizeof polite[0]; i++)
        sigaddset(&held, polite[i]);
    sigprocmask(SIG_BLOCK, &held, &before);
    if (want_end || want_suspend || was_resumed || is_resized())
        timeout_ms = 0;
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    int ready = ppoll(&in, 1, timeout_ms < 0 ? NULL : &timeout, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ready <= 0 || (in.revents & POLLIN) || !(in.revents & (POLLHUP | POLLERR | POLLNVAL));
}

bool screen_pending(void)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    return want_end || poll(&in, 1, 0) > 0;
}

bool screen_key(struct key *k)
{
    wint_t code;
    while (!mouse_take(k)) {
        int kind = get_wch(&code);
        if (kind == ERR)
            return false;
        *k = (struct key){.function = kind == KEY_CODE_YES, .code = (char32_t)code};
        if (!k->function || code != KEY_MOUSE)
            return true;
        mouse_keep();
    }
    return true;
}
