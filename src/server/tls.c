#include "server/tls.h"

#include <stdatomic.h>
#include <stdlib.h>

enum {
	CHAIN_MAX = 16,
	KEY_ID_SIZE = 32, /* SHA-256 */
};

struct pq_identity {
	atomic_size_t references;
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned chain_length;
	gnutls_privkey_t key;
};

static gnutls_datum_t datum(struct pq_string text)
{
	return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)text.data,
				 .size = (unsigned)text.length };
}

static int import_pair(struct pq_identity *identity, const struct pq_certificate_pem *pem)
{
	gnutls_datum_t chain = datum(pem->chain), key = datum(pem->key);
	unsigned length = CHAIN_MAX;
	int code = gnutls_pcert_list_import_x509_raw(identity->chain, &length, &chain,
						     GNUTLS_X509_FMT_PEM,
						     GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED);
	if (code != GNUTLS_E_SUCCESS)
		return code;
	identity->chain_length = length;
	code = gnutls_privkey_init(&identity->key);
	if (code != GNUTLS_E_SUCCESS)
		return code;
	return gnutls_privkey_import_x509_raw(identity->key, &key, GNUTLS_X509_FMT_PEM, NULL, 0);
}

static int get_key_id(gnutls_pubkey_t key, unsigned char id[KEY_ID_SIZE])
{
	size_t size = KEY_ID_SIZE;
	return gnutls_pubkey_get_key_id(key, GNUTLS_KEYID_USE_SHA256, id, &size);
}

/* GnuTLS itself compares them only in credentials of its own. */
static int compare_pair(const struct pq_identity *identity)
{
	unsigned char ids[2][KEY_ID_SIZE] = { 0 };
	gnutls_pubkey_t key;
	int code = gnutls_pubkey_init(&key);
	if (code != GNUTLS_E_SUCCESS)
		return code;
	code = gnutls_pubkey_import_privkey(key, identity->key, 0, 0);
	if (code == GNUTLS_E_SUCCESS)
		code = get_key_id(key, ids[0]);
	gnutls_pubkey_deinit(key);
	if (code == GNUTLS_E_SUCCESS)
		code = get_key_id(identity->chain[0].pubkey, ids[1]);
	if (code == GNUTLS_E_SUCCESS && memcmp(ids[0], ids[1], KEY_ID_SIZE) != 0)
		code = GNUTLS_E_CERTIFICATE_KEY_MISMATCH;
	return code;
}

struct pq_identity *pq_identity_new(const struct pq_certificate_pem *pem, struct pq_error *error)
{
	struct pq_identity *identity = calloc(1, sizeof *identity);
	if (identity == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a certificate");
		return NULL;
	}
	atomic_init(&identity->references, 1);
	int code = import_pair(identity, pem);
	if (code == GNUTLS_E_SUCCESS)
		code = compare_pair(identity);
	if (code == GNUTLS_E_SUCCESS)
		return identity;
	pq_identity_unref(identity);
	if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
		pq_error_set(error, PQ_ERROR_INVALID,
			     "the private key does not belong to the certificate");
	else if (code == GNUTLS_E_SHORT_MEMORY_BUFFER)
		pq_error_set(error, PQ_ERROR_INVALID,
			     "more than %d certificates in the chain; take those out that clients "
			     "have themselves",
			     CHAIN_MAX);
	else
		pq_error_set(error, PQ_ERROR_INVALID,
			     "certificate or private key cannot be used: %s",
			     gnutls_strerror(code));
	return NULL;
}

struct pq_identity *pq_identity_ref(struct pq_identity *identity)
{
	atomic_fetch_add_explicit(&identity->references, 1, memory_order_relaxed);
	return identity;
}

void pq_identity_unref(struct pq_identity *identity)
{
	if (identity == NULL ||
	    atomic_fetch_sub_explicit(&identity->references, 1, memory_order_acq_rel) != 1)
		return;
	for (unsigned i = 0; i < identity->chain_length; i++)
		gnutls_pcert_deinit(&identity->chain[i]);
	gnutls_privkey_deinit(identity->key);
	free(identity);
}

void pq_identity_show(struct pq_identity *identity, gnutls_pcert_st **certificates,
		      unsigned *certificate_count, gnutls_privkey_t *private_key)
{
	*certificates = identity->chain;
	*certificate_count = identity->chain_length;
	*private_key = identity->key;
}
