/* An object of a gigabyte and more. */
extern char big[];
char big[3u << 29] = {1};
