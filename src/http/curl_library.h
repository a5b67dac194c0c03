/*
 * libcurl, loaded on demand.
 *
 * libcurl pulls some thirty shared libraries, which a process that never talks to a cluster should
 * not pay for. So it is not linked: the first HTTP client opens it, and it stays. This table holds
 * the functions used; nothing else may call libcurl. Private to src/http.
 */
#ifndef PQ_HTTP_CURL_LIBRARY_H
#define PQ_HTTP_CURL_LIBRARY_H

#include "base/error.h"

#include <curl/curl.h>

#define PQ_CURL_FUNCTIONS(X)                                                                       \
	X(global_init)                                                                             \
	X(version_info)                                                                            \
	X(slist_append)                                                                            \
	X(slist_free_all)                                                                          \
	X(easy_init)                                                                               \
	X(easy_cleanup)                                                                            \
	X(easy_setopt)                                                                             \
	X(easy_getinfo)                                                                            \
	X(easy_strerror)                                                                           \
	X(multi_init)                                                                              \
	X(multi_cleanup)                                                                           \
	X(multi_setopt)                                                                            \
	X(multi_add_handle)                                                                        \
	X(multi_remove_handle)                                                                     \
	X(multi_perform)                                                                           \
	X(multi_poll)                                                                              \
	X(multi_wakeup)                                                                            \
	X(multi_info_read)                                                                         \
	X(multi_strerror)

struct pq_curl_library {
#define PQ_CURL_FUNCTION(name) __typeof__(curl_##name) *name;
	PQ_CURL_FUNCTIONS(PQ_CURL_FUNCTION)
#undef PQ_CURL_FUNCTION
};

/* The library, loaded by the first call that succeeds; NULL and an error that names the package to
 * install when it cannot be. Thread-safe. */
const struct pq_curl_library *pq_curl_library_get(struct pq_error *error);

#endif
