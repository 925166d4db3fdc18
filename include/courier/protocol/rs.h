/*
 * RS, the reincarnation server: starts the services, sees them die, brings them back.
 * Anyone may ask for the status; `svc` is the program that asks for the rest.
 */
#ifndef COURIER_PROTOCOL_RS_H
#define COURIER_PROTOCOL_RS_H

#include <courier/message.h>
#include <courier/syscall.h>

/* RS_STATUS: about the service in this slot. Reply: struct rs_status_reply; ENOENT: no service
 * there. */
#define RS_STATUS 0x100
PAYLOAD(rs_status, uint32_t slot;);
/* state: enum procstate; reason: enum rs_reason of the last death; cause, pc, address: scause, pc and stval of the last
 * crash; needs: the services that it asks (bit: slot); next_try: in ticks, 0: none pending. */
PAYLOAD(rs_status_reply, int64_t status; uint32_t state; uint32_t incarnation; uint32_t restarts;
        uint16_t reason; uint16_t needs; uint64_t cause; uint64_t pc; uint64_t address;
        uint64_t next_try;);

enum rs_reason { RS_NEVER, RS_KILLED, RS_CRASHED, RS_HUNG, RS_RESTARTED, RS_DAMAGED };

/* What is wrong with a state region (servers/lib/region.h): a service that finds it ends with a store to this address, where
 * nobody has memory. So the crash's record says it to RS and to everyone who watches. RS_DAMAGED: that was the reason. */
enum region_damage {
    REGION_HEADER,
    REGION_CANARY,
    REGION_LOG,
    REGION_STATE,
    REGION_PROGRAM,
    REGION_DAMAGES
};
#define REGION_DAMAGED(what) (USER_BASE + 8 * (1 + (uint64_t)(what)))
#define CAUSE_STORE_FAULT    15 /* scause of that (Privileged Architecture, table 4.2) */

/* RS_KILL, RS_HANG, RS_RESTART: what it says, to the service in this slot. Reply: status. */
#define RS_KILL    0x101
#define RS_HANG    0x102
#define RS_RESTART 0x103
PAYLOAD(rs_kill, uint32_t slot;);
PAYLOAD(rs_hang, uint32_t slot;);
PAYLOAD(rs_restart, uint32_t slot;);

/* RS_CRASH: makes the service do what it may not. Reply: status. */
#define RS_CRASH 0x104
PAYLOAD(rs_crash, uint32_t slot; uint32_t kind; /* enum crash_kind */);
/* CRASH_REGION: after damaging its own state region. CRASH_LOOP: so do all its next incarnations, at their first instruction,
 * until RS_RESTART. */
enum crash_kind { CRASH_ACCESS, CRASH_ILLEGAL, CRASH_STACK, CRASH_REGION, CRASH_LOOP };

/* To a service, from RS only; no reply. Loop for ever, so that the heartbeat finds it; or crash. */
#define SERVICE_HANG  0x110
#define SERVICE_CRASH 0x111
PAYLOAD(service_crash, uint32_t kind;);

#endif
