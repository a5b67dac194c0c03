/* The serving pair as a listener takes it. */
#include "certs/certificate.h"
#include "certs/issue.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { READS_MAX = 3 }; /* of a pair that changes while it is read */

struct counted_certificate {
	struct pq_certificate certificate; /* first: what callers see */
	atomic_size_t references;
	struct pq_buffer chain;
	struct pq_buffer key;
};

static void free_certificate(struct counted_certificate *counted)
{
	pq_buffer_done(&counted->chain);
	pq_secret_cleanup(&counted->key);
	free(counted);
}

static bool check_pair(struct counted_certificate *counted, const char *chain_path,
		       const char *key_path, const struct pq_clock *clock, struct pq_error *error)
{
	struct pq_certificate *certificate = &counted->certificate;
	pq_cleanup_x509 X509 *x509 =
		pq_pem_parse_certificate(chain_path, certificate->chain_pem, error);
	if (x509 == NULL)
		return false;
	pq_cleanup_key EVP_PKEY *key = pq_pem_parse_key(key_path, certificate->key_pem, error);
	if (key == NULL)
		return false;
	if (X509_check_private_key(x509, key) != 1) {
		ERR_clear_error();
		return pq_error_set_at(
			error, PQ_ERROR_INVALID, key_path,
			"is not the key of the certificate beside it; make the pair again with "
			"`pratique certs init --overwrite`, or restore the key of %s",
			chain_path);
	}
	if (!pq_x509_times(x509, &certificate->not_before, &certificate->not_after))
		return pq_error_set_at(error, PQ_ERROR_INVALID, chain_path,
				       "has no readable validity");
	int64_t now = pq_clock_wall(clock);
	if (certificate->not_after <= now)
		return pq_error_set_at(error, PQ_ERROR_INVALID, chain_path,
				       "has expired; make a new one with `pratique certs renew`");
	if (certificate->not_before > now)
		return pq_error_set_at(error, PQ_ERROR_INVALID, chain_path,
				       "is not valid yet; check this machine's clock");
	return true;
}

/* The paths of a pair, and what was there when they were looked at. */
struct pair {
	const struct pq_certs_memory *memory;
	char chain_path[PATH_MAX];
	char key_path[PATH_MAX];
	struct stat chain;
	struct stat key;
};

static bool is_same_file(const struct stat *one, const struct stat *other)
{
	return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
	       one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
	       one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* A file that is not there has facts of zeros; reading it tells. So has one in memory. */
static void look_at_pair(struct pair *pair)
{
	if (pair->memory != NULL || stat(pair->chain_path, &pair->chain) != 0)
		pair->chain = (struct stat){ 0 };
	if (pair->memory != NULL || stat(pair->key_path, &pair->key) != 0)
		pair->key = (struct stat){ 0 };
}

static bool has_changed(struct pair *pair)
{
	struct stat chain = pair->chain, key = pair->key;
	look_at_pair(pair);
	return !is_same_file(&chain, &pair->chain) || !is_same_file(&key, &pair->key);
}

static const struct pq_certificate *read_pair(const struct pair *pair, const struct pq_clock *clock,
					      struct pq_error *error)
{
	struct counted_certificate *counted = calloc(1, sizeof *counted);
	if (counted == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
		return NULL;
	}
	atomic_init(&counted->references, 1);
	pq_buffer_init(&counted->chain, PQ_PEM_SIZE_MAX);
	pq_buffer_init(&counted->key, PQ_PEM_SIZE_MAX);
	if (pq_pem_read_issued_file(pair->memory, pair->chain_path, &counted->chain, error) &&
	    pq_pem_read_issued_file(pair->memory, pair->key_path, &counted->key, error)) {
		counted->certificate.chain_pem = pq_buffer_view(&counted->chain);
		counted->certificate.key_pem = pq_buffer_view(&counted->key);
		if (check_pair(counted, pair->chain_path, pair->key_path, clock, error))
			return &counted->certificate;
	}
	free_certificate(counted);
	return NULL;
}

/* A Secret's volume swaps one link for both files, perhaps between one and the other being read:
 * what was read while something changed is read again. */
const struct pq_certificate *certificate_read(const struct pq_certs_request *request,
					      const struct pq_clock *clock, struct pq_error *error)
{
	struct pair pair = { .memory = request->memory };
	if (!pq_certs_path(pair.chain_path, sizeof pair.chain_path, request->folder, "tls.crt",
			   error) ||
	    !pq_certs_path(pair.key_path, sizeof pair.key_path, request->folder, "tls.key", error))
		return NULL;
	look_at_pair(&pair);
	for (int left = READS_MAX;; left--) {
		const struct pq_certificate *certificate = read_pair(&pair, clock, error);
		if (!has_changed(&pair) || left == 1)
			return certificate;
		pq_certificate_unref(certificate);
	}
}

const struct pq_certificate *pq_certificate_load(const char *folder, const struct pq_clock *clock,
						 struct pq_error *error)
{
	const struct pq_certs_request request = { .folder = folder };
	return certificate_read(&request, clock, error);
}

const struct pq_certificate *pq_certificate_ref(const struct pq_certificate *certificate)
{
	struct counted_certificate *counted = (struct counted_certificate *)certificate;
	atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);
	return certificate;
}

void pq_certificate_unref(const struct pq_certificate *certificate)
{
	struct counted_certificate *counted = (struct counted_certificate *)certificate;
	if (counted != NULL &&
	    atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) == 1)
		free_certificate(counted);
}
