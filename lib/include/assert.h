/* assert(condition): C17 section 7.2. A false one says where on stderr, and ends by SIGABRT. */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition)                                                                          \
    ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__, __func__))
#endif

#ifndef ASSERT_H
#define ASSERT_H
_Noreturn void assert_failed(const char *condition, const char *file, int line,
                             const char *function);
#define static_assert _Static_assert
#endif
