#include "http/curl_library.h"

#include <dlfcn.h>
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct pq_curl_library library;
static bool loaded;

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define PQ_CURL_FUNCTION(name) { "curl_" #name, offsetof(struct pq_curl_library, name) },
	PQ_CURL_FUNCTIONS(PQ_CURL_FUNCTION)
#undef PQ_CURL_FUNCTION
};

static bool load(struct pq_error *error)
{
	/* Never closed: libcurl and OpenSSL leave thread-specific state behind. */
	void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return pq_error_set(
			error, PQ_ERROR_UNSUPPORTED,
			"talking to a cluster or a collector needs libcurl: install the package "
			"libcurl4 (%s)",
			dlerror());
	struct pq_curl_library table;
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		void *symbol = dlsym(handle, functions[i].name);
		if (symbol == NULL)
			return pq_error_set(error, PQ_ERROR_UNSUPPORTED,
					    "libcurl is too old: it lacks %s; install libcurl4 "
					    "7.85 or newer",
					    functions[i].name);
		memcpy((char *)&table + functions[i].offset, &symbol, sizeof symbol);
	}
	if (table.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return pq_error_set(error, PQ_ERROR_INTERNAL, "libcurl cannot be initialised");
	/* CURLOPT_PROTOCOLS_STR came with 7.85. */
	if (table.version_info(CURLVERSION_NOW)->version_num < 0x075500)
		return pq_error_set(error, PQ_ERROR_UNSUPPORTED,
				    "libcurl %s is too old: install libcurl4 7.85 or newer",
				    table.version_info(CURLVERSION_NOW)->version);
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
