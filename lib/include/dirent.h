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

#endif
