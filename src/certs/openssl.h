/* OpenSSL's functions by their names, out of the library that is loaded on demand. */
#ifndef PQ_CERTS_OPENSSL_H
#define PQ_CERTS_OPENSSL_H

#include "certs/openssl_library.h"

#define ASN1_STRING_get0_data            pq_openssl.ASN1_STRING_get0_data
#define ASN1_STRING_length               pq_openssl.ASN1_STRING_length
#define ASN1_TIME_set                    pq_openssl.ASN1_TIME_set
#define ASN1_TIME_to_tm                  pq_openssl.ASN1_TIME_to_tm
#define BIO_ctrl                         pq_openssl.BIO_ctrl
#define BIO_free                         pq_openssl.BIO_free
#define BIO_new                          pq_openssl.BIO_new
#define BIO_new_mem_buf                  pq_openssl.BIO_new_mem_buf
#define BIO_s_mem                        pq_openssl.BIO_s_mem
#define BIO_s_secmem                     pq_openssl.BIO_s_secmem
#define BN_free                          pq_openssl.BN_free
#define BN_new                           pq_openssl.BN_new
#define BN_rand                          pq_openssl.BN_rand
#define BN_to_ASN1_INTEGER               pq_openssl.BN_to_ASN1_INTEGER
#define ERR_clear_error                  pq_openssl.ERR_clear_error
#define ERR_error_string_n               pq_openssl.ERR_error_string_n
#define ERR_peek_last_error              pq_openssl.ERR_peek_last_error
#define EVP_PKEY_Q_keygen                pq_openssl.EVP_PKEY_Q_keygen
#define EVP_PKEY_free                    pq_openssl.EVP_PKEY_free
#define EVP_sha256                       pq_openssl.EVP_sha256
#define GENERAL_NAMES_free               pq_openssl.GENERAL_NAMES_free
#define OPENSSL_sk_free                  pq_openssl.OPENSSL_sk_free
#define OPENSSL_sk_new_null              pq_openssl.OPENSSL_sk_new_null
#define OPENSSL_sk_num                   pq_openssl.OPENSSL_sk_num
#define OPENSSL_sk_push                  pq_openssl.OPENSSL_sk_push
#define OPENSSL_sk_value                 pq_openssl.OPENSSL_sk_value
#define PEM_read_bio_PrivateKey          pq_openssl.PEM_read_bio_PrivateKey
#define PEM_read_bio_X509                pq_openssl.PEM_read_bio_X509
#define PEM_write_bio_PrivateKey         pq_openssl.PEM_write_bio_PrivateKey
#define PEM_write_bio_X509               pq_openssl.PEM_write_bio_X509
#define X509V3_EXT_conf                  pq_openssl.X509V3_EXT_conf
#define X509V3_set_ctx                   pq_openssl.X509V3_set_ctx
#define X509_EXTENSION_free              pq_openssl.X509_EXTENSION_free
#define X509_NAME_add_entry_by_txt       pq_openssl.X509_NAME_add_entry_by_txt
#define X509_STORE_CTX_free              pq_openssl.X509_STORE_CTX_free
#define X509_STORE_CTX_get0_param        pq_openssl.X509_STORE_CTX_get0_param
#define X509_STORE_CTX_get_current_cert  pq_openssl.X509_STORE_CTX_get_current_cert
#define X509_STORE_CTX_get_error         pq_openssl.X509_STORE_CTX_get_error
#define X509_STORE_CTX_init              pq_openssl.X509_STORE_CTX_init
#define X509_STORE_CTX_new               pq_openssl.X509_STORE_CTX_new
#define X509_STORE_CTX_set_purpose       pq_openssl.X509_STORE_CTX_set_purpose
#define X509_STORE_CTX_set_time          pq_openssl.X509_STORE_CTX_set_time
#define X509_STORE_add_cert              pq_openssl.X509_STORE_add_cert
#define X509_STORE_free                  pq_openssl.X509_STORE_free
#define X509_STORE_new                   pq_openssl.X509_STORE_new
#define X509_VERIFY_PARAM_set_auth_level pq_openssl.X509_VERIFY_PARAM_set_auth_level
#define X509_add_ext                     pq_openssl.X509_add_ext
#define X509_check_ca                    pq_openssl.X509_check_ca
#define X509_check_host                  pq_openssl.X509_check_host
#define X509_check_ip_asc                pq_openssl.X509_check_ip_asc
#define X509_check_private_key           pq_openssl.X509_check_private_key
#define X509_cmp                         pq_openssl.X509_cmp
#define X509_free                        pq_openssl.X509_free
#define X509_get0_notAfter               pq_openssl.X509_get0_notAfter
#define X509_get0_notBefore              pq_openssl.X509_get0_notBefore
#define X509_get_ext_d2i                 pq_openssl.X509_get_ext_d2i
#define X509_get_serialNumber            pq_openssl.X509_get_serialNumber
#define X509_get_subject_name            pq_openssl.X509_get_subject_name
#define X509_getm_notAfter               pq_openssl.X509_getm_notAfter
#define X509_getm_notBefore              pq_openssl.X509_getm_notBefore
#define X509_new                         pq_openssl.X509_new
#define X509_set_issuer_name             pq_openssl.X509_set_issuer_name
#define X509_set_pubkey                  pq_openssl.X509_set_pubkey
#define X509_set_version                 pq_openssl.X509_set_version
#define X509_sign                        pq_openssl.X509_sign
#define X509_up_ref                      pq_openssl.X509_up_ref
#define X509_verify                      pq_openssl.X509_verify
#define X509_verify_cert                 pq_openssl.X509_verify_cert
#define X509_verify_cert_error_string    pq_openssl.X509_verify_cert_error_string

#endif
