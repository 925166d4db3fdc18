/*
 * Names: what a message, a call, an error or an endpoint is called, for people to read.
 *
 * The names of message types and fields come from a table that tools/gen-protocol makes out of the
 * protocol headers, so a type that is added there is known here. All functions that write text
 * write at most `size` bytes including the NUL, cut off what does not fit, and return `out`.
 */
#ifndef EMU_TRACE_NAMES_H
#define EMU_TRACE_NAMES_H

#include <stdbool.h>
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

/* ---- the other way: numbers and fields of a given name ------------------------------------------ */

enum names_table { NAMES_TYPES, NAMES_CALLS, NAMES_ERRORS, NAMES_OPS, NAMES_FIELDS };

/* Name number `index` of a table, in the order of the headers; NULL: behind the last. The name of a field comes once for each message
 * that has it. The text is static. */
const char *names_listed(enum names_table table, size_t index);

/* The number of a type, a call, an error (as a positive number) or a value of a field `op`; not of a field. False: unknown. */
bool names_number(enum names_table table, const char *name, uint64_t *number);

enum names_kind { NAMES_UNSIGNED, NAMES_SIGNED, NAMES_ENDPOINT };

/* A field of one message. */
#define NAMES_ELEMENTS 14 /* four-byte words of a payload */
struct names_field {
    const char *name; /* static */
    enum names_kind kind;
    unsigned bytes;                   /* of an element, as the header has it */
    unsigned elements;                /* more than 1: an array */
    uint64_t element[NAMES_ELEMENTS]; /* of a signed field: sign-extended */
};

/* The fields of a message, as names_message() shows them: of a reply its status, and more if that is good. An unknown type has none.
 * Returns how many there are. */
#define NAMES_MESSAGE_FIELDS 16 /* that a message has at most */
size_t names_fields(const struct message *m, struct names_field field[NAMES_MESSAGE_FIELDS]);

/* The field of this name; false: this message has none. */
bool names_field(const struct message *m, const char *name, struct names_field *out);

/* Does any message have such a field, and which kinds of it are there: bits 1 << NAMES_UNSIGNED and so on. */
bool names_field_kinds(const char *name, unsigned *kinds);

#endif
