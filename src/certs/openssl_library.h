/*
 * OpenSSL's libcrypto, loaded on demand.
 *
 * A process that only serves reads its pair by GnuTLS (certs/certificate.c), and should not pay
 * for a second library of cryptography: four megabytes that are resident, and a tenth of the start.
 * So it is not linked: what makes, signs and shows certificates opens it, and it stays. This table
 * holds the functions used; certs/openssl.h lets them be called by their names. Private to
 * src/certs.
 */
#ifndef PQ_CERTS_OPENSSL_LIBRARY_H
#define PQ_CERTS_OPENSSL_LIBRARY_H

#include "base/error.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define PQ_OPENSSL_FUNCTIONS(X)                                                                    \
	X(ASN1_STRING_get0_data)                                                                   \
	X(ASN1_STRING_length)                                                                      \
	X(ASN1_TIME_set)                                                                           \
	X(ASN1_TIME_to_tm)                                                                         \
	X(BIO_ctrl)                                                                                \
	X(BIO_free)                                                                                \
	X(BIO_new)                                                                                 \
	X(BIO_new_mem_buf)                                                                         \
	X(BIO_s_mem)                                                                               \
	X(BIO_s_secmem)                                                                            \
	X(BN_free)                                                                                 \
	X(BN_new)                                                                                  \
	X(BN_rand)                                                                                 \
	X(BN_to_ASN1_INTEGER)                                                                      \
	X(ERR_clear_error)                                                                         \
	X(ERR_error_string_n)                                                                      \
	X(ERR_peek_last_error)                                                                     \
	X(EVP_PKEY_Q_keygen)                                                                       \
	X(EVP_PKEY_free)                                                                           \
	X(EVP_sha256)                                                                              \
	X(GENERAL_NAMES_free)                                                                      \
	X(OPENSSL_sk_free)                                                                         \
	X(OPENSSL_sk_new_null)                                                                     \
	X(OPENSSL_sk_num)                                                                          \
	X(OPENSSL_sk_push)                                                                         \
	X(OPENSSL_sk_value)                                                                        \
	X(PEM_read_bio_PrivateKey)                                                                 \
	X(PEM_read_bio_X509)                                                                       \
	X(PEM_write_bio_PrivateKey)                                                                \
	X(PEM_write_bio_X509)                                                                      \
	X(X509V3_EXT_conf)                                                                         \
	X(X509V3_set_ctx)                                                                          \
	X(X509_EXTENSION_free)                                                                     \
	X(X509_NAME_add_entry_by_txt)                                                              \
	X(X509_STORE_CTX_free)                                                                     \
	X(X509_STORE_CTX_get0_param)                                                               \
	X(X509_STORE_CTX_get_current_cert)                                                         \
	X(X509_STORE_CTX_get_error)                                                                \
	X(X509_STORE_CTX_init)                                                                     \
	X(X509_STORE_CTX_new)                                                                      \
	X(X509_STORE_CTX_set_purpose)                                                              \
	X(X509_STORE_CTX_set_time)                                                                 \
	X(X509_STORE_add_cert)                                                                     \
	X(X509_STORE_free)                                                                         \
	X(X509_STORE_new)                                                                          \
	X(X509_VERIFY_PARAM_set_auth_level)                                                        \
	X(X509_add_ext)                                                                            \
	X(X509_check_ca)                                                                           \
	X(X509_check_host)                                                                         \
	X(X509_check_ip_asc)                                                                       \
	X(X509_check_private_key)                                                                  \
	X(X509_cmp)                                                                                \
	X(X509_free)                                                                               \
	X(X509_get0_notAfter)                                                                      \
	X(X509_get0_notBefore)                                                                     \
	X(X509_get_ext_d2i)                                                                        \
	X(X509_get_serialNumber)                                                                   \
	X(X509_get_subject_name)                                                                   \
	X(X509_getm_notAfter)                                                                      \
	X(X509_getm_notBefore)                                                                     \
	X(X509_new)                                                                                \
	X(X509_set_issuer_name)                                                                    \
	X(X509_set_pubkey)                                                                         \
	X(X509_set_version)                                                                        \
	X(X509_sign)                                                                               \
	X(X509_up_ref)                                                                             \
	X(X509_verify)                                                                             \
	X(X509_verify_cert)                                                                        \
	X(X509_verify_cert_error_string)

struct pq_openssl_library {
#define PQ_OPENSSL_FUNCTION(name) __typeof__(name) *name;
	PQ_OPENSSL_FUNCTIONS(PQ_OPENSSL_FUNCTION)
#undef PQ_OPENSSL_FUNCTION
};

/* Of NULLs until it is loaded. */
extern struct pq_openssl_library pq_openssl;

/* Loads it, once; to be called before anything here is. False with an error that names the package
 * to install when it cannot be loaded. Thread-safe. */
PQ_CHECKED bool pq_openssl_load(struct pq_error *error);

#endif
