/* The page: what the reader has before him, kept so that it can be written again for a terminal that has got another width. */
#ifndef EMU_TOUR_PAGE_H
#define EMU_TOUR_PAGE_H

#include <stdbool.h>
#include <stdio.h>

#define PAGE_CLEAR   "\033[H\033[2J"
#define PAGE_PICTURE '\001' /* at the begin of a line: it is cut rather than broken */

struct page {
    FILE *out; /* write here */
    /* private: */
    char *text;
    size_t size, shown;
};

/* False: not enough memory. */
bool page_open(struct page *p);
void page_close(struct page *p);

/* Writes to stdout what it has not got yet, for a terminal of so many columns; 0: any. */
void page_show(struct page *p, int columns, bool ascii);

/* Writes all of it once more, on an empty screen. */
void page_show_again(struct page *p, int columns, bool ascii);

/* All of it is shown, and forgotten: a new page begins. */
void page_turn(struct page *p);

#endif
