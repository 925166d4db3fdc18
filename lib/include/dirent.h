/* Reading directories: POSIX.1-2017 <dirent.h>. */
#ifndef DIRENT_H
#define DIRENT_H

#include <sys/types.h>
#include <courier/protocol/fs.h> /* NAME_MAX */

struct dirent {
    ino_t d_ino;
    char d_name[NAME_MAX + 1];
};

typedef struct dir DIR;

DIR *opendir(const char *path);   /* NULL with errno; closedir() frees it */
struct dirent *readdir(DIR *dir); /* owned by dir, until the next call; NULL at the end */
void rewinddir(DIR *dir);
int closedir(DIR *dir);

/* All entries that are wanted (NULL: all), in compare's order (NULL: as they come), in *list, whose
 * entries and which itself the caller frees. How many; -1 with errno. The directory is closed
 * again, so this is the way for those who descend into what they find. */
int scandir(const char *path, struct dirent ***list, int (*wanted)(const struct dirent *),
            int (*compare)(const struct dirent **, const struct dirent **));
int alphasort(const struct dirent **a, const struct dirent **b); /* by name */

#endif
