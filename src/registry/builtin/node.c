/* Rules of the group node.k8s.io: RuntimeClass. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

static struct pq_string toleration_text(const struct place *toleration, const char *field)
{
	const struct place text = place_field(toleration, field);
	return place_text(&text).length > 0 ? refuse_place_json(&text) : PQ_S("\"\"");
}

/* validateTolerations: how long one lasts makes no difference; shown is the server's struct. */
static void check_unique_tolerations(const struct place *tolerations)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(tolerations); i++) {
		const struct place toleration = place_item(tolerations, i);
		const struct place seconds = place_field(&toleration, "tolerationSeconds");
		struct pq_arena *arena = toleration.findings->arena;
		struct pq_string key = toleration_text(&toleration, "key");
		struct pq_string how = toleration_text(&toleration, "operator");
		struct pq_string value = toleration_text(&toleration, "value");
		struct pq_string effect = toleration_text(&toleration, "effect");
		struct pq_string same = pq_arena_format(
			arena, "{\"Key\":%.*s,\"Operator\":%.*s,\"Value\":%.*s,\"Effect\":%.*s",
			PQ_STRING_ARGUMENT(key), PQ_STRING_ARGUMENT(how), PQ_STRING_ARGUMENT(value),
			PQ_STRING_ARGUMENT(effect));
		struct pq_string time =
			place_is_set(&seconds) ? refuse_place_json(&seconds) : PQ_S("null");
		if (!place_note(&toleration, &seen, same))
			refuse_duplicate_json(&toleration,
					      pq_arena_format(arena,
							      "%.*s,\"TolerationSeconds\":%.*s}",
							      PQ_STRING_ARGUMENT(same),
							      PQ_STRING_ARGUMENT(time)));
	}
}

/* ValidateRuntimeClass */
void rules_check_runtime_class(const struct place *class)
{
	const struct place handler = place_field(class, "handler");
	const struct place overhead = place_field(class, "overhead");
	const struct place fixed = place_field(&overhead, "podFixed");
	const struct place limits = place_field(&overhead, "limits");
	const struct place scheduling = place_field(class, "scheduling");
	const struct place selector = place_field(&scheduling, "nodeSelector");
	const struct place tolerations = place_field(&scheduling, "tolerations");
	check_required_name(&handler, pq_names_check_dns1123_label);
	for (size_t i = 0; i < place_count(&fixed); i++) {
		const struct place sent = place_member(&fixed, i);
		struct place item = place_keyed(&limits, place_key(&fixed, i));
		item.value = sent.value;
		item.offset = sent.offset;
		resource_check_container_name(&item, place_key(&fixed, i));
		resource_check_value(&item, place_key(&fixed, i));
	}
	check_labels(&selector);
	pod_check_tolerations(&tolerations);
	check_unique_tolerations(&tolerations);
}
