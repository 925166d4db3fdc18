/* sync: all changes to the disk. */
#include <err.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        usage("");
    sync();
    return 0;
}
