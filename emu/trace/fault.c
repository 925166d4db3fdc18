/*
 * Learns each process's trap frame from its calls, and spoils the pc in it on demand.
 *
 * While a process runs its frame is out of date: the next trap writes the pc anew. So a doomed
 * process's frame is spoiled at once, and again at each of its calls and switches, when the frame
 * holds the truth, until it is seen to crash.
 */
#include <courier/probe.h>
#include "emu/trace/fault.h"

static bool spoil(struct fault *f, unsigned slot)
{
    uint64_t zero = 0, frame = f->process[slot].frame;
    return frame && board_write(f->board, frame + FRAME_PC, &zero, sizeof zero);
}

static void spoil_if_doomed(struct fault *f, endpoint_t ep)
{
    unsigned slot = EP_SLOT(ep);
    if (slot < NSLOTS && f->process[slot].doomed && f->process[slot].endpoint == ep)
        spoil(f, slot);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct fault *f = (struct fault *)self;
    unsigned slot = EP_SLOT(e->who);
    if (slot >= NSLOTS)
        return;
    switch (e->kind) {
    case EVENT_CALL:
        f->process[slot].endpoint = e->who;
        f->process[slot].frame = e->frame;
        spoil_if_doomed(f, e->who);
        break;
    case EVENT_SWITCH:
        spoil_if_doomed(f, e->who);
        spoil_if_doomed(f, e->peer);
        break;
    default: /* it crashed, ended, or begins anew */
        f->process[slot].doomed = false;
        break;
    }
}

void fault_init(struct fault *f, struct board *board)
{
    *f = (struct fault){.board = board};
    f->sink.kinds = EVENT_BIT(EVENT_CALL) | EVENT_BIT(EVENT_SWITCH) | EVENT_BIT(EVENT_EXEC) |
                    EVENT_BIT(EVENT_EXIT) | EVENT_BIT(EVENT_CRASH) | EVENT_BIT(EVENT_RESTART);
    f->sink.event = on_event;
}

bool fault_crash(struct fault *f, endpoint_t ep)
{
    unsigned slot = EP_SLOT(ep);
    if (slot >= NSLOTS || f->process[slot].endpoint != ep)
        return false;
    f->process[slot].doomed = true;
    return spoil(f, slot);
}
