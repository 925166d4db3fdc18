/* The formats of `courier trace export`, by name. */
#include <string.h>
#include "emu/export/exporters.h"

exporter_create *exporter_called(const char *format)
{
    static const struct {
        const char *name;
        exporter_create *create;
    } formats[] = {{"perfetto", perfetto_create},
                   {"jsonl", jsonl_create},
                   {"csv", csv_create},
                   {"mermaid", mermaid_create},
                   {"dot", dot_create}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i].name, format) == 0)
            return formats[i].create;
    return NULL;
}
