#include "certs/pem.h"

#include <limits.h>
#include <stdio.h>

enum { PEM_SIZE_USUAL = 16 * 1024 };

/* Where there is something to free, OpenSSL has been loaded. */
void pq_evp_key_cleanup(EVP_PKEY **key)
{
	if (*key != NULL)
		EVP_PKEY_free(*key);
}

void pq_x509_cleanup(X509 **certificate)
{
	if (*certificate != NULL)
		X509_free(*certificate);
}

void pq_bio_cleanup(BIO **bio)
{
	if (*bio != NULL)
		BIO_free(*bio);
}

void pq_secret_cleanup(struct pq_buffer *buffer)
{
	if (buffer->data != NULL)
		explicit_bzero(buffer->data, buffer->capacity);
	pq_buffer_done(buffer);
}

bool pq_openssl_fail(struct pq_error *error, const char *what)
{
	char reason[256] = "no reason given";
	unsigned long code = ERR_peek_last_error();
	if (code != 0)
		ERR_error_string_n(code, reason, sizeof reason);
	ERR_clear_error();
	return pq_error_set(error, PQ_ERROR_INTERNAL, "cannot %s: %s", what, reason);
}

bool pq_certs_path(char *path, size_t size, const char *folder, const char *name,
		   struct pq_error *error)
{
	int length = snprintf(path, size, "%s/%s", folder, name);
	return (length >= 0 && (size_t)length < size) ||
	       pq_error_set_at(error, PQ_ERROR_USAGE, folder, "the folder's path is too long");
}

bool pq_pem_read_file(const struct pq_certs_memory *memory, const char *path,
		      struct pq_buffer *text, struct pq_error *error)
{
	/* Large enough for any usual key, so that growing leaves no copy of a secret behind. */
	pq_buffer_reserve(text, PEM_SIZE_USUAL);
	if (!pq_files_read(memory, path, text, error))
		return false;
	pq_buffer_append_byte(text, '\0');
	if (pq_buffer_failed(text))
		return pq_error_set_at(error, PQ_ERROR_TOO_LARGE, path, "larger than %d bytes",
				       PQ_PEM_SIZE_MAX);
	text->length--;
	return true;
}

bool pq_pem_read_issued_file(const struct pq_certs_memory *memory, const char *path,
			     struct pq_buffer *text, struct pq_error *error)
{
	if (pq_pem_read_file(memory, path, text, error))
		return true;
	if (error->code == PQ_ERROR_NOT_FOUND) {
		pq_error_set(error, PQ_ERROR_NOT_FOUND,
			     "No such file or directory; `pratique certs init` makes it, or name "
			     "another folder with --certs");
		pq_error_add_path(error, pq_string_from(path));
	} else if (error->code == PQ_ERROR_IO) {
		pq_error_add_advice(error, "make it a file that this user can read, or name "
					   "another folder with --certs");
	}
	return false;
}

X509 *pq_pem_parse_certificate(const char *path, struct pq_string text, struct pq_error *error)
{
	if (!pq_openssl_load(error))
		return NULL;
	pq_cleanup_bio BIO *bio = BIO_new_mem_buf(text.data, (int)text.length);
	X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (certificate == NULL) {
		ERR_clear_error();
		pq_error_set_at(error, PQ_ERROR_INVALID, path, "holds no certificate in PEM form");
	}
	return certificate;
}

/* A key with a passphrase is refused rather than asked for: there is nobody at the terminal. */
static int refuse_passphrase(char *passphrase, int size, int is_writing, void *context)
{
	(void)passphrase, (void)size, (void)is_writing, (void)context;
	return -1;
}

EVP_PKEY *pq_pem_parse_key(const char *path, struct pq_string text, struct pq_error *error)
{
	if (!pq_openssl_load(error))
		return NULL;
	pq_cleanup_bio BIO *bio = BIO_new_mem_buf(text.data, (int)text.length);
	EVP_PKEY *key =
		bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL);
	if (key == NULL) {
		ERR_clear_error();
		pq_error_set_at(error, PQ_ERROR_INVALID, path,
				"holds no unencrypted private key in PEM form");
	}
	return key;
}

static bool write_bio(struct pq_certs_memory *memory, const char *path, BIO *bio, unsigned mode,
		      struct pq_error *error)
{
	char *bytes = NULL;
	long length = BIO_get_mem_data(bio, &bytes);
	struct pq_string text = { .data = bytes, .length = length < 0 ? 0 : (size_t)length };
	return pq_files_replace(memory, path, text, mode, error);
}

bool pq_pem_write_certificate(struct pq_certs_memory *memory, const char *path, X509 *certificate,
			      struct pq_error *error)
{
	pq_cleanup_bio BIO *bio = BIO_new(BIO_s_mem());
	if (bio == NULL || PEM_write_bio_X509(bio, certificate) != 1)
		return pq_openssl_fail(error, "encode a certificate");
	return write_bio(memory, path, bio, PQ_PUBLIC_MODE, error);
}

bool pq_pem_write_key(struct pq_certs_memory *memory, const char *path, EVP_PKEY *key,
		      struct pq_error *error)
{
	/* Secure memory: BIO_free wipes it. */
	pq_cleanup_bio BIO *bio = BIO_new(BIO_s_secmem());
	if (bio == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
		return pq_openssl_fail(error, "encode a private key");
	return write_bio(memory, path, bio, PQ_PRIVATE_MODE, error);
}
