/* A frame's end is known when it begins, but for waits: how long one is, the event that ends it says. */
#include "emu/display/film.h"

void film_begin(struct film *f, struct model *model, struct display *display)
{
    *f = (struct film){.model = model, .display = display, .present = f->present};
}

static bool nobody_runs(const struct world *w)
{
    const struct world_process *p = world_find(w, w->running);
    return !p || p->state != PROC_READY;
}

bool film_frame_is_due(struct film *f, uint64_t time)
{
    if (!f->until && nobody_runs(&f->model->world) && time > f->now)
        f->until = display_skip(f->now, time);
    else if (!f->until)
        f->until = f->now + display_budget(f->display);
    return time > f->until;
}

void film_advance(struct film *f)
{
    f->now = f->until;
    f->until = 0;
    world_pass(&f->model->world, f->now);
}

void film_take(struct film *f, const struct event *e)
{
    struct sink *sink = &f->model->sink;
    f->now = e->time;
    sink->event(sink, e);
}

int film_show(struct film *f, struct display_view *v)
{
    v->model = f->model;
    v->now = f->now;
    f->present += DISPLAY_FRAME_NS;
    return display_frame(f->display, v, f->present);
}
