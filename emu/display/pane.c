/* The parent's side is functions that never wait, the child's side is a loop. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/display/draw.h"
#include "emu/display/pane.h"
#include "emu/sweep/shared.h"
#include "emu/display/window.h"

#define POLL_MS    12 /* between two looks at SDL's events */
#define START_MS   10000
#define FDS        1024
#define PIXELS_MAX ((size_t)DRAW_WIDTH * DRAW_HEIGHT * DRAW_MAX * DRAW_MAX)

enum news_kind {
    NEWS_OPEN,  /* child: the window is there; a: scale */
    NEWS_STALE, /* child: paint it anew; a: scale */
    NEWS_KEY,   /* child: a: function, b: code */
    NEWS_SHOWN, /* child: the pixels may be changed */
    NEWS_FRAME  /* parent: show the pixels; a, b: width and height */
};

struct news {
    uint32_t kind, a, b;
};

struct pane {
    pid_t child;
    int socket;
    uint32_t *pixel; /* shared */
    int scale;
    bool closed, stale, busy;
};

/* ---- the socket ----------------------------------------------------------------------------------- */

static bool tell(int socket, enum news_kind kind, uint32_t a, uint32_t b)
{
    struct news news = {kind, a, b};
    return send(socket, &news, sizeof news, MSG_NOSIGNAL) == (ssize_t)sizeof news;
}

/* 1: there are news, 0: there are none within ms, -1: the other side is gone. */
static int hear(int socket, int ms, struct news *news)
{
    struct pollfd p = {.fd = socket, .events = POLLIN};
    int n = poll(&p, 1, ms);
    if (n <= 0)
        return n < 0 && errno != EINTR ? -1 : 0;
    return recv(socket, news, sizeof *news, MSG_WAITALL) == (ssize_t)sizeof *news ? 1 : -1;
}

/* ---- the child ------------------------------------------------------------------------------- */

/* Nothing of the parent's is touched: no files, no terminal, no signals meant for it. */
static void stand_alone(int socket)
{
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < 3; fd++)
        dup2(nowhere, fd);
    for (int fd = 3; fd < FDS; fd++)
        if (fd != socket)
            close(fd);
    setpgid(0, 0);
    for (int sig = 1; sig < NSIG; sig++)
        signal(sig, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
}

static bool take_frame(struct window *w, int socket, uint32_t *pixel, const struct news *news)
{
    struct canvas c = {(int)news->a, (int)news->b, pixel};
    return window_show(w, &c) && tell(socket, NEWS_SHOWN, 0, 0);
}

static void serve(struct window *w, int socket, uint32_t *pixel)
{
    struct news news;
    struct key key;
    int heard;
    while ((heard = hear(socket, POLL_MS, &news)) >= 0) {
        if (heard && !take_frame(w, socket, pixel, &news))
            return;
        while (window_key(w, &key))
            tell(socket, NEWS_KEY, key.function, key.code);
        if (window_is_closed(w))
            return;
        if (window_is_stale(w))
            tell(socket, NEWS_STALE, (uint32_t)window_scale(w), 0);
    }
}

static void be_child(int socket, uint32_t *pixel)
{
    char unheard[128];
    stand_alone(socket);
    struct window *w = window_open(unheard, sizeof unheard);
    if (w) {
        tell(socket, NEWS_OPEN, (uint32_t)window_scale(w), 0);
        serve(w, socket, pixel);
        window_close(w);
    }
    _exit(0);
}

/* ---- the parent ------------------------------------------------------------------------------ */

static bool start(struct pane *p)
{
    int pair[2];
    p->pixel = shared_new(PIXELS_MAX * sizeof *p->pixel);
    if (!p->pixel || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    p->child = fork();
    if (p->child == 0)
        be_child(pair[1], p->pixel);
    close(pair[1]);
    p->socket = pair[0];
    struct news news;
    if (p->child < 0 || hear(p->socket, START_MS, &news) != 1 || news.kind != NEWS_OPEN)
        return false;
    p->scale = (int)news.a;
    p->stale = true;
    return true;
}

struct pane *pane_open(char *why, size_t size)
{
    struct pane *p = calloc(1, sizeof *p);
    if (p) {
        *p = (struct pane){.child = -1, .socket = -1};
        if (start(p))
            return p;
        pane_close(p);
    }
    snprintf(why, size, "no display for a window");
    return NULL;
}

void pane_close(struct pane *p)
{
    if (!p)
        return;
    if (p->socket >= 0)
        close(p->socket);
    while (p->child > 0 && waitpid(p->child, NULL, 0) < 0 && errno == EINTR)
        ;
    shared_free(p->pixel, PIXELS_MAX * sizeof *p->pixel);
    free(p);
}

bool pane_key(struct pane *p, struct key *key)
{
    struct news news;
    int heard = 0;
    while (!p->closed && (heard = hear(p->socket, 0, &news)) > 0) {
        if (news.kind == NEWS_KEY) {
            *key = (struct key){.function = news.a != 0, .code = news.b};
            return true;
        }
        if (news.kind == NEWS_SHOWN)
            p->busy = false;
        if (news.kind == NEWS_STALE) {
            p->scale = (int)news.a;
            p->stale = true;
        }
    }
    p->closed = p->closed || heard < 0;
    return false;
}

bool pane_is_closed(const struct pane *p)
{
    return p->closed;
}

bool pane_is_stale(struct pane *p)
{
    bool stale = p->stale;
    p->stale = false;
    return stale;
}

int pane_scale(const struct pane *p)
{
    return p->scale;
}

bool pane_is_ready(const struct pane *p)
{
    return !p->busy;
}

void pane_show(struct pane *p, const struct canvas *c)
{
    memcpy(p->pixel, c->pixel, sizeof *c->pixel * (size_t)c->width * (size_t)c->height);
    p->busy = tell(p->socket, NEWS_FRAME, (uint32_t)c->width, (uint32_t)c->height);
    p->closed = p->closed || !p->busy;
}
