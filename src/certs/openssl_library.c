#include "certs/openssl_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

struct pq_openssl_library pq_openssl;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool loaded;

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
#define PQ_OPENSSL_FUNCTION(name) { #name, offsetof(struct pq_openssl_library, name) },
	PQ_OPENSSL_FUNCTIONS(PQ_OPENSSL_FUNCTION)
#undef PQ_OPENSSL_FUNCTION
};

static bool load(struct pq_error *error)
{
	/* Never closed: it leaves handlers of the process' end behind. */
	void *handle = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return pq_error_set(error, PQ_ERROR_UNSUPPORTED,
				    "making and showing certificates needs OpenSSL: install the "
				    "package libssl3 (%s)",
				    dlerror());
	struct pq_openssl_library table;
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		void *symbol = dlsym(handle, functions[i].name);
		if (symbol == NULL)
			return pq_error_set(error, PQ_ERROR_UNSUPPORTED,
					    "OpenSSL's libcrypto lacks %s; install libssl3 3.0 or "
					    "newer",
					    functions[i].name);
		memcpy((char *)&table + functions[i].offset, &symbol, sizeof symbol);
	}
	pq_openssl = table;
	return true;
}

bool pq_openssl_load(struct pq_error *error)
{
	pthread_mutex_lock(&mutex);
	if (!loaded)
		loaded = load(error);
	bool ok = loaded;
	pthread_mutex_unlock(&mutex);
	return ok;
}
