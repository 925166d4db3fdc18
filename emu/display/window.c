/*
 * SDL with its software renderer: the picture is painted already, so there is nothing for a graphics card to do, and
 * nothing that differs between two of them.
 *
 * SDL takes no signals. What it and the libraries below it write to stderr, and when they end the process, is pane.c's care.
 */
#define SDL_MAIN_HANDLED
#include <SDL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/display/draw.h"
#include "emu/display/window.h"
#include "emu/display/window_keys.h"

struct window {
    SDL_Window *window;
    SDL_Renderer *renderer;
    SDL_Texture *texture;
    int width, height; /* of the texture */
    SDL_Rect small;    /* where it shall be after the full screen; empty: SDL knows */
    bool closed, stale;
};

/* ---- opening and closing --------------------------------------------------------------------- */

/*
 * Without a display, SDL takes one of these and shows nothing; or it takes the whole console away from the terminal.
 * Somebody who names a driver in SDL_VIDEODRIVER gets it.
 */
static bool is_display(const char *driver)
{
    static const char *const unseen[] = {"offscreen", "dummy", "evdev", "KMSDRM", "kmsdrm"};
    const char *wanted = getenv("SDL_VIDEODRIVER");
    if (!driver || (wanted && *wanted))
        return driver != NULL;
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
        if (strcmp(driver, unseen[i]) == 0)
            return false;
    return true;
}

/* Where there is neither, SDL is not even asked. */
static bool may_have_display(void)
{
#ifdef __linux__
    return getenv("DISPLAY") || getenv("WAYLAND_DISPLAY") || getenv("SDL_VIDEODRIVER");
#else
    return true;
#endif
}

static bool start(struct window *w)
{
    SDL_SetMainReady();
    setenv("SDL_VIDEO_X11_WMCLASS", "courier", 0);
    setenv("SDL_VIDEO_WAYLAND_WMCLASS", "courier", 0);
    SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "software");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "software");
    SDL_SetHint(SDL_HINT_VIDEO_ALLOW_SCREENSAVER, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0 || !is_display(SDL_GetCurrentVideoDriver()))
        return false;
    w->window = SDL_CreateWindow("Courier", SDL_WINDOWPOS_UNDEFINED, SDL_WINDOWPOS_UNDEFINED,
                                 DRAW_WIDTH * DRAW_NORMAL, DRAW_HEIGHT * DRAW_NORMAL,
                                 SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
    if (!w->window)
        return false;
    SDL_SetWindowMinimumSize(w->window, DRAW_WIDTH, DRAW_HEIGHT);
    w->renderer = SDL_CreateRenderer(w->window, -1, SDL_RENDERER_SOFTWARE);
    SDL_StartTextInput();
    return w->renderer != NULL;
}

struct window *window_open(char *why, size_t size)
{
    struct window *w = calloc(1, sizeof *w);
    bool shown = w && may_have_display() && start(w);
    if (!shown && w) {
        window_close(w);
        w = NULL;
    }
    if (!w)
        snprintf(why, size, "no display for a window");
    else
        w->stale = true;
    return w;
}

void window_close(struct window *w)
{
    if (!w)
        return;
    if (w->texture)
        SDL_DestroyTexture(w->texture);
    if (w->renderer)
        SDL_DestroyRenderer(w->renderer);
    if (w->window)
        SDL_DestroyWindow(w->window);
    SDL_Quit();
    free(w);
}

bool window_is_closed(const struct window *w)
{
    return w->closed;
}

bool window_is_stale(struct window *w)
{
    bool stale = w->stale;
    w->stale = false;
    return stale;
}

/* ---- events ---------------------------------------------------------------------------------- */

static void place(struct window *w, const SDL_Rect *r)
{
    SDL_SetWindowPosition(w->window, r->x, r->y);
    SDL_SetWindowSize(w->window, r->w, r->h);
}

/* Somebody has put a frame around it. */
static bool is_managed(const struct window *w)
{
    int top = 0, left = 0, bottom = 0, right = 0;
    SDL_GetWindowBordersSize(w->window, &top, &left, &bottom, &right);
    return top + left + bottom + right > 0;
}

/* SDL asks the window manager for the full screen, and takes it for done. Where there is none, nothing would happen: so the
 * window itself covers the display before, and goes back afterwards. */
static void toggle_full_screen(struct window *w)
{
    bool full = SDL_GetWindowFlags(w->window) & SDL_WINDOW_FULLSCREEN_DESKTOP;
    SDL_Rect display;
    if (!full)
        w->small = (SDL_Rect){0};
    if (!full && !is_managed(w) &&
        SDL_GetDisplayBounds(SDL_GetWindowDisplayIndex(w->window), &display) == 0) {
        SDL_GetWindowPosition(w->window, &w->small.x, &w->small.y);
        SDL_GetWindowSize(w->window, &w->small.w, &w->small.h);
        place(w, &display);
    }
    SDL_SetWindowFullscreen(w->window, full ? 0 : SDL_WINDOW_FULLSCREEN_DESKTOP);
    if (full && w->small.w)
        place(w, &w->small);
    SDL_ShowCursor(full ? SDL_ENABLE : SDL_DISABLE);
    w->stale = true;
}

static bool is_full_screen_key(const SDL_KeyboardEvent *e)
{
    return e->keysym.sym == SDLK_F11 ||
           (e->keysym.sym == SDLK_RETURN && (e->keysym.mod & KMOD_ALT));
}

/* True: it was a key for the front end. */
static bool take_event(struct window *w, const SDL_Event *e, struct key *key)
{
    switch (e->type) {
    case SDL_QUIT:
        w->closed = true;
        return false;
    case SDL_WINDOWEVENT:
        if (e->window.event == SDL_WINDOWEVENT_CLOSE)
            w->closed = true;
        w->stale = true;
        return false;
    case SDL_KEYDOWN:
        if (is_full_screen_key(&e->key)) {
            if (!e->key.repeat)
                toggle_full_screen(w);
            return false;
        }
        return window_keys_function(e->key.keysym.sym, e->key.keysym.mod, key);
    case SDL_TEXTINPUT:
        return window_keys_text(e->text.text, key);
    default:
        return false;
    }
}

bool window_key(struct window *w, struct key *key)
{
    SDL_Event e;
    while (!w->closed && SDL_PollEvent(&e))
        if (take_event(w, &e, key))
            return true;
    return false;
}

/* ---- painting -------------------------------------------------------------------------------- */

int window_scale(const struct window *w)
{
    int width = DRAW_WIDTH, height = DRAW_HEIGHT;
    SDL_GetRendererOutputSize(w->renderer, &width, &height);
    return draw_scale(width, height);
}

static bool fit_texture(struct window *w, const struct canvas *c)
{
    if (w->texture && w->width == c->width && w->height == c->height)
        return true;
    if (w->texture)
        SDL_DestroyTexture(w->texture);
    w->texture = SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_ARGB8888,
                                   SDL_TEXTUREACCESS_STREAMING, c->width, c->height);
    w->width = c->width;
    w->height = c->height;
    return w->texture != NULL;
}

static bool paint(struct window *w, const struct canvas *c)
{
    int width = 0, height = 0;
    SDL_GetRendererOutputSize(w->renderer, &width, &height);
    SDL_Rect there = {(width - c->width) / 2, (height - c->height) / 2, c->width, c->height};
    if (!fit_texture(w, c) || SDL_UpdateTexture(w->texture, NULL, c->pixel, 4 * c->width) != 0)
        return false;
    SDL_SetRenderDrawColor(w->renderer, 255, 255, 255, 255);
    SDL_RenderClear(w->renderer);
    return SDL_RenderCopy(w->renderer, w->texture, NULL, &there) == 0;
}

bool window_show(struct window *w, const struct canvas *c)
{
    if (w->closed || !paint(w, c))
        return false;
    SDL_RenderPresent(w->renderer);
    return true;
}

bool window_read(struct window *w, const struct canvas *shown, struct canvas *c)
{
    int width = 0, height = 0;
    SDL_GetRendererOutputSize(w->renderer, &width, &height);
    return paint(w, shown) && canvas_resize(c, width, height) &&
           SDL_RenderReadPixels(w->renderer, NULL, SDL_PIXELFORMAT_ARGB8888, c->pixel, 4 * width) ==
               0;
}
