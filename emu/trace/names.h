/*
 * Names: what a message, a call, an error or an endpoint is called, for people to read.
 *
 * The names of message types and fields come from a table that tools/gen-protocol makes out of the
 * protocol headers, so a type that is added there is known here. All functions that write text
 * write at most `size` bytes including the NUL, cut off what does not fit, and return `out`.
 */
#ifndef EMU_TRACE_NAMES_H
#define EMU_TRACE_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include <courier/message.h>

/* Room for any message as text. */
#define NAMES_MESSAGE_BYTES 512

/* Says what the process at `ep` is called, or NULL. The text stays valid until the next event. */
typedef const char *names_resolver(const void *context, endpoint_t ep);

/* "FS_READ", for a reply too; NULL: no header defines this type. */
const char *names_type(uint32_t type);

/* "ENOENT" for ENOENT or -ENOENT; NULL: no such error. */
const char *names_error(int64_t status);

/* "IPC_SENDREC", "K_COPY" for the number in the low byte of `call`; NULL: no such call. */
const char *names_call(uint32_t call);

/* "512", or "ENOENT" for a negative status that is a known error. */
char *names_status(char *out, size_t size, int64_t status);

/*
 * "sh" by the resolver, which may be NULL; else "any", "none", "kernel"; else "slot.generation"
 * for an ordinary process and "slot" for a service.
 */
char *names_endpoint(char *out, size_t size, endpoint_t ep, names_resolver *who,
                     const void *context);

/*
 * A message with its fields: "FS_READ fd=3 grant=2 bytes=512", "FS_READ reply 512",
 * "FS_OPEN reply ENOENT", "MSG_NOTIFY irq10 timer". An unknown type shows as its number, and its
 * payload words up to the last that is not zero.
 */
char *names_message(char *out, size_t size, const struct message *m, names_resolver *who,
                    const void *context);

#endif
