/* How numbers, processes and messages become JSON. */
#include <inttypes.h>
#include <string.h>
#include "emu/export/json.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

json_t *json_clean(const char *text)
{
    char clean[NAMES_MESSAGE_BYTES];
    snprintf(clean, sizeof clean, "%s", text);
    return json_string(text_clean(clean));
}

json_t *json_u64(uint64_t n)
{
    return json_sprintf("%" PRIu64, n);
}

json_t *json_i64(int64_t n)
{
    return json_sprintf("%" PRId64, n);
}

json_t *json_process(const char *name, endpoint_t ep, uint32_t incarnation)
{
    char text[32];
    names_endpoint(text, sizeof text, ep, NULL, NULL);
    json_t *process = json_pack("{s:o*, s:s}", "name", json_clean(name), "endpoint", text);
    if (incarnation)
        json_object_set_new(process, "incarnation", json_integer(incarnation));
    return process;
}

static json_t *json_element(const struct names_field *f, unsigned i, names_resolver *who,
                            const void *context)
{
    char name[32];
    uint64_t value = f->element[i];
    if (f->kind == NAMES_ENDPOINT)
        return json_clean(names_endpoint(name, sizeof name, (endpoint_t)value, who, context));
    if (f->bytes == 8)
        return f->kind == NAMES_SIGNED ? json_i64((int64_t)value) : json_u64(value);
    return json_integer((json_int_t)value); /* sign-extended, if signed */
}

json_t *json_fields(const struct message *m, names_resolver *who, const void *context)
{
    struct names_field field[NAMES_MESSAGE_FIELDS];
    size_t count = names_fields(m, field);
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *array = json_array();
        for (unsigned k = 0; k < field[i].elements; k++)
            json_array_append_new(array, json_element(&field[i], k, who, context));
        json_object_set(object, field[i].name,
                        field[i].elements > 1 ? array : json_array_get(array, 0));
        json_decref(array);
    }
    return object;
}

void json_line(FILE *out, json_t *value)
{
    json_dumpf(value, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
    json_decref(value);
}
