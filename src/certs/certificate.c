/* The serving pair as a listener takes it. */
#include "certs/certificate.h"
#include "certs/pem.h"

#include <gnutls/x509.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MAKE_ANEW "make the pair again with `pratique certs init --overwrite`, or restore it"

enum {
	READS_MAX = 3,           /* of a pair that changes while it is read */
	PUBLIC_KEY_ID_SIZE = 32, /* SHA-256 */
};

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

/* Read by GnuTLS, which will serve it. */
struct parsed_pair {
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
};

static void parsed_pair_done(struct parsed_pair *pair)
{
	gnutls_x509_crt_deinit(pair->certificate);
	gnutls_x509_privkey_deinit(pair->key);
}

static gnutls_datum_t datum(struct pq_string text)
{
	return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)text.data,
				 .size = (unsigned)text.length };
}

static bool parse_pair(struct parsed_pair *pair, const struct pq_certificate *certificate,
		       const char *chain_path, const char *key_path, struct pq_error *error)
{
	const gnutls_datum_t chain = datum(certificate->chain_pem);
	const gnutls_datum_t key = datum(certificate->key_pem);
	if (gnutls_x509_crt_init(&pair->certificate) != GNUTLS_E_SUCCESS ||
	    gnutls_x509_privkey_init(&pair->key) != GNUTLS_E_SUCCESS)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	if (gnutls_x509_crt_import(pair->certificate, &chain, GNUTLS_X509_FMT_PEM) < 0)
		return pq_error_set_at(error, PQ_ERROR_INVALID, chain_path,
				       "holds no certificate in PEM form; " MAKE_ANEW);
	if (gnutls_x509_privkey_import2(pair->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
		return pq_error_set_at(error, PQ_ERROR_INVALID, key_path,
				       "holds no unencrypted private key in PEM form; " MAKE_ANEW);
	return true;
}

static bool is_key_of(const struct parsed_pair *pair)
{
	unsigned char ids[2][PUBLIC_KEY_ID_SIZE];
	size_t sizes[2] = { sizeof ids[0], sizeof ids[1] };
	return gnutls_x509_crt_get_key_id(pair->certificate, GNUTLS_KEYID_USE_SHA256, ids[0],
					  &sizes[0]) == GNUTLS_E_SUCCESS &&
	       gnutls_x509_privkey_get_key_id(pair->key, GNUTLS_KEYID_USE_SHA256, ids[1],
					      &sizes[1]) == GNUTLS_E_SUCCESS &&
	       sizes[0] == sizes[1] && memcmp(ids[0], ids[1], sizes[0]) == 0;
}

/* Later than our times can say, as are those of certificates without an end. */
static int64_t wall_time(time_t seconds)
{
	return seconds >= INT64_MAX / PQ_SECOND ? INT64_MAX : (int64_t)seconds * PQ_SECOND;
}

/* False when they cannot be read. GnuTLS tells of no beginning before 1970. */
static bool read_times(const struct parsed_pair *pair, struct pq_certificate *certificate)
{
	time_t begin = gnutls_x509_crt_get_activation_time(pair->certificate);
	time_t end = gnutls_x509_crt_get_expiration_time(pair->certificate);
	certificate->not_before = begin == (time_t)-1 ? 0 : wall_time(begin);
	certificate->not_after =
		end == GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION ? INT64_MAX : wall_time(end);
	return end != (time_t)-1;
}

static bool check_pair(struct counted_certificate *counted, const char *chain_path,
		       const char *key_path, const struct pq_clock *clock, struct pq_error *error)
{
	struct pq_certificate *certificate = &counted->certificate;
	PQ_CLEANUP(parsed_pair_done) struct parsed_pair pair = { 0 };
	if (!parse_pair(&pair, certificate, chain_path, key_path, error))
		return false;
	if (!is_key_of(&pair))
		return pq_error_set_at(
			error, PQ_ERROR_INVALID, key_path,
			"is not the key of the certificate beside it; make the pair again with "
			"`pratique certs init --overwrite`, or restore the key of %s",
			chain_path);
	if (!read_times(&pair, certificate))
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
