#include "formats/certificate.h"

#include "base/character.h"
#include "base/utf8.h"
#include "formats/der.h"

/* Tags whose meaning their place gives (RFC 5280, 4.1). */
enum {
	TAG_VERSION = 0xa0,
	TAG_ISSUER_ID = 0x81,
	TAG_SUBJECT_ID = 0x82,
	TAG_EXTENSIONS = 0xa3,
};

static bool is_printable(unsigned char byte)
{
	return pq_is_alphanumeric(byte) || (byte != '\0' && strchr(" '()+,-./:=?*&", byte) != NULL);
}

static bool is_bmp_string(struct pq_string text)
{
	if (text.length % 2 != 0)
		return false;
	if (text.length >= 2 && pq_der_byte_at(text, text.length - 1) == 0 &&
	    pq_der_byte_at(text, text.length - 2) == 0)
		text.length -= 2;
	for (size_t i = 0; i < text.length; i += 2) {
		unsigned point = pq_der_byte_at(text, i) << 8 | pq_der_byte_at(text, i + 1);
		if (point >= 0xfffe || (point >= 0xfdd0 && point <= 0xfdef) ||
		    (point >= 0xd800 && point <= 0xdfff))
			return false;
	}
	return true;
}

static bool all_bytes(struct pq_string text, bool (*fits)(unsigned char byte))
{
	for (size_t i = 0; i < text.length; i++) {
		if (!fits((unsigned char)text.data[i]))
			return false;
	}
	return true;
}

static bool is_ascii(unsigned char byte)
{
	return byte < 0x80;
}

static bool is_numeric(unsigned char byte)
{
	return pq_is_digit(byte) || byte == ' ';
}

#define VALUE "x509: invalid RDNSequence: invalid attribute value"

static const char *value_problem(unsigned tag, struct pq_string text)
{
	switch (tag) {
	case PQ_DER_T61_STRING:
		return NULL;
	case PQ_DER_PRINTABLE_STRING:
		return all_bytes(text, is_printable) ? NULL : VALUE ": invalid PrintableString";
	case PQ_DER_UTF8_STRING:
		return pq_utf8_find_invalid(text) == text.length ? NULL
								 : VALUE ": invalid UTF-8 string";
	case PQ_DER_BMP_STRING:
		return is_bmp_string(text) ? NULL : VALUE ": invalid BMPString";
	case PQ_DER_IA5_STRING:
		return all_bytes(text, is_ascii) ? NULL : VALUE ": invalid IA5String";
	case PQ_DER_NUMERIC_STRING:
		return all_bytes(text, is_numeric) ? NULL : VALUE ": invalid NumericString";
	default:
		return VALUE ": unsupported string type";
	}
}

static const char *name_problem(struct pq_string name)
{
	struct pq_string set, attribute, oid, value;
	unsigned tag;
	while (name.length > 0) {
		if (!pq_der_take(&name, PQ_DER_SET, &set))
			return "x509: invalid RDNSequence";
		while (set.length > 0) {
			if (!pq_der_take(&set, PQ_DER_SEQUENCE, &attribute))
				return "x509: invalid RDNSequence: invalid attribute";
			if (!pq_der_take_oid(&attribute, &oid))
				return "x509: invalid RDNSequence: invalid attribute type";
			if (!pq_der_take_any(&attribute, &tag, &value))
				return VALUE;
			const char *problem = value_problem(tag, value);
			if (problem != NULL)
				return problem;
		}
	}
	return NULL;
}

static const char *algorithm_problem(struct pq_string algorithm, struct pq_string *oid,
				     struct pq_string *parameters)
{
	struct pq_string content;
	unsigned tag;
	if (!pq_der_take_oid(&algorithm, oid))
		return "x509: malformed OID";
	*parameters = algorithm;
	if (algorithm.length > 0 && !pq_der_take_any(&algorithm, &tag, &content))
		return "x509: malformed parameters";
	parameters->length -= algorithm.length;
	return NULL;
}

static unsigned number_at(struct pq_string digits, size_t at)
{
	return (unsigned)(digits.data[at] - '0') * 10 + (unsigned)(digits.data[at + 1] - '0');
}

/* Month to second, and what is behind: "Z" or an offset that is not zero. */
static bool is_time(struct pq_string text, size_t year_digits, bool needs_seconds)
{
	static const unsigned days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	size_t digits = 0;
	while (digits < text.length && pq_is_digit((unsigned char)text.data[digits]))
		digits++;
	bool has_seconds = digits == year_digits + 10;
	if (!has_seconds && (needs_seconds || digits != year_digits + 8))
		return false;
	unsigned year = number_at(text, year_digits - 2);
	if (year_digits == 4)
		year += 100 * number_at(text, 0);
	else
		year += year >= 69 ? 1900 : 2000;
	unsigned month = number_at(text, year_digits), day = number_at(text, year_digits + 2);
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (month < 1 || month > 12 || day < 1 || day > days[month - 1] ||
	    (month == 2 && day == 29 && !is_leap))
		return false;
	if (number_at(text, year_digits + 4) > 23 || number_at(text, year_digits + 6) > 59 ||
	    (has_seconds && number_at(text, year_digits + 8) > 59))
		return false;
	struct pq_string zone = pq_string_slice(text, digits, text.length);
	if (pq_string_is(zone, "Z"))
		return true;
	if (zone.length != 5 || (zone.data[0] != '+' && zone.data[0] != '-'))
		return false;
	struct pq_string offset = pq_string_slice(zone, 1, 4);
	for (size_t i = 0; i < offset.length; i++) {
		if (!pq_is_digit((unsigned char)offset.data[i]))
			return false;
	}
	return !pq_string_is(offset, "0000") && number_at(offset, 0) <= 24 &&
	       number_at(offset, 2) < 60;
}

static const char *time_problem(struct pq_string *der)
{
	struct pq_string text;
	if (pq_der_is_next(*der, PQ_DER_UTC_TIME))
		return pq_der_take(der, PQ_DER_UTC_TIME, &text) && is_time(text, 2, false)
			       ? NULL
			       : "x509: malformed UTCTime";
	if (pq_der_is_next(*der, PQ_DER_GENERALIZED_TIME))
		return pq_der_take(der, PQ_DER_GENERALIZED_TIME, &text) && is_time(text, 4, true)
			       ? NULL
			       : "x509: malformed GeneralizedTime";
	return "x509: unsupported time format";
}

static const char *rsa_problem(struct pq_string parameters, struct pq_string key)
{
	static const char null[] = { PQ_DER_NULL, 0 };
	struct pq_string sequence, modulus, exponent;
	if (parameters.length != sizeof null || memcmp(parameters.data, null, sizeof null) != 0)
		return "x509: RSA key missing NULL parameters";
	if (!pq_der_take(&key, PQ_DER_SEQUENCE, &sequence))
		return "x509: invalid RSA public key";
	if (!pq_der_take_integer(&sequence, &modulus))
		return "x509: invalid RSA modulus";
	if (!pq_der_take_integer(&sequence, &exponent) || exponent.length > sizeof(int64_t))
		return "x509: invalid RSA public exponent";
	if (!pq_der_is_positive(modulus))
		return "x509: RSA modulus is not a positive number";
	return pq_der_is_positive(exponent) ? NULL
					    : "x509: RSA public exponent is not a positive number";
}

#define OID(bytes) ((struct pq_string){ .data = bytes, .length = sizeof bytes - 1 })

static const char *elliptic_problem(struct pq_string parameters, struct pq_string key)
{
	static const struct {
		struct pq_string oid;
		size_t coordinate; /* bytes */
	} curves[] = {
		{ PQ_LITERAL("\x2b\x81\x04\x00\x21"), 28 },
		{ PQ_LITERAL("\x2a\x86\x48\xce\x3d\x03\x01\x07"), 32 },
		{ PQ_LITERAL("\x2b\x81\x04\x00\x22"), 48 },
		{ PQ_LITERAL("\x2b\x81\x04\x00\x23"), 66 },
	};
	struct pq_string oid;
	if (!pq_der_take_oid(&parameters, &oid))
		return "x509: invalid ECDSA parameters";
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
		if (!pq_string_equal(oid, curves[i].oid))
			continue;
		bool is_point = key.length == 1 + 2 * curves[i].coordinate && key.data[0] == 4;
		return is_point ? NULL : "ecdsa: invalid uncompressed public key";
	}
	return "x509: unsupported elliptic curve";
}

static const char *key_problem(struct pq_string oid, struct pq_string parameters,
			       struct pq_string key)
{
	enum { KEY_25519 = 32 };
	if (pq_string_equal(oid, OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")))
		return rsa_problem(parameters, key);
	if (pq_string_equal(oid, OID("\x2a\x86\x48\xce\x3d\x02\x01")))
		return elliptic_problem(parameters, key);
	if (!pq_string_equal(oid, OID("\x2b\x65\x70")))
		return NULL;
	if (parameters.length > 0)
		return "x509: Ed25519 key encoded with illegal parameters";
	return key.length == KEY_25519 ? NULL : "x509: wrong Ed25519 public key size";
}

static const char *public_key_problem(struct pq_string *tbs)
{
	struct pq_string info, algorithm, oid, parameters, key;
	if (!pq_der_take(tbs, PQ_DER_SEQUENCE, &info))
		return "x509: malformed spki";
	if (!pq_der_take(&info, PQ_DER_SEQUENCE, &algorithm))
		return "x509: malformed public key algorithm identifier";
	const char *problem = algorithm_problem(algorithm, &oid, &parameters);
	if (problem != NULL)
		return problem;
	if (!pq_der_take_bit_string(&info, &key))
		return "x509: malformed subjectPublicKey";
	return key_problem(oid, parameters, key);
}

static const char *extension_problem(struct pq_string extension)
{
	struct pq_string oid, value;
	if (!pq_der_take_oid(&extension, &oid))
		return "x509: malformed extension OID field";
	if (pq_der_is_next(extension, PQ_DER_BOOLEAN) &&
	    (!pq_der_take(&extension, PQ_DER_BOOLEAN, &value) || value.length != 1 ||
	     (pq_der_byte_at(value, 0) != 0 && pq_der_byte_at(value, 0) != 0xff)))
		return "x509: malformed extension critical field";
	return pq_der_take(&extension, PQ_DER_OCTET_STRING, &value)
		       ? NULL
		       : "x509: malformed extension value field";
}

static const char *optional_problem(struct pq_string *tbs, unsigned version)
{
	struct pq_string outer, extensions, extension;
	if (version > 0 && !pq_der_skip_optional(tbs, TAG_ISSUER_ID))
		return "x509: malformed issuerUniqueID";
	if (version > 0 && !pq_der_skip_optional(tbs, TAG_SUBJECT_ID))
		return "x509: malformed subjectUniqueID";
	if (version < 2 || !pq_der_is_next(*tbs, TAG_EXTENSIONS))
		return NULL;
	if (!pq_der_take(tbs, TAG_EXTENSIONS, &outer) ||
	    !pq_der_take(&outer, PQ_DER_SEQUENCE, &extensions))
		return "x509: malformed extensions";
	while (extensions.length > 0) {
		if (!pq_der_take(&extensions, PQ_DER_SEQUENCE, &extension))
			return "x509: malformed extension";
		const char *problem = extension_problem(extension);
		if (problem != NULL)
			return problem;
	}
	return NULL;
}

static const char *version_problem(struct pq_string *tbs, unsigned *version)
{
	struct pq_string outer, number;
	*version = 0;
	if (!pq_der_is_next(*tbs, TAG_VERSION))
		return NULL;
	if (!pq_der_take(tbs, TAG_VERSION, &outer) || !pq_der_take_integer(&outer, &number) ||
	    outer.length > 0 || number.length > sizeof(int64_t) || pq_der_is_negative(number))
		return "x509: malformed version";
	*version = pq_der_byte_at(number, number.length - 1);
	return number.length == 1 && *version <= 2 ? NULL : "x509: invalid version";
}

/* The part that is signed, and the algorithm that stands behind it, too. */
static const char *signed_problem(struct pq_string tbs, struct pq_string *rest)
{
	struct pq_string serial, algorithm, outer, oid, parameters, issuer, validity, subject;
	unsigned version;
	const char *problem = version_problem(&tbs, &version);
	if (problem != NULL)
		return problem;
	if (!pq_der_take_integer(&tbs, &serial))
		return "x509: malformed serial number";
	if (pq_der_is_negative(serial))
		return "x509: negative serial number";
	if (!pq_der_take(&tbs, PQ_DER_SEQUENCE, &algorithm))
		return "x509: malformed signature algorithm identifier";
	if (!pq_der_take(rest, PQ_DER_SEQUENCE, &outer))
		return "x509: malformed algorithm identifier";
	if (!pq_string_equal(outer, algorithm))
		return "x509: inner and outer signature algorithm identifiers don't match";
	if ((problem = algorithm_problem(algorithm, &oid, &parameters)) != NULL)
		return problem;
	if (!pq_der_take(&tbs, PQ_DER_SEQUENCE, &issuer))
		return "x509: malformed issuer";
	if ((problem = name_problem(issuer)) != NULL)
		return problem;
	if (!pq_der_take(&tbs, PQ_DER_SEQUENCE, &validity))
		return "x509: malformed validity";
	if ((problem = time_problem(&validity)) != NULL ||
	    (problem = time_problem(&validity)) != NULL)
		return problem;
	if (!pq_der_take(&tbs, PQ_DER_SEQUENCE, &subject))
		return "x509: malformed issuer";
	if ((problem = name_problem(subject)) != NULL ||
	    (problem = public_key_problem(&tbs)) != NULL)
		return problem;
	return optional_problem(&tbs, version);
}

const char *pq_certificate_problem(struct pq_string der)
{
	struct pq_string certificate, tbs, signature;
	if (!pq_der_take(&der, PQ_DER_SEQUENCE, &certificate))
		return "x509: malformed certificate";
	if (!pq_der_take(&certificate, PQ_DER_SEQUENCE, &tbs))
		return "x509: malformed tbs certificate";
	const char *problem = signed_problem(tbs, &certificate);
	if (problem != NULL)
		return problem;
	if (!pq_der_take_bit_string(&certificate, &signature))
		return "x509: malformed signature";
	return der.length == 0 ? NULL : "x509: trailing data";
}
