/* `pratique certs show`: what a folder has. */
#include "certs/bundle.h"
#include "certs/issue.h"
#include "certs/subject_names.h"

#include "formats/timestamp.h"

#include <limits.h>

static void write_time(struct pq_buffer *text, const char *what, int64_t time)
{
	pq_buffer_append_format(text, "%s ", what);
	pq_time_write(text, time / PQ_SECOND);
}

/* "valid until …, due from …" */
static void write_validity(struct pq_buffer *text, const X509 *certificate, int64_t now)
{
	int64_t from, until;
	if (!pq_x509_times(certificate, &from, &until)) {
		pq_buffer_append_text(text, " without readable validity");
		return;
	}
	if (until <= now) {
		write_time(text, " expired at", until);
		return;
	}
	write_time(text, " valid until", until);
	if (pq_certs_is_due(from, until, now))
		pq_buffer_append_text(text, ", to be replaced now");
	else
		write_time(text, ", to be replaced from", until - (until - from) / 3);
}

static bool write_serving(const char *path, X509 *certificate, int64_t now, struct pq_buffer *text,
			  struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_certs_request names = { 0 };
	pq_arena_init(&arena, 0);
	if (!pq_subject_names_read(certificate, &arena, &names, error))
		return false;
	pq_buffer_append_format(text, "%s: serves as", path);
	for (size_t i = 0; i < names.dns_name_count; i++)
		pq_buffer_append_format(text, " %s", names.dns_names[i]);
	for (size_t i = 0; i < names.ip_address_count; i++)
		pq_buffer_append_format(text, " %s", names.ip_addresses[i]);
	pq_buffer_append_byte(text, ',');
	write_validity(text, certificate, now);
	pq_buffer_append_byte(text, '\n');
	return true;
}

static void write_authorities(const char *folder, const struct pq_bundle *bundle, int64_t now,
			      struct pq_buffer *text)
{
	for (size_t i = 0; i < bundle->count; i++) {
		int64_t until = bundle->items[i].trusted_until;
		pq_buffer_append_format(text, "%s/ca.crt: %s", folder,
					i == 0       ? "signs,"
					: until == 0 ? "will sign,"
						     : "signed before,");
		if (until != 0)
			write_time(text, " trusted until", until);
		else
			write_validity(text, bundle->items[i].certificate, now);
		pq_buffer_append_byte(text, '\n');
	}
}

static X509 *read_first(const struct pq_certs_request *request, char path[PATH_MAX],
			struct pq_buffer *text, struct pq_error *error)
{
	if (!pq_certs_path(path, PATH_MAX, request->folder, "tls.crt", error) ||
	    !pq_pem_read_issued_file(request->memory, path, text, error))
		return NULL;
	return pq_pem_parse_certificate(path, pq_buffer_view(text), error);
}

bool pq_certs_show(const char *folder, const struct pq_clock *clock, struct pq_buffer *text,
		   struct pq_error *error)
{
	const struct pq_certs_request where = { .folder = folder };
	char path[PATH_MAX];
	int64_t now = pq_clock_wall(clock);
	pq_cleanup_buffer struct pq_buffer pem;
	pq_cleanup_bundle struct pq_bundle bundle = { 0 };
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	pq_cleanup_x509 X509 *serving = read_first(&where, path, &pem, error);
	if (serving == NULL || !pq_bundle_read(&bundle, &where, "ca.crt", error) ||
	    !write_serving(path, serving, now, text, error))
		return false;
	write_authorities(folder, &bundle, now, text);
	return !pq_buffer_failed(text) || pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}
