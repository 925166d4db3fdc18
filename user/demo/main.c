/*
 * The stage: how actors are started, and which plays there are.
 *
 * A process is called as the file that it runs. So an actor gets a link to this program under his
 * name, and runs that: `sender PART DIRECTOR`.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "demo.h"

#define PROGRAM "/bin/demo"

static const struct {
    const char *name;
    part *play;
} parts[] = {{"send", send_note}, {"receive", receive_note}, {"ask", ask_and_answer}};

static const struct {
    const char *name;
    void (*play)(void);
} plays[] = {{"sender-first", rendezvous_sender_first},
             {"receiver-first", rendezvous_receiver_first},
             {"deadlock", deadlock}};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

endpoint_t cast(const char *name, const char *role)
{
    char path[64], director[16];
    struct message hello = {0};
    snprintf(path, sizeof path, "/tmp/%s", name);
    snprintf(director, sizeof director, "%u", k_self(NULL));
    unlink(path);
    if (link(PROGRAM, path) < 0)
        err(1, "%s", path);
    switch (fork()) {
    case -1:
        err(1, "fork");
    case 0:
        execv(path, (char *[]){path, (char *)role, director, NULL});
        err(1, "%s", path);
    }
    while (hello.type != DEMO_HELLO)
        receive(EP_ANY, &hello);
    unlink(path);
    return hello.source;
}

void cue(endpoint_t actor, endpoint_t partner)
{
    struct message m = {.type = DEMO_START};
    ((struct demo_start *)payload(&m))->partner = partner;
    send(actor, &m);
}

void await_wait(endpoint_t actor, enum procstate state, endpoint_t peer)
{
    struct procinfo info;
    while (k_info(EP_SLOT(actor), &info) == 0 && info.endpoint == actor &&
           (info.state != state || info.peer != peer))
        usleep(100);
}

/* An actor says that he is there, waits for his cue, and plays his part. */
static void act(part *play, endpoint_t director)
{
    struct message m = {.type = DEMO_HELLO};
    send(director, &m);
    receive(director, &m);
    play(((struct demo_start *)payload(&m))->partner);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 3 && i < COUNT(parts); i++) {
        if (strcmp(argv[1], parts[i].name) == 0) {
            act(parts[i].play, (endpoint_t)atoi(argv[2]));
            return 0;
        }
    }
    for (size_t i = 0; argc == 2 && i < COUNT(plays); i++) {
        if (strcmp(argv[1], plays[i].name) == 0) {
            plays[i].play();
            while (wait(NULL) > 0)
                ;
            return 0;
        }
    }
    errx(2, "usage: demo sender-first|receiver-first|deadlock");
}
