/* PEM files and OpenSSL's errors, for this folder only. */
#ifndef PQ_CERTS_PEM_H
#define PQ_CERTS_PEM_H

#include "certs/files.h"
#include "certs/openssl.h"

enum {
	PQ_PEM_SIZE_MAX = 1024 * 1024,
	PQ_PRIVATE_MODE = 0600,
	PQ_PUBLIC_MODE = 0644,
	PQ_FOLDER_MODE = 0700,
};

void pq_evp_key_cleanup(EVP_PKEY **key);
void pq_x509_cleanup(X509 **certificate);
void pq_bio_cleanup(BIO **bio);
/* Wipes, then frees. */
void pq_secret_cleanup(struct pq_buffer *buffer);

#define pq_cleanup_key    PQ_CLEANUP(pq_evp_key_cleanup)
#define pq_cleanup_x509   PQ_CLEANUP(pq_x509_cleanup)
#define pq_cleanup_bio    PQ_CLEANUP(pq_bio_cleanup)
#define pq_cleanup_secret PQ_CLEANUP(pq_secret_cleanup)

/* Sets PQ_ERROR_INTERNAL with what was tried and OpenSSL's own reason. */
bool pq_openssl_fail(struct pq_error *error, const char *what);

/* folder/name into path; fails when it is too long. */
PQ_CHECKED bool pq_certs_path(char *path, size_t size, const char *folder, const char *name,
			      struct pq_error *error);

/* Reads a file, perhaps of memory, into buffer, a NUL behind the text (not counted). */
PQ_CHECKED bool pq_pem_read_file(const struct pq_certs_memory *memory, const char *path,
				 struct pq_buffer *text, struct pq_error *error);

/* The same, but an absent file's error says how `certs init` makes it. */
bool pq_pem_read_issued_file(const struct pq_certs_memory *memory, const char *path,
			     struct pq_buffer *text, struct pq_error *error);

/* The first certificate, or the private key, of a PEM text; path is named in the error. With a new
 * key (pq_issue_new_key) these are where all of OpenSSL's objects come from, and load it. */
X509 *pq_pem_parse_certificate(const char *path, struct pq_string text, struct pq_error *error);
EVP_PKEY *pq_pem_parse_key(const char *path, struct pq_string text, struct pq_error *error);

PQ_CHECKED bool pq_pem_write_certificate(struct pq_certs_memory *memory, const char *path,
					 X509 *certificate, struct pq_error *error);
PQ_CHECKED bool pq_pem_write_key(struct pq_certs_memory *memory, const char *path, EVP_PKEY *key,
				 struct pq_error *error);

#endif
