/* The histogram of the points: a bar for each ten of a hundred, one for those who have them all. */
#include "grader/batch/summary.h"

#define WIDTH  660
#define HEIGHT 220
#define LEFT   10
#define BASE   180 /* where the bars stand */
#define TALL   150 /* the tallest of them */
#define STEP   58  /* from bar to bar */
#define BAR    46

static unsigned tallest(const struct summary *s)
{
    unsigned most = 1;
    for (int i = 0; i < SUMMARY_BINS; i++)
        if (s->bin[i] > most)
            most = s->bin[i];
    return most;
}

/* "40-49", in points; "100" of the last. */
static void label(const struct summary *s, int bin, char *text, size_t size)
{
    unsigned tenths = SUMMARY_BINS - 1;
    unsigned first = ((unsigned)bin * s->max + tenths - 1) / tenths;
    unsigned last = ((unsigned)(bin + 1) * s->max + tenths - 1) / tenths - 1;
    if (bin == SUMMARY_BINS - 1 || first >= last)
        snprintf(text, size, "%u", first);
    else
        snprintf(text, size, "%u\xe2\x80\x93%u", first, last);
}

void summary_histogram(const struct summary *s, FILE *out)
{
    unsigned most = tallest(s);
    fprintf(out,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"How many students "
            "have how many points\">\n",
            WIDTH, HEIGHT, WIDTH);
    for (int i = 0; i < SUMMARY_BINS; i++) {
        char points[32];
        int x = LEFT + i * STEP, height = (int)(s->bin[i] * TALL / most);
        label(s, i, points, sizeof points);
        fprintf(out,
                "<g><title>%s points: %u</title><rect class=\"bar\" x=\"%d\" y=\"%d\" "
                "width=\"%d\" height=\"%d\" rx=\"2\"/>",
                points, s->bin[i], x, BASE - height, BAR, height);
        if (s->bin[i] > 0)
            fprintf(out, "<text x=\"%d\" y=\"%d\">%u</text>", x + BAR / 2, BASE - height - 6,
                    s->bin[i]);
        fprintf(out, "<text class=\"axis\" x=\"%d\" y=\"%d\">%s</text></g>\n", x + BAR / 2,
                BASE + 18, points);
    }
    fprintf(out, "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", LEFT - 4, BASE,
            WIDTH - LEFT, BASE);
    fprintf(out, "<text class=\"axis\" x=\"%d\" y=\"%d\">points</text>\n</svg>\n", WIDTH / 2,
            HEIGHT - 4);
}
