#include "http/curl_library.h"

#include "base/library.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct pq_curl_library library;
static bool loaded;

static const struct pq_library libcurl = {
	.file = "libcurl.so.4",
	.need = "talking to a cluster or a collector needs libcurl",
	.package = "libcurl4",
	.version = "7.85", /* CURLOPT_PROTOCOLS_STR */
};

static const struct pq_library_function functions[] = {
#define PQ_CURL_FUNCTION(name) { "curl_" #name, offsetof(struct pq_curl_library, name) },
	PQ_CURL_FUNCTIONS(PQ_CURL_FUNCTION)
#undef PQ_CURL_FUNCTION
};

static bool load(struct pq_error *error)
{
	struct pq_curl_library table;
	if (!pq_library_open(&libcurl, functions, sizeof functions / sizeof functions[0], &table,
			     error))
		return false;
	if (table.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return pq_error_set(error, PQ_ERROR_INTERNAL, "libcurl cannot be initialised");
	if (table.version_info(CURLVERSION_NOW)->version_num < 0x075500)
		return pq_error_set(error, PQ_ERROR_UNSUPPORTED,
				    "libcurl %s is too old: install %s %s or newer",
				    table.version_info(CURLVERSION_NOW)->version, libcurl.package,
				    libcurl.version);
	library = table;
	return true;
}

const struct pq_curl_library *pq_curl_library_get(struct pq_error *error)
{
	pthread_mutex_lock(&mutex);
	if (!loaded)
		loaded = load(error);
	bool ok = loaded;
	pthread_mutex_unlock(&mutex);
	return ok ? &library : NULL;
}
