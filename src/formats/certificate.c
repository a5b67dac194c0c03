#include "formats/certificate.h"

#include "base/character.h"
#include "base/utf8.h"

enum {
	TAG_BOOLEAN = 0x01,
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_OCTET_STRING = 0x04,
	TAG_NULL = 0x05,
	TAG_OID = 0x06,
	TAG_UTF8_STRING = 0x0c,
	TAG_NUMERIC_STRING = 0x12,
	TAG_PRINTABLE_STRING = 0x13,
	TAG_T61_STRING = 0x14,
	TAG_IA5_STRING = 0x16,
	TAG_UTC_TIME = 0x17,
	TAG_GENERALIZED_TIME = 0x18,
	TAG_BMP_STRING = 0x1e,
	TAG_SEQUENCE = 0x30,
	TAG_SET = 0x31,
	TAG_VERSION = 0xa0,
	TAG_ISSUER_ID = 0x81,
	TAG_SUBJECT_ID = 0x82,
	TAG_EXTENSIONS = 0xa3,
};

/* DER: each function takes an element off *der and leaves *der as it was on failure. */

static unsigned byte_at(struct pq_string der, size_t index)
{
	return (unsigned char)der.data[index];
}

static bool take_any(struct pq_string *der, unsigned *tag, struct pq_string *content)
{
	if (der->length < 2 || (byte_at(*der, 0) & 0x1f) == 0x1f)
		return false;
	size_t length = byte_at(*der, 1), header = 2;
	if (length >= 0x80) {
		size_t bytes = length & 0x7f;
		if (bytes == 0 || bytes > 4 || der->length < 2 + bytes)
			return false;
		length = 0;
		for (size_t i = 0; i < bytes; i++)
			length = length << 8 | byte_at(*der, 2 + i);
		/* The shortest form is the only one. */
		if (length < 0x80 || length >> (bytes - 1) * 8 == 0)
			return false;
		header += bytes;
	}
	if (der->length - header < length)
		return false;
	*tag = byte_at(*der, 0);
	*content = pq_string_slice(*der, header, length);
	*der = pq_string_slice(*der, header + length, der->length);
	return true;
}

static bool is_next(struct pq_string der, unsigned tag)
{
	return der.length > 0 && byte_at(der, 0) == tag;
}

static bool take(struct pq_string *der, unsigned tag, struct pq_string *content)
{
	unsigned found;
	return is_next(*der, tag) && take_any(der, &found, content);
}

static bool skip_optional(struct pq_string *der, unsigned tag)
{
	struct pq_string content;
	return !is_next(*der, tag) || take(der, tag, &content);
}

static bool take_integer(struct pq_string *der, struct pq_string *content)
{
	if (!take(der, TAG_INTEGER, content) || content->length == 0)
		return false;
	if (content->length == 1)
		return true;
	unsigned first = byte_at(*content, 0), second = byte_at(*content, 1);
	return !(first == 0 && second < 0x80) && !(first == 0xff && second >= 0x80);
}

static bool is_negative(struct pq_string integer)
{
	return byte_at(integer, 0) >= 0x80;
}

static bool is_positive(struct pq_string integer)
{
	return !is_negative(integer) && (integer.length > 1 || byte_at(integer, 0) != 0);
}

static bool take_oid(struct pq_string *der, struct pq_string *content)
{
	enum { NUMBER_MAX = 1 << (31 - 7) };
	uint32_t number = 0;
	bool is_first_byte = true;
	if (!take(der, TAG_OID, content) || content->length == 0)
		return false;
	for (size_t i = 0; i < content->length; i++) {
		unsigned byte = byte_at(*content, i);
		if (number >= NUMBER_MAX || (is_first_byte && byte == 0x80))
			return false;
		number = number << 7 | (byte & 0x7f);
		is_first_byte = byte < 0x80;
		if (is_first_byte)
			number = 0;
	}
	return is_first_byte;
}

static bool take_bit_string(struct pq_string *der, struct pq_string *content)
{
	struct pq_string all;
	if (!take(der, TAG_BIT_STRING, &all) || all.length == 0)
		return false;
	unsigned padding = byte_at(all, 0);
	*content = pq_string_slice(all, 1, all.length);
	if (padding > 7 || (content->length == 0 && padding != 0))
		return false;
	return content->length == 0 ||
	       (byte_at(*content, content->length - 1) & ((1U << padding) - 1)) == 0;
}

static bool is_printable(unsigned char byte)
{
	return pq_is_alphanumeric(byte) || (byte != '\0' && strchr(" '()+,-./:=?*&", byte) != NULL);
}

static bool is_bmp_string(struct pq_string text)
{
	if (text.length % 2 != 0)
		return false;
	if (text.length >= 2 && byte_at(text, text.length - 1) == 0 &&
	    byte_at(text, text.length - 2) == 0)
		text.length -= 2;
	for (size_t i = 0; i < text.length; i += 2) {
		unsigned point = byte_at(text, i) << 8 | byte_at(text, i + 1);
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
	case TAG_T61_STRING:
		return NULL;
	case TAG_PRINTABLE_STRING:
		return all_bytes(text, is_printable) ? NULL : VALUE ": invalid PrintableString";
	case TAG_UTF8_STRING:
		return pq_utf8_find_invalid(text) == text.length ? NULL
								 : VALUE ": invalid UTF-8 string";
	case TAG_BMP_STRING:
		return is_bmp_string(text) ? NULL : VALUE ": invalid BMPString";
	case TAG_IA5_STRING:
		return all_bytes(text, is_ascii) ? NULL : VALUE ": invalid IA5String";
	case TAG_NUMERIC_STRING:
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
		if (!take(&name, TAG_SET, &set))
			return "x509: invalid RDNSequence";
		while (set.length > 0) {
			if (!take(&set, TAG_SEQUENCE, &attribute))
				return "x509: invalid RDNSequence: invalid attribute";
			if (!take_oid(&attribute, &oid))
				return "x509: invalid RDNSequence: invalid attribute type";
			if (!take_any(&attribute, &tag, &value))
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
	if (!take_oid(&algorithm, oid))
		return "x509: malformed OID";
	*parameters = algorithm;
	if (algorithm.length > 0 && !take_any(&algorithm, &tag, &content))
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
	if (is_next(*der, TAG_UTC_TIME))
		return take(der, TAG_UTC_TIME, &text) && is_time(text, 2, false)
			       ? NULL
			       : "x509: malformed UTCTime";
	if (is_next(*der, TAG_GENERALIZED_TIME))
		return take(der, TAG_GENERALIZED_TIME, &text) && is_time(text, 4, true)
			       ? NULL
			       : "x509: malformed GeneralizedTime";
	return "x509: unsupported time format";
}

static const char *rsa_problem(struct pq_string parameters, struct pq_string key)
{
	static const char null[] = { TAG_NULL, 0 };
	struct pq_string sequence, modulus, exponent;
	if (parameters.length != sizeof null || memcmp(parameters.data, null, sizeof null) != 0)
		return "x509: RSA key missing NULL parameters";
	if (!take(&key, TAG_SEQUENCE, &sequence))
		return "x509: invalid RSA public key";
	if (!take_integer(&sequence, &modulus))
		return "x509: invalid RSA modulus";
	if (!take_integer(&sequence, &exponent) || exponent.length > sizeof(int64_t))
		return "x509: invalid RSA public exponent";
	if (!is_positive(modulus))
		return "x509: RSA modulus is not a positive number";
	return is_positive(exponent) ? NULL : "x509: RSA public exponent is not a positive number";
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
	if (!take_oid(&parameters, &oid))
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
	if (!take(tbs, TAG_SEQUENCE, &info))
		return "x509: malformed spki";
	if (!take(&info, TAG_SEQUENCE, &algorithm))
		return "x509: malformed public key algorithm identifier";
	const char *problem = algorithm_problem(algorithm, &oid, &parameters);
	if (problem != NULL)
		return problem;
	if (!take_bit_string(&info, &key))
		return "x509: malformed subjectPublicKey";
	return key_problem(oid, parameters, key);
}

static const char *extension_problem(struct pq_string extension)
{
	struct pq_string oid, value;
	if (!take_oid(&extension, &oid))
		return "x509: malformed extension OID field";
	if (is_next(extension, TAG_BOOLEAN) &&
	    (!take(&extension, TAG_BOOLEAN, &value) || value.length != 1 ||
	     (byte_at(value, 0) != 0 && byte_at(value, 0) != 0xff)))
		return "x509: malformed extension critical field";
	return take(&extension, TAG_OCTET_STRING, &value) ? NULL
							  : "x509: malformed extension value field";
}

static const char *optional_problem(struct pq_string *tbs, unsigned version)
{
	struct pq_string outer, extensions, extension;
	if (version > 0 && !skip_optional(tbs, TAG_ISSUER_ID))
		return "x509: malformed issuerUniqueID";
	if (version > 0 && !skip_optional(tbs, TAG_SUBJECT_ID))
		return "x509: malformed subjectUniqueID";
	if (version < 2 || !is_next(*tbs, TAG_EXTENSIONS))
		return NULL;
	if (!take(tbs, TAG_EXTENSIONS, &outer) || !take(&outer, TAG_SEQUENCE, &extensions))
		return "x509: malformed extensions";
	while (extensions.length > 0) {
		if (!take(&extensions, TAG_SEQUENCE, &extension))
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
	if (!is_next(*tbs, TAG_VERSION))
		return NULL;
	if (!take(tbs, TAG_VERSION, &outer) || !take_integer(&outer, &number) || outer.length > 0 ||
	    number.length > sizeof(int64_t) || is_negative(number))
		return "x509: malformed version";
	*version = byte_at(number, number.length - 1);
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
	if (!take_integer(&tbs, &serial))
		return "x509: malformed serial number";
	if (is_negative(serial))
		return "x509: negative serial number";
	if (!take(&tbs, TAG_SEQUENCE, &algorithm))
		return "x509: malformed signature algorithm identifier";
	if (!take(rest, TAG_SEQUENCE, &outer))
		return "x509: malformed algorithm identifier";
	if (!pq_string_equal(outer, algorithm))
		return "x509: inner and outer signature algorithm identifiers don't match";
	if ((problem = algorithm_problem(algorithm, &oid, &parameters)) != NULL)
		return problem;
	if (!take(&tbs, TAG_SEQUENCE, &issuer))
		return "x509: malformed issuer";
	if ((problem = name_problem(issuer)) != NULL)
		return problem;
	if (!take(&tbs, TAG_SEQUENCE, &validity))
		return "x509: malformed validity";
	if ((problem = time_problem(&validity)) != NULL ||
	    (problem = time_problem(&validity)) != NULL)
		return problem;
	if (!take(&tbs, TAG_SEQUENCE, &subject))
		return "x509: malformed issuer";
	if ((problem = name_problem(subject)) != NULL ||
	    (problem = public_key_problem(&tbs)) != NULL)
		return problem;
	return optional_problem(&tbs, version);
}

const char *pq_certificate_problem(struct pq_string der)
{
	struct pq_string certificate, tbs, signature;
	if (!take(&der, TAG_SEQUENCE, &certificate))
		return "x509: malformed certificate";
	if (!take(&certificate, TAG_SEQUENCE, &tbs))
		return "x509: malformed tbs certificate";
	const char *problem = signed_problem(tbs, &certificate);
	if (problem != NULL)
		return problem;
	if (!take_bit_string(&certificate, &signature))
		return "x509: malformed signature";
	return der.length == 0 ? NULL : "x509: trailing data";
}
