/* What may not change of ConfigMaps, Secrets and ResourceQuotas. */
#include "registry/builtin/update.h"

#include "base/base64.h"

#define IMMUTABLE "field is immutable when `immutable` is set"

/* Whether what there is must stay; it stays immutable, too. */
static bool must_stay(const struct place *now, const struct place *old)
{
	const struct place flag = place_field(now, "immutable");
	const struct place before = place_field(old, "immutable");
	if (place_flag(&before) && !place_flag(&flag))
		refuse_forbidden(&flag, IMMUTABLE);
	return place_flag(&before);
}

/* ValidateConfigMapUpdate */
void update_check_config_map(const struct place *now, const struct place *old)
{
	static const char *const fields[] = { "data", "binaryData", NULL };
	if (!must_stay(now, old))
		return;
	for (size_t i = 0; fields[i] != NULL; i++) {
		const struct place data = place_field(now, fields[i]);
		const struct place old_data = place_field(old, fields[i]);
		if (!update_is_same(data.value, old_data.value))
			refuse_forbidden(&data, IMMUTABLE);
	}
}

/* What the server keeps of a secret at a key: stringData goes over data. */
struct content {
	bool is_there;
	struct pq_string bytes; /* data NULL: they cannot be told */
};

static struct content content_at(const struct place *secret, struct pq_string key)
{
	const struct pq_value *text =
		pq_value_find(pq_value_find(secret->value, PQ_S("stringData")), key);
	const struct pq_value *encoded =
		pq_value_find(pq_value_find(secret->value, PQ_S("data")), key);
	if (text != NULL)
		return (struct content){ true, text->kind == PQ_STRING ? pq_value_string(text)
								       : PQ_S("") };
	if (encoded == NULL)
		return (struct content){ .is_there = false };
	if (encoded->kind == PQ_NULL)
		return (struct content){ true, PQ_S("") };
	if (encoded->kind != PQ_STRING)
		return (struct content){ .is_there = true };
	return (struct content){ true, pq_base64_decode(secret->findings->arena,
							pq_value_string(encoded)) };
}

static bool may_be_same_at(const struct place *now, const struct place *old, struct pq_string key)
{
	const struct content content = content_at(now, key), before = content_at(old, key);
	return content.is_there == before.is_there &&
	       (content.bytes.data == NULL || before.bytes.data == NULL ||
		pq_string_equal(content.bytes, before.bytes));
}

static bool may_have_same_content(const struct place *now, const struct place *old)
{
	const struct place maps[] = { place_field(now, "data"), place_field(now, "stringData"),
				      place_field(old, "data"), place_field(old, "stringData") };
	for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
		for (size_t j = 0; j < place_count(&maps[i]); j++) {
			if (!may_be_same_at(now, old, place_key(&maps[i], j)))
				return false;
		}
	}
	return true;
}

static struct pq_string secret_type(const struct place *type)
{
	return place_text(type).length > 0 ? place_text(type) : PQ_S("Opaque");
}

/* ValidateSecretUpdate */
void update_check_secret(const struct place *now, const struct place *old)
{
	const struct place data = place_field(now, "data");
	const struct place type = place_field(now, "type");
	const struct place old_type = place_field(old, "type");
	if (!pq_string_equal(secret_type(&type), secret_type(&old_type)))
		refuse_word(&type, secret_type(&type), "field is immutable");
	if (must_stay(now, old) && !may_have_same_content(now, old))
		refuse_forbidden(&data, IMMUTABLE);
}

static bool has_scopes(const struct place *scopes, const struct place *wanted)
{
	pq_cleanup_map struct pq_map index;
	place_index(scopes, &index);
	for (size_t i = 0; i < place_count(wanted); i++) {
		const struct place scope = place_item(wanted, i);
		if (pq_map_find(&index, place_text(&scope)) == NULL)
			return false;
	}
	return true;
}

/* ValidateResourceQuotaUpdate */
void update_check_resource_quota(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place scopes = place_field(&spec, "scopes");
	const struct place old_scopes = place_field(&before, "scopes");
	if (!has_scopes(&scopes, &old_scopes) || !has_scopes(&old_scopes, &scopes))
		update_refuse(&scopes);
}
