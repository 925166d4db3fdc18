/* The arena: chunks of memory, filled from the bottom, released down to a mark. And strings that
 * grow. */
#include <stdlib.h>
#include <string.h>
#include "sh.h"

struct chunk {
    struct chunk *below;
    size_t used, room;
    char bytes[] __attribute__((aligned(16)));
};
#define CHUNK 8000

static struct chunk *top;

void *arena_alloc(size_t bytes)
{
    bytes = (bytes + 15) & ~(size_t)15;
    if (!top || top->room - top->used < bytes) {
        size_t room = bytes > CHUNK ? bytes : CHUNK;
        struct chunk *c = malloc(sizeof *c + room);
        if (!c)
            out_of_memory();
        *c = (struct chunk){.below = top, .room = room};
        top = c;
    }
    void *p = top->bytes + top->used;
    top->used += bytes;
    return memset(p, 0, bytes);
}

char *arena_copy(const char *s, size_t n)
{
    char *copy = arena_alloc(n + 1);
    memcpy(copy, s, n);
    return copy;
}

struct mark arena_mark(void)
{
    return (struct mark){top, top ? top->used : 0};
}

void arena_release(struct mark mark)
{
    while (top != mark.chunk) {
        struct chunk *below = top->below;
        free(top);
        top = below;
    }
    if (top)
        top->used = mark.used;
}

static void make_room(struct text *t, size_t more)
{
    if (t->room - t->length > more)
        return;
    size_t room = t->room * 2 + more + 64;
    char *s = realloc(t->s, room);
    if (!s)
        out_of_memory();
    t->s = s;
    t->room = room;
}

void text_clear(struct text *t)
{
    t->length = 0;
    make_room(t, 1);
    t->s[0] = '\0';
}

void text_add(struct text *t, char c)
{
    make_room(t, 1);
    t->s[t->length++] = c;
    t->s[t->length] = '\0';
}
