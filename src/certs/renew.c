/*
 * `pratique certs renew`.
 *
 * A CA is replaced in three steps, each by a call of its own, so that whoever copies ca.crt to
 * clients now and then never leaves them with one that does not know what serves:
 *
 *   published   a new CA is the last in ca.crt, its key is ca-next.key; the old one signs
 *   taken       after the overlap: the new one is the first, its key is ca.key; it signs
 *   dropped     the old one leaves ca.crt once what it signed has expired
 *
 * The second step changes two files. It is over when ca-next.key has become ca.key; should it end
 * in between, the first in ca.crt has ca-next.key, and the next call goes on from there.
 */
#include "certs/authority.h"
#include "certs/bundle.h"
#include "certs/issue.h"
#include "certs/subject_names.h"

#include <limits.h>

struct renewal {
	const struct pq_certs_renewal *how;
	const struct pq_clock *clock;
	const struct pq_certs_request *where;
	char ca_path[PATH_MAX], key_path[PATH_MAX], next_key_path[PATH_MAX];
	char serving_path[PATH_MAX], serving_key_path[PATH_MAX];
	struct pq_bundle bundle;
	struct pq_authority authority; /* the one that signs */
	EVP_PKEY *next_key;            /* NULL: no CA is published */
	X509 *serving;                 /* NULL: there is none that can be read */
	bool serving_has_key;          /* in tls.key */
	struct pq_certs_renewed done;
};

static void renewal_done(struct renewal *renewal)
{
	pq_bundle_done(&renewal->bundle);
	pq_authority_done(&renewal->authority);
	pq_evp_key_cleanup(&renewal->next_key);
	pq_x509_cleanup(&renewal->serving);
}

bool pq_certs_is_due(int64_t not_before, int64_t not_after, int64_t now)
{
	return not_after - now <= (not_after - not_before) / 3;
}

static bool is_due(const struct renewal *renewal, const X509 *certificate)
{
	int64_t not_before, not_after;
	return !pq_x509_times(certificate, &not_before, &not_after) ||
	       pq_certs_is_due(not_before, not_after, pq_clock_wall(renewal->clock));
}

static int64_t end_of(const X509 *certificate)
{
	int64_t not_before, not_after;
	return pq_x509_times(certificate, &not_before, &not_after) ? not_after : 0;
}

static bool fits(const X509 *certificate, const EVP_PKEY *key)
{
	bool is_pair = key != NULL && X509_check_private_key(certificate, key) == 1;
	ERR_clear_error();
	return is_pair;
}

static EVP_PKEY *read_key(const struct renewal *renewal, const char *path, struct pq_error *error)
{
	pq_cleanup_secret struct pq_buffer text;
	pq_buffer_init(&text, PQ_PEM_SIZE_MAX);
	if (!pq_pem_read_file(renewal->where->memory, path, &text, error))
		return NULL;
	return pq_pem_parse_key(path, pq_buffer_view(&text), error);
}

/* A pair that cannot be read is no reason not to make a good one. */
static X509 *read_serving(const struct renewal *renewal)
{
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_error ignored;
	pq_buffer_init(&text, PQ_PEM_SIZE_MAX);
	const char *path = renewal->serving_path;
	if (!pq_pem_read_file(renewal->where->memory, path, &text, &ignored))
		return NULL;
	return pq_pem_parse_certificate(path, pq_buffer_view(&text), &ignored);
}

/* Both halves are never written at once: whoever died in between has left one without the other. */
static bool has_serving_key(const struct renewal *renewal)
{
	struct pq_error ignored;
	if (renewal->serving == NULL)
		return false;
	pq_cleanup_key EVP_PKEY *key = read_key(renewal, renewal->serving_key_path, &ignored);
	return fits(renewal->serving, key);
}

static bool move_next_key(struct renewal *renewal, struct pq_error *error)
{
	if (!pq_files_rename(renewal->where->memory, renewal->next_key_path, renewal->key_path,
			     error))
		return false;
	EVP_PKEY_free(renewal->authority.key);
	renewal->authority.key = renewal->next_key;
	renewal->next_key = NULL;
	return true;
}

static void set_authority(struct renewal *renewal)
{
	X509_free(renewal->authority.certificate);
	renewal->authority.certificate = renewal->bundle.items[0].certificate;
	X509_up_ref(renewal->authority.certificate);
}

static bool read_folder(struct renewal *renewal, struct pq_error *error)
{
	const char *folder = renewal->where->folder;
	if (!pq_certs_path(renewal->ca_path, PATH_MAX, folder, "ca.crt", error) ||
	    !pq_certs_path(renewal->key_path, PATH_MAX, folder, "ca.key", error) ||
	    !pq_certs_path(renewal->next_key_path, PATH_MAX, folder, "ca-next.key", error) ||
	    !pq_certs_path(renewal->serving_path, PATH_MAX, folder, "tls.crt", error) ||
	    !pq_certs_path(renewal->serving_key_path, PATH_MAX, folder, "tls.key", error) ||
	    !pq_bundle_read(&renewal->bundle, renewal->where, "ca.crt", error))
		return false;
	renewal->authority.key = read_key(renewal, renewal->key_path, error);
	if (renewal->authority.key == NULL) {
		if (error->code == PQ_ERROR_NOT_FOUND)
			pq_error_add_advice(error, "restore it, or move ca.crt away and make all "
						   "anew with `pratique certs init --overwrite`");
		return false;
	}
	if (pq_files_have(renewal->where->memory, renewal->next_key_path)) {
		renewal->next_key = read_key(renewal, renewal->next_key_path, error);
		if (renewal->next_key == NULL)
			return false;
	}
	set_authority(renewal);
	if (fits(renewal->authority.certificate, renewal->next_key) &&
	    !move_next_key(renewal, error))
		return false;
	renewal->serving = read_serving(renewal);
	renewal->serving_has_key = has_serving_key(renewal);
	return pq_authority_check(&renewal->authority, renewal->ca_path, renewal->key_path,
				  renewal->clock, error);
}

/* The published CA's place in the bundle; 0 when there is none. */
static size_t find_next(const struct renewal *renewal)
{
	for (size_t i = 1; i < renewal->bundle.count; i++) {
		if (fits(renewal->bundle.items[i].certificate, renewal->next_key))
			return i;
	}
	return 0;
}

static bool drop(struct renewal *renewal, struct pq_error *error)
{
	int64_t now = pq_clock_wall(renewal->clock);
	for (size_t i = renewal->bundle.count; i-- > 1;) {
		int64_t until = renewal->bundle.items[i].trusted_until;
		int64_t end = end_of(renewal->bundle.items[i].certificate);
		if (end > now && (until == 0 || until > now))
			continue;
		pq_bundle_remove(&renewal->bundle, i);
		renewal->done.dropped++;
	}
	return renewal->done.dropped == 0 ||
	       pq_bundle_write(&renewal->bundle, renewal->where, error);
}

/* The key goes first: without its certificate in the bundle it is as if it were not there. */
static bool publish(struct renewal *renewal, struct pq_error *error)
{
	if (find_next(renewal) != 0 || !is_due(renewal, renewal->authority.certificate))
		return true;
	pq_cleanup_authority struct pq_authority next = { 0 };
	if (!pq_authority_make(&next, renewal->how->request.ca_lifetime, renewal->clock, error) ||
	    !pq_pem_write_key(renewal->where->memory, renewal->next_key_path, next.key, error) ||
	    !pq_bundle_insert(&renewal->bundle, renewal->bundle.count, next.certificate, error))
		return false;
	X509_up_ref(next.certificate);
	EVP_PKEY_free(renewal->next_key);
	renewal->next_key = next.key;
	next.key = NULL;
	renewal->done.published = true;
	return pq_bundle_write(&renewal->bundle, renewal->where, error);
}

static bool has_overlapped(const struct renewal *renewal, const X509 *certificate)
{
	int64_t not_before, not_after;
	return pq_x509_times(certificate, &not_before, &not_after) &&
	       pq_clock_wall(renewal->clock) >= not_before + PQ_CLOCK_SKEW + renewal->how->overlap;
}

static bool take(struct renewal *renewal, struct pq_error *error)
{
	struct pq_bundle *bundle = &renewal->bundle;
	size_t place = find_next(renewal);
	if (place == 0 || !has_overlapped(renewal, bundle->items[place].certificate))
		return true;
	X509 *next = bundle->items[place].certificate;
	X509_up_ref(next);
	pq_bundle_remove(bundle, place);
	if (!pq_bundle_insert(bundle, 0, next, error)) {
		X509_free(next);
		return false;
	}
	bundle->items[1].trusted_until =
		renewal->serving == NULL ? pq_clock_wall(renewal->clock) : end_of(renewal->serving);
	renewal->done.taken = true;
	set_authority(renewal);
	return pq_bundle_write(bundle, renewal->where, error) && move_next_key(renewal, error);
}

static bool issue(struct renewal *renewal, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer names;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&names, 0);
	struct pq_certs_request request = renewal->how->request;
	bool signs = renewal->serving_has_key &&
		     X509_verify(renewal->serving, renewal->authority.key) == 1;
	ERR_clear_error();
	if (signs && !is_due(renewal, renewal->serving))
		return true;
	if (renewal->serving != NULL && request.dns_name_count + request.ip_address_count == 0 &&
	    !pq_subject_names_read(renewal->serving, &arena, &request, error))
		return false;
	renewal->done.issued = true;
	return pq_subject_names_write(&request, &names, error) &&
	       pq_authority_issue_pair(&renewal->authority, &request, names.data, renewal->clock,
				       error);
}

bool pq_certs_renew(const struct pq_certs_renewal *how, const struct pq_clock *clock,
		    struct pq_certs_renewed *renewed, struct pq_error *error)
{
	pq_cleanup_files_lock int lock = pq_files_lock(how->request.memory, how->request.folder);
	PQ_CLEANUP(renewal_done)
	struct renewal renewal = { .how = how, .clock = clock, .where = &how->request };
	if (!read_folder(&renewal, error) || !drop(&renewal, error) || !publish(&renewal, error) ||
	    !take(&renewal, error) || !issue(&renewal, error))
		return false;
	*renewed = renewal.done;
	return true;
}
