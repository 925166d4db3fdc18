/* A timeline is asked for its events one by one, so that two may read it in turns. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "emu/export/walk_source.h"

/* Of a timeline that has forgotten the run's first events, the first that is left only says how things stood. */
static bool open_timeline(struct walk_source *s, struct world *world, char *why, size_t size)
{
    uint64_t first = timeline_first(s->timeline);
    s->end = timeline_last(s->timeline);
    s->number = first > 1 ? first : 0;
    if (first <= s->end && (first <= 1 || timeline_world(s->timeline, first, world)))
        return true;
    snprintf(why, size, "nothing is kept of this run");
    return false;
}

bool source_open(struct walk_source *s, struct world *world, char *why, size_t size)
{
    world_init(world);
    if (!s->path)
        return open_timeline(s, world, why, size);
    s->reader = reader_open(s->path, why, size);
    return s->reader != NULL;
}

void source_close(struct walk_source *s)
{
    reader_close(s->reader);
    s->reader = NULL;
}

enum reader_result source_next(struct walk_source *s, struct event *e)
{
    if (s->reader)
        return reader_next(s->reader, e);
    if (s->number >= s->end || !timeline_event(s->timeline, s->number + 1, e))
        return READER_END;
    s->number++;
    return READER_EVENT;
}

const char *source_remark(const struct walk_source *s)
{
    return s->reader ? reader_remark(s->reader) : "";
}

bool source_is_lasting(const struct walk_source *s)
{
    struct stat file;
    return !s->path ||
           (strcmp(s->path, "-") != 0 && stat(s->path, &file) == 0 && S_ISREG(file.st_mode));
}
