/* An alignment that makes an image of gigabytes. */
extern char far_away;
_Alignas(1 << 28) char far_away = 1;
