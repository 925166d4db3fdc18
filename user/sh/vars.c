/* Variables: a list, the latest first. Parameters: main.c and builtins.c set them. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

struct variable {
    struct variable *next;
    char *value;
    char name[];
};

static struct variable *variables;
char **parameters;
int parameter_count;
const char *shell_name = "sh";

bool is_name(const char *s, size_t n)
{
    if (n == 0 || isdigit(*s))
        return false;
    for (; n; n--, s++)
        if (!isalnum(*s) && *s != '_')
            return false;
    return true;
}

static struct variable *find(const char *name, size_t n)
{
    struct variable *v = variables;
    while (v && (strncmp(v->name, name, n) != 0 || v->name[n]))
        v = v->next;
    return v;
}

const char *get_variable(const char *name, size_t n)
{
    struct variable *v = find(name, n);
    return v ? v->value : "";
}

void set_variable(const char *name, size_t n, const char *value)
{
    char *copy = strdup(value);
    struct variable *v = find(name, n);
    if (copy && !v && (v = malloc(sizeof *v + n + 1))) {
        memcpy(v->name, name, n);
        v->name[n] = '\0';
        v->value = NULL;
        v->next = variables;
        variables = v;
    }
    if (!copy || !v) {
        free(copy);
        out_of_memory();
    }
    free(v->value);
    v->value = copy;
}
