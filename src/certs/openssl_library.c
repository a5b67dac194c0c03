#include "certs/openssl_library.h"

#include "base/library.h"

#include <pthread.h>

struct pq_openssl_library pq_openssl;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static bool loaded;

static const struct pq_library library = {
	.file = "libcrypto.so.3",
	.need = "making and showing certificates needs OpenSSL",
	.package = "libssl3",
	.version = "3.0",
};

static const struct pq_library_function functions[] = {
#define PQ_OPENSSL_FUNCTION(name) { #name, offsetof(struct pq_openssl_library, name) },
	PQ_OPENSSL_FUNCTIONS(PQ_OPENSSL_FUNCTION)
#undef PQ_OPENSSL_FUNCTION
};

static bool load(struct pq_error *error)
{
	struct pq_openssl_library table;
	if (!pq_library_open(&library, functions, sizeof functions / sizeof functions[0], &table,
			     error))
		return false;
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
