/* LimitRanges. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

/* The maps of an item of a LimitRange, with what the server puts there by default. */
struct limit {
	const struct place *item;
	bool is_container;
	bool is_pod;
};

enum map_name { MAX, MIN, DEFAULT, DEFAULT_REQUEST, RATIO, MAP_COUNT };

static const char *const map_names[] = {
	[MAX] = "max",
	[MIN] = "min",
	[DEFAULT] = "default",
	[DEFAULT_REQUEST] = "defaultRequest",
	[RATIO] = "maxLimitRequestRatio",
};

static const struct pq_value *sent_in(const struct limit *limit, enum map_name map,
				      struct pq_string name)
{
	const struct place place = place_field(limit->item, map_names[map]);
	return pq_value_find(place.value, name);
}

/* SetDefaults_LimitRangeItem: a container's default is its maximum, and its default request its
 * default, or its minimum. */
static const struct pq_value *find_in(const struct limit *limit, enum map_name map,
				      struct pq_string name)
{
	const struct pq_value *value = sent_in(limit, map, name);
	if (limit->is_pod && (map == DEFAULT || map == DEFAULT_REQUEST))
		return NULL;
	if (value != NULL || !limit->is_container || map < DEFAULT || map == RATIO)
		return value;
	value = map == DEFAULT_REQUEST ? sent_in(limit, DEFAULT, name) : NULL;
	if (value == NULL)
		value = sent_in(limit, MAX, name);
	return value == NULL && map == DEFAULT_REQUEST ? sent_in(limit, MIN, name) : value;
}

/* A quantity in one of the maps. */
struct bound {
	bool is_there;
	struct pq_quantity quantity;
	struct pq_string text;
};

static struct bound read_bound(const struct limit *limit, enum map_name map, struct pq_string name)
{
	const struct pq_value *value = find_in(limit, map, name);
	const struct place place = {
		.value = value != NULL && value->kind == PQ_NULL ? NULL : value,
		.findings = limit->item->findings,
	};
	struct bound bound = { .is_there = value != NULL };
	if (value == NULL || !place_resource(&place, &bound.quantity))
		return (struct bound){ 0 };
	bound.text = check_resource_text(&place);
	return bound;
}

static bool exceeds(const struct bound *a, const struct bound *b)
{
	return a->is_there && b->is_there && pq_quantity_compare(&a->quantity, &b->quantity) > 0;
}

/* "<what> value <low> is greater than <than> value <high>", told of a map, showing one of both. */
static void refuse_bounds(const struct limit *limit, struct pq_string name, enum map_name map,
			  const struct bound *shown, const char *what, const struct bound *low,
			  const char *than, const struct bound *high)
{
	const struct place place = place_field(limit->item, map_names[map]);
	struct place told = place_keyed(&place, name);
	refuse_string(&told, shown->text, "%s value %.*s is greater than %s value %.*s", what,
		      PQ_STRING_ARGUMENT(low->text), than, PQ_STRING_ARGUMENT(high->text));
}

static void check_ratio(const struct limit *limit, struct pq_string name, const struct bound *min,
			const struct bound *max)
{
	enum { MILLI_VALUE_MAX_SHIFT = 1000 };
	const struct place place = place_field(limit->item, map_names[RATIO]);
	const struct place told = place_keyed(&place, name);
	struct bound ratio = read_bound(limit, RATIO, name);
	const struct pq_quantity one = { .mantissa = 1 };
	if (!ratio.is_there)
		return;
	if (pq_quantity_compare(&ratio.quantity, &one) < 0)
		refuse_string(&told, ratio.text, "ratio %.*s is less than 1",
			      PQ_STRING_ARGUMENT(ratio.text));
	if (!min->is_there || !max->is_there)
		return;
	int64_t limit_milli = INT64_MAX / MILLI_VALUE_MAX_SHIFT;
	int64_t least = pq_quantity_value(&min->quantity, 0);
	int64_t most = pq_quantity_value(&max->quantity, 0);
	double value = (double)pq_quantity_value(&ratio.quantity, 0);
	if (pq_quantity_value(&ratio.quantity, 0) < limit_milli && least < limit_milli &&
	    most < limit_milli) {
		value = (double)pq_quantity_value(&ratio.quantity, 3) / MILLI_VALUE_MAX_SHIFT;
		least = pq_quantity_value(&min->quantity, 3);
		most = pq_quantity_value(&max->quantity, 3);
	}
	if (least != 0 && value > (double)most / (double)least)
		refuse_string(&told, ratio.text, "ratio %.*s is greater than max/min = %f",
			      PQ_STRING_ARGUMENT(ratio.text), (double)most / (double)least);
}

/* What the maps say of one resource. */
static void check_resource(const struct limit *limit, struct pq_string name)
{
	struct bound min = read_bound(limit, MIN, name), max = read_bound(limit, MAX, name);
	struct bound most = read_bound(limit, DEFAULT, name);
	struct bound request = read_bound(limit, DEFAULT_REQUEST, name);
	if (exceeds(&min, &max))
		refuse_bounds(limit, name, MIN, &min, "min", &min, "max", &max);
	if (exceeds(&min, &request))
		refuse_bounds(limit, name, DEFAULT_REQUEST, &request, "min", &min,
			      "default request", &request);
	if (exceeds(&request, &max))
		refuse_bounds(limit, name, DEFAULT_REQUEST, &request, "default request", &request,
			      "max", &max);
	if (exceeds(&request, &most))
		refuse_bounds(limit, name, DEFAULT_REQUEST, &request, "default request", &request,
			      "default limit", &most);
	if (exceeds(&min, &most))
		refuse_bounds(limit, name, DEFAULT, &min, "min", &min, "default", &most);
	if (exceeds(&most, &max))
		refuse_bounds(limit, name, DEFAULT, &max, "default", &most, "max", &max);
	check_ratio(limit, name, &min, &max);
	if (!resource_allows_overcommit(name) && most.is_there && request.is_there &&
	    pq_quantity_compare(&most.quantity, &request.quantity) != 0) {
		const struct place place = place_field(limit->item, map_names[DEFAULT_REQUEST]);
		const struct place told = place_keyed(&place, name);
		refuse_string(&told, request.text,
			      "default value %.*s must equal to defaultRequest value %.*s in %.*s",
			      PQ_STRING_ARGUMENT(most.text), PQ_STRING_ARGUMENT(request.text),
			      PQ_STRING_ARGUMENT(name));
	}
}

static void check_limit_name(const struct limit *limit, enum map_name map, struct pq_string name)
{
	const struct place place = place_field(limit->item, map_names[map]);
	const struct place told = place_keyed(&place, name);
	if (limit->is_container || limit->is_pod)
		resource_check_container_name(&told, name);
	else
		resource_check_name(&told, name);
}

/* Each resource that any of the maps names, once; its name is told of each map that has it, also by
 * default. */
static void check_limit_maps(const struct limit *limit)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (enum map_name map = MAX; map < MAP_COUNT; map++) {
		const struct place place = place_field(limit->item, map_names[map]);
		bool is_default = map == DEFAULT || map == DEFAULT_REQUEST;
		if (limit->is_pod && is_default && place_count(&place) > 0)
			refuse_forbidden(&place, "may not be specified when `type` is 'Pod'");
		for (size_t i = 0; !(limit->is_pod && is_default) && i < place_count(&place); i++)
			place_note(&place, &seen, place_key(&place, i));
	}
	for (size_t i = 0; i < seen.count; i++) {
		struct pq_string name =
			pq_arena_copy(limit->item->findings->arena, seen.entries[i].key);
		for (enum map_name map = MAX; map < MAP_COUNT; map++) {
			if (find_in(limit, map, name) != NULL)
				check_limit_name(limit, map, name);
		}
		check_resource(limit, name);
	}
}

static void check_limit_type(const struct place *type)
{
	static const char *const types[] = { "Pod", "Container", "PersistentVolumeClaim", NULL };
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string text = place_text(type);
	size_t count = pq_names_check_qualified_name(text, problems);
	for (size_t i = 0; i < count; i++)
		refuse_word(type, text, "%s", problems[i]);
	if (count == 0 && pq_string_find_byte(text, '/') < 0 && !place_is_one_of(type, types))
		refuse_word(type, text, "must be a standard limit type or fully qualified");
}

/* ValidateLimitRange */
void rules_check_limit_range(const struct place *range)
{
	const struct place spec = place_field(range, "spec");
	const struct place limits = place_field(&spec, "limits");
	pq_cleanup_map struct pq_map types;
	pq_map_init(&types);
	for (size_t i = 0; i < place_count(&limits); i++) {
		const struct place item = place_item(&limits, i);
		const struct place type = place_field(&item, "type");
		const struct place told = place_field(&item, "limits");
		const struct limit limit = { &item, place_is_text(&type, "Container"),
					     place_is_text(&type, "Pod") };
		check_limit_type(&type);
		if (!place_note(&type, &types, place_text(&type)))
			refuse_duplicate(&type, place_text(&type));
		check_limit_maps(&limit);
		if (place_is_text(&type, "PersistentVolumeClaim") &&
		    sent_in(&limit, MIN, PQ_S("storage")) == NULL &&
		    sent_in(&limit, MAX, PQ_S("storage")) == NULL)
			refuse_required(&told, "either minimum or maximum storage value is "
					       "required, but neither was provided");
	}
}
