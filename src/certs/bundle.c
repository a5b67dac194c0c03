#include "certs/bundle.h"

#include "base/clock.h"
#include "formats/timestamp.h"

#include <limits.h>

#define BEGIN_LINE "-----BEGIN CERTIFICATE-----"
#define END_LINE   "-----END CERTIFICATE-----"

static const struct pq_string note = PQ_LITERAL("trusted until ");

void pq_bundle_done(struct pq_bundle *bundle)
{
	for (size_t i = 0; i < bundle->count; i++)
		X509_free(bundle->items[i].certificate);
	bundle->count = 0;
}

bool pq_bundle_insert(struct pq_bundle *bundle, size_t place, X509 *certificate,
		      struct pq_error *error)
{
	if (bundle->count == PQ_BUNDLE_MAX)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "more than %d certificates: take some away", PQ_BUNDLE_MAX);
	memmove(&bundle->items[place + 1], &bundle->items[place],
		(bundle->count - place) * sizeof bundle->items[0]);
	bundle->items[place].certificate = certificate;
	bundle->items[place].trusted_until = 0;
	bundle->count++;
	return true;
}

void pq_bundle_remove(struct pq_bundle *bundle, size_t place)
{
	X509_free(bundle->items[place].certificate);
	bundle->count--;
	memmove(&bundle->items[place], &bundle->items[place + 1],
		(bundle->count - place) * sizeof bundle->items[0]);
}

/* What stands between two certificates; 0 when it tells nothing. */
static int64_t read_note(struct pq_string text)
{
	const char *found = memmem(text.data, text.length, note.data, note.length);
	struct pq_string time, rest;
	int64_t seconds;
	int32_t nanoseconds;
	if (found == NULL)
		return 0;
	rest = pq_string_slice(text, (size_t)(found - text.data) + note.length, text.length);
	if (!pq_string_split(&rest, '\n', &time) ||
	    !pq_time_parse(pq_string_trim(time), &seconds, &nanoseconds, NULL))
		return 0;
	return seconds * PQ_SECOND;
}

/* Takes one certificate, with what stands in front of it, off the text; false when none is left. */
static bool take_block(struct pq_string *text, struct pq_string *before, struct pq_string *block)
{
	const char *begin = memmem(text->data, text->length, BEGIN_LINE, strlen(BEGIN_LINE));
	if (begin == NULL)
		return false;
	size_t start = (size_t)(begin - text->data);
	struct pq_string rest = pq_string_slice(*text, start, text->length);
	const char *end = memmem(rest.data, rest.length, END_LINE, strlen(END_LINE));
	size_t length = end == NULL ? rest.length : (size_t)(end - rest.data) + strlen(END_LINE);
	*before = pq_string_slice(*text, 0, start);
	*block = pq_string_slice(rest, 0, length);
	*text = pq_string_slice(rest, length, rest.length);
	return true;
}

static bool read_text(struct pq_bundle *bundle, const char *path, struct pq_string text,
		      struct pq_error *error)
{
	struct pq_string before, block;
	while (take_block(&text, &before, &block)) {
		X509 *certificate = pq_pem_parse_certificate(path, block, error);
		if (certificate == NULL)
			return false;
		if (!pq_bundle_insert(bundle, bundle->count, certificate, error)) {
			X509_free(certificate);
			pq_error_add_path(error, pq_string_from(path));
			return false;
		}
		bundle->items[bundle->count - 1].trusted_until = read_note(before);
	}
	return bundle->count > 0 ||
	       pq_error_set_at(error, PQ_ERROR_INVALID, path, "holds no certificate in PEM form");
}

bool pq_bundle_read(struct pq_bundle *bundle, const struct pq_certs_request *request,
		    const char *name, struct pq_error *error)
{
	char path[PATH_MAX];
	pq_cleanup_buffer struct pq_buffer pem;
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	return pq_certs_path(path, sizeof path, request->folder, name, error) &&
	       pq_pem_read_issued_file(request->memory, path, &pem, error) &&
	       read_text(bundle, path, pq_buffer_view(&pem), error);
}

bool pq_bundle_read_file(struct pq_bundle *bundle, const char *path, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer pem;
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	return pq_pem_read_file(NULL, path, &pem, error) &&
	       read_text(bundle, path, pq_buffer_view(&pem), error);
}

static bool append_pem(X509 *certificate, struct pq_buffer *text, struct pq_error *error)
{
	char *bytes = NULL;
	pq_cleanup_bio BIO *bio = BIO_new(BIO_s_mem());
	if (bio == NULL || PEM_write_bio_X509(bio, certificate) != 1)
		return pq_openssl_fail(error, "encode a certificate");
	long length = BIO_get_mem_data(bio, &bytes);
	pq_buffer_append(text, bytes, (size_t)length);
	return !pq_buffer_failed(text) || pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}

bool pq_bundle_append_pem(const struct pq_bundle *bundle, struct pq_buffer *text,
			  struct pq_error *error)
{
	for (size_t i = 0; i < bundle->count; i++) {
		if (!append_pem(bundle->items[i].certificate, text, error))
			return false;
	}
	return true;
}

bool pq_bundle_write(const struct pq_bundle *bundle, const struct pq_certs_request *request,
		     struct pq_error *error)
{
	char path[PATH_MAX];
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, PQ_PEM_SIZE_MAX);
	if (!pq_certs_path(path, sizeof path, request->folder, "ca.crt", error))
		return false;
	for (size_t i = 0; i < bundle->count; i++) {
		if (bundle->items[i].trusted_until != 0) {
			pq_buffer_append_string(&text, note);
			pq_time_write(&text, bundle->items[i].trusted_until / PQ_SECOND);
			pq_buffer_append_byte(&text, '\n');
		}
		if (!append_pem(bundle->items[i].certificate, &text, error))
			return false;
	}
	return pq_files_replace(request->memory, path, pq_buffer_view(&text), PQ_PUBLIC_MODE,
				error);
}
