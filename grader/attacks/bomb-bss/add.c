/* Memory that only the loader would have to find. */
extern char empty[];
char empty[1ul << 40];
