/* `pratique certs init` and `bundle`. */
#include "certs/authority.h"
#include "certs/bundle.h"
#include "certs/subject_names.h"

#include "base/base64.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

static bool make_folder(const struct pq_certs_request *request, struct pq_error *error)
{
	if (request->memory != NULL || mkdir(request->folder, PQ_FOLDER_MODE) == 0 ||
	    errno == EEXIST)
		return true;
	return pq_error_set_at(error, PQ_ERROR_IO, request->folder, "cannot make the folder: %s%s",
			       strerror(errno),
			       errno == ENOENT ? "; make the one around it first" : "");
}

static bool read_authority(const struct pq_certs_memory *memory, const char *certificate_path,
			   const char *key_path, const struct pq_clock *clock,
			   struct pq_authority *authority, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer certificate_text;
	pq_cleanup_secret struct pq_buffer key_text;
	pq_buffer_init(&certificate_text, PQ_PEM_SIZE_MAX);
	pq_buffer_init(&key_text, PQ_PEM_SIZE_MAX);
	if (!pq_pem_read_file(memory, certificate_path, &certificate_text, error) ||
	    !pq_pem_read_file(memory, key_path, &key_text, error))
		return false;
	authority->certificate = pq_pem_parse_certificate(certificate_path,
							  pq_buffer_view(&certificate_text), error);
	if (authority->certificate == NULL)
		return false;
	authority->key = pq_pem_parse_key(key_path, pq_buffer_view(&key_text), error);
	if (authority->key == NULL)
		return false;
	return pq_authority_check(authority, certificate_path, key_path, clock, error);
}

/* Uses the CA that is in the folder, or makes one and writes it. */
static bool get_authority(const struct pq_certs_request *request, const struct pq_clock *clock,
			  struct pq_authority *authority, struct pq_error *error)
{
	char certificate_path[PATH_MAX], key_path[PATH_MAX];
	if (!pq_certs_path(certificate_path, sizeof certificate_path, request->folder, "ca.crt",
			   error) ||
	    !pq_certs_path(key_path, sizeof key_path, request->folder, "ca.key", error))
		return false;
	bool has_certificate = pq_files_have(request->memory, certificate_path);
	bool has_key = pq_files_have(request->memory, key_path);
	if (has_certificate && has_key)
		return read_authority(request->memory, certificate_path, key_path, clock, authority,
				      error);
	if (has_certificate || has_key)
		return pq_error_set_at(
			error, PQ_ERROR_CONFLICT, has_certificate ? certificate_path : key_path,
			"the other half of the CA is missing; restore it, or move this "
			"file away to make a new CA");
	return pq_authority_make(authority, request->ca_lifetime, clock, error) &&
	       pq_pem_write_key(request->memory, key_path, authority->key, error) &&
	       pq_pem_write_certificate(request->memory, certificate_path, authority->certificate,
					error);
}

static bool refuse_to_overwrite(const struct pq_certs_request *request, const char *path,
				struct pq_error *error)
{
	if (request->overwrite || !pq_files_have(request->memory, path))
		return true;
	return pq_error_set_at(
		error, PQ_ERROR_CONFLICT, path,
		"is there already; --overwrite replaces the serving pair and keeps the CA");
}

/* Whoever names nothing and overwrites means the names of what is replaced, if it can be read. */
static bool keep_names(struct pq_certs_request *request, struct pq_arena *arena,
		       struct pq_error *error)
{
	char path[PATH_MAX];
	struct pq_error ignored;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, PQ_PEM_SIZE_MAX);
	if (!request->overwrite || request->dns_name_count + request->ip_address_count > 0)
		return true;
	if (!pq_certs_path(path, sizeof path, request->folder, "tls.crt", error))
		return false;
	if (!pq_pem_read_file(request->memory, path, &text, &ignored))
		return true;
	pq_cleanup_x509 X509 *certificate =
		pq_pem_parse_certificate(path, pq_buffer_view(&text), &ignored);
	return certificate == NULL || pq_subject_names_read(certificate, arena, request, error);
}

static bool init(const struct pq_certs_request *request, const struct pq_clock *clock,
		 struct pq_error *error)
{
	char certificate_path[PATH_MAX], key_path[PATH_MAX];
	pq_cleanup_buffer struct pq_buffer names;
	pq_buffer_init(&names, 0);
	/* Names first: a request that is refused leaves nothing behind. */
	if (!pq_subject_names_write(request, &names, error) || !make_folder(request, error))
		return false;
	pq_cleanup_files_lock int lock = pq_files_lock(request->memory, request->folder);
	if (!pq_certs_path(certificate_path, sizeof certificate_path, request->folder, "tls.crt",
			   error) ||
	    !pq_certs_path(key_path, sizeof key_path, request->folder, "tls.key", error) ||
	    !refuse_to_overwrite(request, certificate_path, error) ||
	    !refuse_to_overwrite(request, key_path, error))
		return false;
	pq_cleanup_authority struct pq_authority authority = { 0 };
	if (!get_authority(request, clock, &authority, error))
		return false;
	return pq_authority_issue_pair(&authority, request, names.data, clock, error);
}

bool pq_certs_init(const struct pq_certs_request *request, const struct pq_clock *clock,
		   struct pq_error *error)
{
	struct pq_certs_request named = *request;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	return keep_names(&named, &arena, error) && init(&named, clock, error);
}

static bool append_base64(const struct pq_bundle *bundle, struct pq_buffer *text,
			  struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer pem;
	pq_buffer_init(&pem, PQ_PEM_SIZE_MAX);
	if (!pq_bundle_append_pem(bundle, &pem, error))
		return false;
	pq_base64_write(text, pq_buffer_view(&pem));
	return !pq_buffer_failed(text) || pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}

bool pq_certs_bundle(const struct pq_certs_request *request, struct pq_buffer *text,
		     struct pq_error *error)
{
	pq_cleanup_bundle struct pq_bundle bundle = { 0 };
	return pq_bundle_read(&bundle, request, "ca.crt", error) &&
	       append_base64(&bundle, text, error);
}

bool pq_certs_bundle_file(const char *path, struct pq_buffer *text, struct pq_error *error)
{
	pq_cleanup_bundle struct pq_bundle bundle = { 0 };
	return pq_bundle_read_file(&bundle, path, error) && append_base64(&bundle, text, error);
}
