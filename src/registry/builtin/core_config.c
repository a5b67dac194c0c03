/* ConfigMaps, Secrets and Namespaces. */
#include "registry/builtin/rules.h"

#include "base/base64.h"
#include "json/read.h"

#include <stdio.h>

enum { DATA_MAX = 1024 * 1024 };

static size_t decoded_length(const struct place *place)
{
	if (place->value != NULL && place->value->kind == PQ_ARRAY)
		return place->value->length;
	return pq_base64_decode(place->findings->arena, place_text(place)).length;
}

/* ValidateConfigMap */
void rules_check_config_map(const struct place *map)
{
	const struct place data = place_field(map, "data");
	const struct place binary = place_field(map, "binaryData");
	struct place whole = place_field(map, "");
	size_t size = 0;
	for (size_t i = 0; i < place_count(&data); i++) {
		const struct place value = place_member(&data, i);
		struct pq_string key = place_key(&data, i);
		check_name_shown(&value, key, pq_names_check_config_map_key);
		if (pq_value_find(binary.value, key) != NULL)
			refuse_string(&value, key, "duplicate of key present in binaryData");
		size += place_text(&value).length;
	}
	for (size_t i = 0; i < place_count(&binary); i++) {
		const struct place value = place_member(&binary, i);
		check_name_shown(&value, place_key(&binary, i), pq_names_check_config_map_key);
		size += decoded_length(&value);
	}
	if (size > DATA_MAX)
		refuse_too_long(&whole, DATA_MAX);
}

/* A secret's data, what stringData adds to it counted in. */
struct secret {
	struct place data;
	struct place texts;
};

static bool has_key(const struct secret *secret, const char *key)
{
	return pq_value_find(secret->data.value, pq_string_from(key)) != NULL ||
	       pq_value_find(secret->texts.value, pq_string_from(key)) != NULL;
}

static bool require_key(const struct secret *secret, const char *key)
{
	const struct place place = place_keyed(&secret->data, pq_string_from(key));
	if (has_key(secret, key))
		return true;
	refuse_required(&place, "");
	return false;
}

/* The bytes at a key. False when they cannot be told. */
static bool read_key(const struct secret *secret, const char *key, struct pq_string *bytes)
{
	const struct place text = place_field(&secret->texts, key);
	const struct place encoded = place_field(&secret->data, key);
	*bytes = place_text(&text);
	if (pq_value_find(secret->texts.value, pq_string_from(key)) != NULL)
		return true;
	if (encoded.value != NULL && encoded.value->kind == PQ_ARRAY)
		return false;
	*bytes = pq_base64_decode(encoded.findings->arena, place_text(&encoded));
	return true;
}

static const char *go_kind(const struct pq_value *value)
{
	return value->kind == PQ_BOOLEAN ? "bool"
	       : value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE
		       ? "number"
		       : pq_kind_name((enum pq_kind)value->kind);
}

/* The value at a key must be a JSON object. */
static void check_json(const struct secret *secret, const char *key)
{
	static const struct pq_string redacted = PQ_LITERAL("<secret contents redacted>");
	const struct place place = place_keyed(&secret->data, pq_string_from(key));
	struct pq_string bytes;
	struct pq_value value;
	struct pq_error error;
	if (!require_key(secret, key) || !read_key(secret, key, &bytes))
		return;
	if (!pq_json_read(place.findings->arena, bytes, NULL, &value, &error))
		refuse_string(&place, redacted, "%s", error.message);
	else if (value.kind != PQ_OBJECT && value.kind != PQ_NULL)
		refuse_string(&place, redacted,
			      "json: cannot unmarshal %s into Go value of type "
			      "map[string]interface {}",
			      go_kind(&value));
}

static void check_account(const struct place *object)
{
	static const struct pq_string key = PQ_LITERAL("kubernetes.io/service-account.name");
	const struct place metadata = place_field(object, "metadata");
	const struct place annotations = place_field(&metadata, "annotations");
	const struct place name = place_keyed(&annotations, key);
	if (pq_value_find_string(annotations.value, key).length == 0)
		refuse_required(&name, "");
}

static void check_secret_type(const struct place *object, const struct secret *secret)
{
	const struct place type = place_field(object, "type");
	struct pq_string key;
	if (place_is_text(&type, "kubernetes.io/service-account-token")) {
		check_account(object);
	} else if (place_is_text(&type, "kubernetes.io/dockercfg")) {
		check_json(secret, ".dockercfg");
	} else if (place_is_text(&type, "kubernetes.io/dockerconfigjson")) {
		check_json(secret, ".dockerconfigjson");
	} else if (place_is_text(&type, "kubernetes.io/basic-auth")) {
		if (!has_key(secret, "username") && !has_key(secret, "password")) {
			require_key(secret, "username");
			require_key(secret, "password");
		}
	} else if (place_is_text(&type, "kubernetes.io/ssh-auth")) {
		const struct place place = place_keyed(&secret->data, PQ_S("ssh-privatekey"));
		if (read_key(secret, "ssh-privatekey", &key) && key.length == 0)
			refuse_required(&place, "");
	} else if (place_is_text(&type, "kubernetes.io/tls")) {
		require_key(secret, "tls.crt");
		require_key(secret, "tls.key");
	}
}

/* ValidateSecret */
void rules_check_secret(const struct place *object)
{
	const struct secret secret = { place_field(object, "data"),
				       place_field(object, "stringData") };
	size_t size = 0;
	for (size_t i = 0; i < place_count(&secret.data); i++) {
		const struct place value = place_member(&secret.data, i);
		struct pq_string key = place_key(&secret.data, i);
		if (pq_value_find(secret.texts.value, key) != NULL)
			continue;
		check_name_shown(&value, key, pq_names_check_config_map_key);
		size += decoded_length(&value);
	}
	for (size_t i = 0; i < place_count(&secret.texts); i++) {
		const struct place text = place_member(&secret.texts, i);
		struct place told = place_keyed(&secret.data, place_key(&secret.texts, i));
		told.offset = text.offset;
		check_name_shown(&told, place_key(&secret.texts, i), pq_names_check_config_map_key);
		size += place_text(&text).length;
	}
	if (size > DATA_MAX)
		refuse_too_long(&secret.data, DATA_MAX);
	check_secret_type(object, &secret);
}

static bool is_version(struct pq_string text)
{
	if (pq_string_is(text, "latest"))
		return true;
	if (!pq_string_starts_with(text, PQ_S("v1.")) || text.length < 4 ||
	    (text.data[3] == '0' && text.length > 4))
		return false;
	for (size_t i = 3; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return true;
}

/* The labels of PodSecurity, an admission plugin that comes after validation. */
static void check_pod_security(const struct place *labels)
{
	static const char *const modes[] = { "enforce", "audit", "warn" };
	static const char *const levels[] = { "privileged", "baseline", "restricted", NULL };
	char key[64];
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		snprintf(key, sizeof key, "pod-security.kubernetes.io/%s", modes[i]);
		const struct place level = place_labelled(labels, key);
		if (level.parent != NULL && !place_is_one_of(&level, levels))
			refuse_string(&level, place_text(&level),
				      "must be one of privileged, baseline, restricted");
		snprintf(key, sizeof key, "pod-security.kubernetes.io/%s-version", modes[i]);
		const struct place version = place_labelled(labels, key);
		if (version.parent != NULL && !is_version(place_text(&version)))
			refuse_string(&version, place_text(&version),
				      "must be \"latest\" or \"v1.x\"");
	}
}

/* The server labels a namespace with the name that was sent. */
/* Whether a name is what judging put there. */
static bool is_generated(struct pq_string name, struct pq_string prefix)
{
	return prefix.length > 0 && name.length == prefix.length + strlen("xxxxx") &&
	       pq_string_starts_with(name, prefix) && pq_string_ends_with(name, PQ_S("xxxxx"));
}

static void check_name_label(const struct place *metadata, const struct place *labels)
{
	const struct place name = place_field(metadata, "name");
	const struct place prefix = place_field(metadata, "generateName");
	if (!is_generated(place_text(&name), place_text(&prefix)))
		check_name_shown(labels, place_text(&name), pq_names_check_label_value);
}

static void check_finalizer(const struct place *list, const struct place *finalizer)
{
	static const char *const standard[] = { "kubernetes", "orphan", "foregroundDeletion",
						NULL };
	struct place told = *list;
	told.offset = finalizer->offset;
	check_name_shown(&told, place_text(finalizer), pq_names_check_qualified_name);
	if (pq_string_find_byte(place_text(finalizer), '/') < 0 &&
	    !place_is_one_of(finalizer, standard))
		refuse_string(&told, place_text(finalizer),
			      "name is neither a standard finalizer name nor is it fully "
			      "qualified");
}

/* ValidateNamespaceUpdate asks for nothing; the labels are those of an admission plugin. */
void rules_check_namespace_again(const struct place *namespace)
{
	const struct place metadata = place_field(namespace, "metadata");
	const struct place labels = place_field(&metadata, "labels");
	check_pod_security(&labels);
}

/* ValidateNamespace */
void rules_check_namespace(const struct place *namespace)
{
	const struct place metadata = place_field(namespace, "metadata");
	const struct place labels = place_field(&metadata, "labels");
	const struct place spec = place_field(namespace, "spec");
	const struct place finalizers = place_field(&spec, "finalizers");
	check_name_label(&metadata, &labels);
	for (size_t i = 0; i < place_count(&finalizers); i++) {
		const struct place finalizer = place_item(&finalizers, i);
		check_finalizer(&finalizers, &finalizer);
	}
	if (pq_findings_is_empty(namespace->findings))
		check_pod_security(&labels);
}
