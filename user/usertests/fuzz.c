int fuzz(int argc, char **argv);
int fuzz(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 0;
}
