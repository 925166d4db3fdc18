/* Through libpng; 24 bits a pixel, no date, and no gamma, so that nothing but the pixels counts. */
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include "emu/display/png_file.h"

#define PNG_LEVEL 6 /* of compression; and no filter, which suits large areas of one colour */

/* libpng jumps back here from its errors, so nothing that changes may be kept in a local variable. */
static bool put_rows(FILE *out, png_structp png, png_infop info, const struct canvas *c,
                     png_bytep row)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_init_io(png, out);
    png_set_IHDR(png, info, (png_uint_32)c->width, (png_uint_32)c->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, PNG_LEVEL);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_write_info(png, info);
    for (int y = 0; y < c->height; y++) {
        const uint32_t *pixel = c->pixel + (size_t)y * (size_t)c->width;
        for (int x = 0; x < c->width; x++)
            for (int k = 0; k < 3; k++)
                row[3 * x + k] = (png_byte)(pixel[x] >> (16 - 8 * k));
        png_write_row(png, row);
    }
    png_write_end(png, NULL);
    return true;
}

static void silent(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void silent_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

bool png_write(const struct canvas *c, const char *path)
{
    FILE *out = fopen(path, "wb");
    if (!out)
        return false;
    errno = 0;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, silent, silent_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_bytep row = png ? png_malloc_warn(png, (size_t)c->width * 3) : NULL;
    bool good = info && row && put_rows(out, png, info, c, row);
    int error = errno;
    if (png)
        png_free(png, row);
    png_destroy_write_struct(&png, &info);
    if (fclose(out) != 0) {
        error = errno;
        good = false;
    }
    errno = error ? error : ENOMEM;
    return good;
}

bool png_read(struct canvas *c, const char *path)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&image, path))
        return false;
    image.format = PNG_FORMAT_BGRA; /* in memory, as 0xaarrggbb is on a little-endian host */
    bool good = canvas_resize(c, (int)image.width, (int)image.height) &&
                png_image_finish_read(&image, NULL, c->pixel, 0, NULL);
    png_image_free(&image);
    return good;
}
