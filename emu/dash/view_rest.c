/* Pages that share the message list until their own views are in. */
#include "emu/dash/view_parts.h"

int view_ladder_rows(struct rect r)
{
    return r.rows - 2;
}
void view_detail(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    view_stream(g, v, s, r);
}
void view_ladder(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    view_stream(g, v, s, r);
}
void view_waits(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    view_stream(g, v, s, r);
}
void view_latency(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    view_stream(g, v, s, r);
}
void view_process(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    view_stream(g, v, s, r);
}
