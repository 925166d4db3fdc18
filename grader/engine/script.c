/* Queues operations. Most of this file is the vocabulary of script.h; add() is the mechanism. */
#include <stdlib.h>
#include <string.h>
#include "grader/engine/play.h"

static struct op *add(struct actor *a, enum op_kind kind, uint64_t number, uint64_t peer)
{
    /* Where there is no memory a case goes on with this, and its play has failed. */
    static struct op nowhere;
    struct play *p = a->play;
    struct op *op = play_alloc(p, sizeof *op);
    if (!op)
        return &nowhere;
    *op = (struct op){
        .actor = a, .repeat = 1, .number = number, .peer = peer, .kind = kind, .all = p->ops};
    p->ops = op;
    p->pending++;
    if (a->is_module)
        play_fails(p, "the module takes no operations");
    if (a->op)
        a->last_op->next = op;
    else
        a->op = op;
    a->last_op = op;
    return op;
}

/* ---- messages ------------------------------------------------------------------------------------------- */

struct op *ipc_raw(struct actor *a, uint64_t number, uint64_t peer)
{
    return add(a, OP_CALL, number, peer);
}

struct op *sends(struct actor *a, const struct actor *to)
{
    return ipc_raw(a, IPC_SEND, to->endpoint);
}

struct op *receives(struct actor *a, const struct actor *from)
{
    return ipc_raw(a, IPC_RECEIVE, from->endpoint);
}

struct op *receives_any(struct actor *a)
{
    return ipc_raw(a, IPC_RECEIVE, EP_ANY);
}

struct op *receives_kernel(struct actor *a)
{
    return ipc_raw(a, IPC_RECEIVE, EP_KERNEL);
}

struct op *asks(struct actor *a, const struct actor *whom)
{
    return ipc_raw(a, IPC_SENDREC, whom->endpoint);
}

struct op *notifies(struct actor *a, const struct actor *whom)
{
    return ipc_raw(a, IPC_NOTIFY, whom->endpoint);
}

struct op *replies(struct actor *a)
{
    struct op *op = ipc_raw(a, IPC_SEND, EP_NONE);
    op->to_last = true;
    return op;
}

struct op *replies_and_receives(struct actor *a)
{
    struct op *op = ipc_raw(a, IPC_REPLYREC, EP_NONE);
    op->to_last = true;
    return op;
}

struct op *awaits_requests(struct actor *a)
{
    return ipc_raw(a, IPC_REPLYREC, EP_NONE);
}

struct op *serves(struct actor *a, uint32_t n)
{
    struct op *first = awaits_requests(a);
    if (n > 1)
        repeat(replies_and_receives(a), n - 1);
    replies(a);
    return first;
}

/* ---- kernel calls --------------------------------------------------------------------------------------- */

struct op *calls_with(struct actor *a, uint64_t number, const uint64_t words[8])
{
    struct op *op = add(a, OP_CALL, number, 0);
    memcpy(&op->message, words, sizeof op->message);
    op->given = true;
    return op;
}

uint64_t result(const struct op *op, unsigned n)
{
    uint64_t words[MSG_WORDS];
    const struct call *call = last_call(op);
    if (!call->returned || n >= MSG_WORDS)
        return 0;
    memcpy(words, &call->got, sizeof words);
    return words[n];
}

/* ---- changing an operation ---------------------------------------------------------------------------------- */

struct op *repeat(struct op *op, uint32_t times)
{
    if (op->actor)
        op->actor->play->pending += times - op->repeat;
    op->repeat = times;
    return op;
}

struct op *with_flags(struct op *op, uint64_t flags)
{
    op->number |= flags;
    return op;
}

struct op *with_timeout(struct op *op, uint64_t instructions)
{
    op->number |= IPC_DEADLINE;
    op->deadline = instructions;
    op->relative = true;
    return op;
}

struct op *with_deadline(struct op *op, uint64_t ticks)
{
    op->number |= IPC_DEADLINE;
    op->deadline = ticks;
    op->relative = false;
    return op;
}

struct op *with_type(struct op *op, uint32_t type)
{
    op->message.type = type;
    op->typed = true;
    return op;
}

struct op *with_message(struct op *op, const struct message *m)
{
    op->message = *m;
    op->given = true;
    return op;
}

struct op *with_messages(struct op *op, void (*fn)(struct op *op, uint32_t i, struct message *m))
{
    op->prepare = fn;
    return op;
}

struct op *expect(struct op *op, int64_t status)
{
    op->expected = status;
    return op;
}

struct op *any_status(struct op *op)
{
    op->any_status = true;
    return op;
}

/* ---- what is no call ------------------------------------------------------------------------------------ */

struct op *spins(struct actor *a, uint64_t instructions)
{
    return add(a, OP_SPIN, instructions / 2 + 1, 0);
}

struct op *loads8(struct actor *a, uint64_t at)
{
    return add(a, OP_LOAD8, 0, at);
}

struct op *stores8(struct actor *a, uint64_t at, uint8_t value)
{
    return add(a, OP_STORE8, value, at);
}

struct op *loads64(struct actor *a, uint64_t at)
{
    return add(a, OP_LOAD64, 0, at);
}

struct op *stores64(struct actor *a, uint64_t at, uint64_t value)
{
    return add(a, OP_STORE64, value, at);
}

struct op *crashes(struct actor *a)
{
    return add(a, OP_CRASH, 0, 0);
}
