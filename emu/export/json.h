/* JSON values as both JSON exporters write them, by Jansson. Out of memory gives NULL values, which Jansson takes and leaves out. */
#ifndef EMU_EXPORT_JSON_H
#define EMU_EXPORT_JSON_H

#include <jansson.h>
#include <stdio.h>
#include "emu/model/model.h"
#include "emu/trace/names.h"

/* A string of printable ASCII; what is not becomes '?'. */
json_t *json_clean(const char *text);

/* A 64-bit number as a string: a reader with doubles would lose its last digits. */
json_t *json_u64(uint64_t n);
json_t *json_i64(int64_t n);

/* {"name":"fs","endpoint":"3","incarnation":2}; the incarnation only of services. */
json_t *json_process(const char *name, endpoint_t ep, uint32_t incarnation);

/* The fields of a message by name: {"fd":3,"bytes":"512"}; 64-bit ones are strings, endpoints "sh" or "16.1", arrays arrays. */
json_t *json_fields(const struct message *m, names_resolver *who, const void *context);

/* Writes the value on one line, without the newline, and frees it. */
void json_line(FILE *out, json_t *value);

#endif
