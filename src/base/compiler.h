/* Attributes that every file may use; nothing here has a meaning at run time. */
#ifndef PQ_BASE_COMPILER_H
#define PQ_BASE_COMPILER_H

/* Checks a printf-like function's arguments; both positions count from 1. */
#define PQ_PRINTF(format_at, arguments_at) __attribute__((format(printf, format_at, arguments_at)))

/* Runs a function on a variable's address when its scope ends. Each type that needs one declares
 * its own macro beside it, named pq_cleanup_<type>. */
#define PQ_CLEANUP(function) __attribute__((cleanup(function)))

/* The result must be looked at. */
#define PQ_CHECKED __attribute__((warn_unused_result))

/* What runs seldom: kept out of the function that calls it, which then saves fewer registers. */
#define PQ_SELDOM __attribute__((noinline, cold))

/* Compiled anew for what each caller gives: where an argument that is known saves the work. */
#define PQ_ALWAYS_INLINE inline __attribute__((always_inline))

#endif
