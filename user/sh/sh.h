/*
 * The shell: a line becomes tokens (lexer.c), these a tree (parser.c), and the tree is walked
 * (exec.c), which expands words (expand.c), starts processes (jobs.c) and runs builtins
 * (builtins.c).
 *
 * All of a tree, and all that expanding it makes, is in one arena (arena.c), given back as a whole.
 */
#ifndef SH_H
#define SH_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* ---- main.c: the state of this shell, and the loop that reads and runs ---- */

extern bool interactive;          /* it has a person at a terminal */
extern int last_status;           /* $? */
extern pid_t shell_pid;           /* $$: also in subshells that of the first */
extern pid_t last_background;     /* $!, 0: none yet */
extern volatile bool interrupted; /* ^C: leave what runs, back to the prompt */
extern jmp_buf give_up;           /* where out_of_memory() goes */

struct input;
int run_input(struct input *in); /* reads and runs commands to the input's end; the last status */
_Noreturn void out_of_memory(void);

/* ---- arena.c: memory that is given back all at once ---- */

struct mark {
    struct chunk *chunk;
    size_t used;
};
void *arena_alloc(size_t bytes); /* zeroed, never NULL */
char *arena_copy(const char *s, size_t n);
struct mark arena_mark(void);
void arena_release(struct mark mark); /* all that was allocated since */

/* A string that grows, in malloc'ed memory; text.s is NUL-terminated after each change. */
struct text {
    char *s;
    size_t length, room;
};
void text_clear(struct text *t);
void text_add(struct text *t, char c);

/* ---- input.c: where commands come from, line by line ---- */

#define LINE_BYTES 4095 /* of a line, at most */

struct input {
    int fd;           /* -1: there is nothing but `line` */
    bool continued;   /* the next line belongs to a command that has begun */
    bool ended;       /* no more lines: the end of the file, or ^C */
    const char *line; /* what is left of the line, NUL-terminated */
    char buffer[LINE_BYTES + 2];
};
void input_from_fd(struct input *in, int fd);
void input_from_string(struct input *in, const char *string);
int input_peek(struct input *in); /* the next character, or -1 at the end */
int input_next(struct input *in); /* the same, and goes past it */
void input_skip_line(struct input *in);

/* ---- lexer.c: tokens ---- */

enum token_type {
    T_WORD, /* with its quotes and dollars as they were written */
    T_NEWLINE,
    T_END,
    T_SEMICOLON,
    T_AMPERSAND,
    T_AND,
    T_OR,
    T_PIPE,
    T_OPEN,
    T_CLOSE,
    T_LESS, /* the redirections: the descriptor is token.fd */
    T_GREAT,
    T_APPEND,
    T_DUPLICATE, /* >& or <& */
    T_BAD        /* an unfinished quote or $(: token.text says which */
};
struct token {
    enum token_type type;
    int fd;
    const char *text; /* of a word; else what to call it in messages */
};
struct token next_token(struct input *in);

/* ---- parser.c: the tree ---- */

struct word {
    const char *text; /* as it was written */
    struct word *next;
};

struct redirect {
    enum token_type type; /* T_LESS to T_DUPLICATE */
    int fd;
    const char *target;
    struct redirect *next;
};

struct command {
    enum { SIMPLE, SUBSHELL, GROUP, IF, WHILE, UNTIL, FOR } type;
    struct word *assignments, *words; /* SIMPLE; FOR: what to go through */
    struct redirect *redirects;
    struct list *condition, *body, *otherwise; /* as the type needs them */
    const char *variable;                      /* FOR */
    bool all_parameters;                       /* FOR without `in`: goes through "$@" */
    struct command *next;                      /* in the pipeline */
};

struct pipeline {
    struct command *commands;
    bool negated;
    enum { ALWAYS, ON_SUCCESS, ON_FAILURE } when; /* by the status of the one before */
    struct pipeline *next;
};

struct list {
    struct pipeline *pipelines; /* joined by && and || */
    bool background;
    struct list *next; /* after ; & or a newline */
};

enum parse_result { PARSED, PARSE_END, PARSE_ERROR };
/* The next line, or the lines that complete it. *tree is NULL for an empty one. */
enum parse_result parse_line(struct input *in, struct list **tree);

/* ---- vars.c: variables and parameters ---- */

bool is_name(const char *s, size_t n);
const char *get_variable(const char *name, size_t n); /* "" when it is not set */
void set_variable(const char *name, size_t n, const char *value);
extern char **parameters;      /* $1, ... */
extern int parameter_count;    /* $# */
extern const char *shell_name; /* $0 */

/* ---- expand.c: from words to arguments ---- */

struct fields {
    char **v; /* NULL-terminated, in the arena */
    size_t count, room;
};
void add_field(struct fields *f, char *s);
/* Parameters, command substitution, field splitting, names of files, quotes: POSIX.1-2017 2.6.
 * False after a message: the command is not to be run. */
bool expand_words(const struct word *words, struct fields *out);
extern int substitution_status; /* of the last $(...) */
/* For assignments and redirections: one string, neither split nor matched with files. NULL after a
 * message. */
char *expand_string(const char *word);

/* ---- arith.c: what is between $(( and )) ---- */

/* The value of an expression; false after a message. */
bool evaluate(const char *expression, long *value);

/* ---- glob.c: * ? and [...] ---- */

/* Adds the names of files that match, sorted; false: there is none. \ makes a character plain. */
bool glob(const char *pattern, struct fields *out);
bool has_wildcard(const char *pattern);
char *without_escapes(const char *pattern); /* in the arena */

/* ---- redirect.c ---- */

/* Applies redirections; false after a message. With `undo`, what they replaced is kept until
 * undo_redirects() with the mark taken before. */
bool redirect(const struct redirect *r, bool undo);
int redirect_mark(void);
void undo_redirects(int mark);

/* ---- exec.c ---- */

int run_list(const struct list *list);
_Noreturn void run_command_and_exit(const struct command *c);
bool stopping(void);                /* ^C, break or continue: nothing more of this list is run */
extern int loop_depth, leave_loops; /* how many there are, how many break or continue ends */
extern bool continue_loop;

/* ---- jobs.c: processes ---- */

struct job {
    pid_t *pids; /* room for all of them, in the arena */
    int count;
};
/* Forks the next process of a job; 0 in the child, which is a shell without a terminal; -1 after a
 * message. */
pid_t start_process(struct job *job, bool foreground);
int wait_for_job(const struct job *job); /* in the foreground; the status of the last process */
void add_background(pid_t pid);
void report_background(void);        /* says which of them have ended */
void list_background(void);          /* says which of them run */
int wait_for_background(pid_t pid);  /* 0: all of them. The status, 127: no such job */
void take_terminal(void);            /* the shell itself is in the foreground */
int exit_status_of(int wait_status); /* 128 + signal, for those that were killed */

#define HOME "/home" /* where cd goes, and what ~ stands for */

/* ---- builtins.c: commands that change the shell itself ---- */

struct builtin {
    const char *name;
    int (*run)(int argc, char **argv); /* returns the status */
    const char *synopsis;
};
extern const struct builtin builtins[];               /* the last one has no name */
const struct builtin *find_builtin(const char *name); /* NULL: none */
int wrong_usage(const char *name);                    /* says the builtin's synopsis; 2 */

/* ---- given_up.c ---- */

bool is_given_up(unsigned slot);  /* the service, by RS */
void wait_for_service(void);      /* a moment, also without PM */
int restart_service(char **argv); /* svc restart NAME, without a process; the status */

/* ---- builtins that have files of their own ---- */

int builtin_help(int argc, char **argv);
int builtin_kill(int argc, char **argv);

#endif
