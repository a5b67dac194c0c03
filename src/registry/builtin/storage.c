/* StorageClasses and CSIDrivers (pkg/apis/storage/validation). */
#include "registry/builtin/rules.h"

#include "registry/name_index.h"
#include "json/write.h"

static void check_provisioner(const struct place *provisioner)
{
	struct pq_string text = place_text(provisioner);
	if (check_required(provisioner))
		check_name_shown(provisioner,
				 pq_arena_copy_lower(provisioner->findings->arena, text),
				 pq_names_check_qualified_name);
}

/* validateParameters */
static void check_parameters(const struct place *parameters)
{
	enum { COUNT_MAX = 512, SIZE_MAX_BYTES = 256 * 1024 };
	size_t size = 0;
	if (place_count(parameters) > COUNT_MAX) {
		refuse_too_long(parameters, COUNT_MAX);
		return;
	}
	for (size_t i = 0; i < place_count(parameters); i++) {
		const struct place value = place_member(parameters, i);
		struct pq_string key = place_key(parameters, i);
		if (key.length == 0)
			refuse_string(parameters, key, "field can not be empty.");
		size += key.length + place_text(&value).length;
	}
	if (size > SIZE_MAX_BYTES)
		refuse_too_long(parameters, SIZE_MAX_BYTES);
}

/* validateTopologySelectorLabelRequirement */
static void check_topology_requirement(const struct place *requirement)
{
	const struct place key = place_field(requirement, "key");
	const struct place values = place_field(requirement, "values");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	check_required(&values);
	for (size_t i = 0; i < place_count(&values); i++) {
		const struct place value = place_item(&values, i);
		if (!place_note(&value, &seen, place_text(&value)))
			refuse_duplicate(&value, place_text(&value));
	}
	check_name(&key, pq_names_check_qualified_name);
}

/* The texts of a list as a set: each once, in their order. */
static void write_values(struct pq_buffer *text, const struct pq_value *values)
{
	struct name_index index;
	name_index_build(&index, text->arena, values, NULL);
	pq_buffer_append_byte(text, '[');
	for (size_t i = 0; i < index.count; i++) {
		struct pq_string value = name_index_name(&index, i);
		if (i == 0 || !pq_string_equal(value, name_index_name(&index, i - 1)))
			pq_json_write_string(text, value, 0);
	}
	pq_buffer_append_byte(text, ']');
}

/* What a term says, in whatever order: its keys, of those that are there twice the last, each with
 * its values as a set. */
static struct pq_string write_term(const struct place *expressions)
{
	struct pq_buffer text;
	struct name_index index;
	pq_buffer_init_in(&text, expressions->findings->arena, 0);
	name_index_build(&index, text.arena, expressions->value, "key");
	for (size_t i = 0; i < index.count; i++) {
		struct pq_string key = name_index_name(&index, i);
		if (i + 1 < index.count && pq_string_equal(key, name_index_name(&index, i + 1)))
			continue;
		pq_json_write_string(&text, key, 0);
		write_values(&text, pq_value_find(index.items[i], PQ_S("values")));
	}
	if (pq_buffer_failed(&text))
		place_out_of_memory(expressions);
	return pq_buffer_view(&text);
}

static void check_requirements(const struct place *expressions)
{
	pq_cleanup_map struct pq_map keys;
	pq_map_init(&keys);
	for (size_t i = 0; i < place_count(expressions); i++) {
		const struct place requirement = place_item(expressions, i);
		const struct place key = place_field(&requirement, "key");
		check_topology_requirement(&requirement);
		if (!place_note(&key, &keys, place_text(&key)))
			refuse_duplicate(&key, place_text(&key));
	}
}

/* validateAllowedTopologies: a term is told once for each earlier one that says the same. The
 * server's list of these begins with as many empty ones as there are terms. */
static void check_topologies(const struct place *topologies)
{
	pq_cleanup_map struct pq_map seen; /* how many say it */
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(topologies); i++) {
		const struct place term = place_item(topologies, i);
		const struct place expressions = place_field(&term, "matchLabelExpressions");
		struct pq_string text = write_term(&expressions);
		uintptr_t times = (uintptr_t)pq_map_find(&seen, text);
		if (times == 0 && text.length == 0)
			times = place_count(topologies);
		check_requirements(&expressions);
		for (size_t j = 0; j < times && j < PQ_FINDINGS_MAX; j++)
			refuse_duplicate(&expressions, PQ_S(""));
		if (!pq_map_put(&seen, text, (void *)(times + 1), NULL))
			place_out_of_memory(&expressions);
	}
}

/* ValidateStorageClass */
void rules_check_storage_class(const struct place *class)
{
	static const char *const reclaims[] = { "Delete", "Retain", NULL };
	static const char *const bindings[] = { "Immediate", "WaitForFirstConsumer", NULL };
	const struct place provisioner = place_field(class, "provisioner");
	const struct place parameters = place_field(class, "parameters");
	const struct place reclaim = place_field(class, "reclaimPolicy");
	const struct place binding = place_field(class, "volumeBindingMode");
	const struct place topologies = place_field(class, "allowedTopologies");
	check_provisioner(&provisioner);
	check_parameters(&parameters);
	if (place_text(&reclaim).length > 0)
		check_enum(&reclaim, reclaims);
	check_optional_enum(&binding, bindings);
	check_topologies(&topologies);
}

static void check_token_requests(const struct place *requests)
{
	enum { EXPIRATION_MIN = 600 };
	pq_cleanup_map struct pq_map audiences;
	pq_map_init(&audiences);
	for (size_t i = 0; i < place_count(requests); i++) {
		const struct place request = place_item(requests, i);
		const struct place audience = place_field(&request, "audience");
		const struct place expiration = place_field(&request, "expirationSeconds");
		int64_t seconds = place_integer(&expiration);
		if (!place_note(&audience, &audiences, place_text(&audience))) {
			refuse_duplicate(&audience, place_text(&audience));
			continue;
		}
		if (!place_is_set(&expiration))
			continue;
		if (seconds < EXPIRATION_MIN)
			refuse_number(&expiration, seconds,
				      "may not specify a duration less than 10 minutes");
		if (seconds > INT64_C(1) << 32)
			refuse_number(&expiration, seconds,
				      "may not specify a duration larger than 2^32 seconds");
	}
}

/* validateCSIDriverSpec */
void rules_check_csi_driver(const struct place *driver)
{
	enum { PERIOD_MIN = 10 };
	static const char *const policies[] = { "File", "None", "ReadWriteOnceWithFSType", NULL };
	static const char *const known[] = { "Persistent", "Ephemeral", NULL };
	const struct place spec = place_field(driver, "spec");
	const struct place policy = place_field(&spec, "fsGroupPolicy");
	const struct place requests = place_field(&spec, "tokenRequests");
	const struct place modes = place_field(&spec, "volumeLifecycleModes");
	const struct place period = place_field(&spec, "nodeAllocatableUpdatePeriodSeconds");
	check_optional_enum(&policy, policies);
	check_token_requests(&requests);
	for (size_t i = 0; i < place_count(&modes); i++) {
		struct place mode = place_item(&modes, i);
		mode.path = modes.path;
		check_enum(&mode, known);
	}
	if (place_is_set(&period) && place_integer(&period) < PERIOD_MIN)
		refuse_number(&period, place_integer(&period),
			      "must be greater than or equal to 10 seconds");
}
