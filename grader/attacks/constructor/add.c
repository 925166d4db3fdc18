/* Code that would run before main. */
extern int early;
int early;
static __attribute__((constructor)) void begin(void)
{
    early = 1;
}
