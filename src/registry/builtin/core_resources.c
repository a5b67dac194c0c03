/* Names and quantities of resources. */
#include "registry/builtin/pod.h"

static bool has_prefix(struct pq_string name, const char *prefix)
{
	return pq_string_starts_with(name, pq_string_from(prefix));
}

static bool is_among(struct pq_string name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (pq_string_is(name, *names))
			return true;
	}
	return false;
}

/* Those that come in whole numbers, then those that do not. */
static const char *const counted[] = {
	"pods",
	"resourcequotas",
	"services",
	"replicationcontrollers",
	"secrets",
	"configmaps",
	"persistentvolumeclaims",
	"services.nodeports",
	"services.loadbalancers",
	NULL,
};
static const char *const measured[] = {
	"cpu",
	"memory",
	"ephemeral-storage",
	"requests.cpu",
	"requests.memory",
	"requests.storage",
	"requests.ephemeral-storage",
	"limits.cpu",
	"limits.memory",
	"limits.ephemeral-storage",
	NULL,
};

static bool is_huge_page(struct pq_string name)
{
	return has_prefix(name, "hugepages-");
}

/* helper.IsStandardQuotaResourceName */
bool resource_is_quota(struct pq_string name)
{
	return is_among(name, counted) || is_among(name, measured) || is_huge_page(name) ||
	       has_prefix(name, "requests.hugepages-");
}

static bool is_qualified(struct pq_string name)
{
	return pq_string_find_byte(name, '/') >= 0;
}

/* helper.IsNativeResource */
static bool is_native(struct pq_string name)
{
	static const char domain[] = "kubernetes.io/";
	if (!is_qualified(name))
		return true;
	for (size_t i = 0; i + sizeof domain - 1 <= name.length; i++) {
		if (memcmp(name.data + i, domain, sizeof domain - 1) == 0)
			return true;
	}
	return false;
}

bool resource_allows_overcommit(struct pq_string name)
{
	return is_native(name) && !is_huge_page(name);
}

/* helper.IsExtendedResourceName: it must be a name with "requests." in front, too. */
static bool is_extended(const struct place *place, struct pq_string name)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (is_native(name) || has_prefix(name, "requests."))
		return false;
	struct pq_string quota =
		pq_arena_format(place->findings->arena, "requests.%.*s", PQ_STRING_ARGUMENT(name));
	return pq_names_check_qualified_name(quota, problems) == 0;
}

/* validateResourceName */
void resource_check_name(const struct place *place, struct pq_string name)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	size_t count = pq_names_check_qualified_name(name, problems);
	for (size_t i = 0; i < count; i++)
		refuse_word(place, name, "%s", problems[i]);
	if (count == 0 && !is_qualified(name) && !resource_is_quota(name) &&
	    !pq_string_is(name, "storage"))
		refuse_word(place, name, "must be a standard resource type or fully qualified");
}

/* validateContainerResourceName */
void resource_check_container_name(const struct place *place, struct pq_string name)
{
	static const char *const standard[] = { "cpu", "memory", "ephemeral-storage", NULL };
	resource_check_name(place, name);
	if (!is_qualified(name)) {
		if (!is_among(name, standard) && !is_huge_page(name))
			refuse_word(place, name, "must be a standard resource for containers");
	} else if (!is_native(name) && !is_extended(place, name)) {
		refuse_word(place, name, "doesn't follow extended resource name standard");
	}
}

/* ValidateResourceQuotaResourceName */
void resource_check_quota_name(const struct place *place, struct pq_string name)
{
	resource_check_name(place, name);
	if (!is_qualified(name) && !resource_is_quota(name))
		refuse_word(place, name, "must be a standard resource for quota");
}

/* ValidateResourceQuantityValue */
void resource_check_value(const struct place *place, struct pq_string name)
{
	struct pq_quantity quantity;
	if (!place_resource(place, &quantity))
		return;
	check_non_negative_resource(place);
	if ((is_among(name, counted) || is_extended(place, name)) &&
	    pq_quantity_value(&quantity, 3) % 1000 != 0)
		refuse_string(place, check_resource_text(place), "must be an integer");
}

/* helper.IsHugePageResourceValueDivisible */
static bool is_divisible(struct pq_string name, const struct pq_quantity *quantity)
{
	struct pq_quantity page;
	struct pq_error error;
	struct pq_string size = pq_string_slice(name, strlen("hugepages-"), name.length);
	if (!pq_quantity_parse(size, &page, &error) || pq_quantity_sign(&page) <= 0 ||
	    pq_quantity_value(&page, 3) % 1000 != 0)
		return false;
	int64_t unit = pq_quantity_value(&page, 0);
	return unit == 0 || pq_quantity_value(quantity, 0) % unit == 0;
}

/* validatePodResourceName */
static void check_pod_name(const struct place *place, struct pq_string name)
{
	static const char *const supported[] = { "cpu", "hugepages-", "memory", NULL };
	size_t before = place->findings->count;
	resource_check_name(place, name);
	if (place->findings->count == before && !pq_string_is(name, "cpu") &&
	    !pq_string_is(name, "memory") && !is_huge_page(name))
		refuse_unsupported_text(place, name, supported);
}

typedef void resource_name_check(const struct place *place, struct pq_string name);

/* One limit or request. */
static void check_item(const struct place *place, struct pq_string name, resource_name_check *check)
{
	struct pq_quantity quantity;
	check(place, name);
	resource_check_value(place, name);
	if (is_huge_page(name) && place_resource(place, &quantity) &&
	    !is_divisible(name, &quantity))
		refuse_string(place, check_resource_text(place),
			      "%.*s is not positive integer multiple of %.*s",
			      PQ_STRING_ARGUMENT(check_resource_text(place)),
			      PQ_STRING_ARGUMENT(name));
}

/* A request against the limit of the same name. */
static void compare(const struct place *requests, const struct place *request,
		    const struct place *limits, struct pq_string name)
{
	const struct pq_value *sent = pq_value_find(limits->value, name);
	struct place limit = place_keyed(limits, name), told = *requests;
	struct pq_quantity most, quantity;
	told.offset = request->offset;
	if (sent == NULL) {
		if (!resource_allows_overcommit(name))
			refuse_required(limits,
					"Limit must be set for non overcommitable resources");
		return;
	}
	limit.value = sent->kind == PQ_NULL ? NULL : sent;
	if (!place_resource(&limit, &most) || !place_resource(request, &quantity))
		return;
	int order = pq_quantity_compare(&quantity, &most);
	struct pq_string shown = check_resource_text(request);
	if (order != 0 && !resource_allows_overcommit(name))
		refuse_string(&told, shown, "must be equal to %.*s limit of %.*s",
			      PQ_STRING_ARGUMENT(name),
			      PQ_STRING_ARGUMENT(check_resource_text(&limit)));
	else if (order > 0)
		refuse_string(&told, shown, "must be less than or equal to %.*s limit of %.*s",
			      PQ_STRING_ARGUMENT(name),
			      PQ_STRING_ARGUMENT(check_resource_text(&limit)));
}

static bool has_huge_page(const struct place *map)
{
	for (size_t i = 0; i < place_count(map); i++) {
		if (is_huge_page(place_key(map, i)))
			return true;
	}
	return false;
}

static bool has_cpu_or_memory(const struct place *map)
{
	return pq_value_find(map->value, PQ_S("cpu")) != NULL ||
	       pq_value_find(map->value, PQ_S("memory")) != NULL;
}

/* What a pod's container does not request it gets as its limit says. */
static void check_defaulted_request(const struct place *requests, const struct place *limits,
				    size_t index)
{
	struct pq_string name = place_key(limits, index);
	const struct place limit = place_member(limits, index);
	if (pq_value_find(requests->value, name) != NULL)
		return;
	struct place request = place_keyed(requests, name);
	request.value = limit.value;
	request.offset = limit.offset;
	check_item(&request, name, resource_check_container_name);
}

/* validateResourceRequirements */
static void check_requirements(const struct pod *pod, const struct place *resources,
			       resource_name_check *check, bool has_defaults)
{
	const struct place limits = place_field(resources, "limits");
	const struct place requests = place_field(resources, "requests");
	for (size_t i = 0; i < place_count(&limits); i++) {
		const struct place limit = place_member(&limits, i);
		check_item(&limit, place_key(&limits, i), check);
	}
	for (size_t i = 0; i < place_count(&requests); i++) {
		const struct place request = place_member(&requests, i);
		check_item(&request, place_key(&requests, i), check);
		compare(&requests, &request, &limits, place_key(&requests, i));
	}
	for (size_t i = 0; has_defaults && i < place_count(&limits); i++)
		check_defaulted_request(&requests, &limits, i);
	if ((has_huge_page(&limits) || has_huge_page(&requests)) && !has_cpu_or_memory(&limits) &&
	    !has_cpu_or_memory(&requests))
		refuse_forbidden(resources, "HugePages require cpu or memory");
	pod_check_claim_names(pod, resources);
}

void pod_check_resources(const struct pod *pod, const struct place *resources)
{
	check_requirements(pod, resources, resource_check_container_name, pod->is_pod);
}

/* validatePodResources, without the sums of validatePodResourceConsistency */
void pod_check_own_resources(const struct pod *pod)
{
	const struct place resources = place_field(pod->spec, "resources");
	const struct place claims = place_field(&resources, "claims");
	const struct place os = place_field(pod->spec, "os");
	const struct place system = place_field(&os, "name");
	if (!place_is_set(&resources))
		return;
	if (place_is_text(&system, "windows")) {
		refuse_forbidden(&resources, "may not be set for a windows pod");
		return;
	}
	if (place_is_set(&claims))
		refuse_forbidden(&claims, "claims may not be set for Resources at pod-level");
	check_requirements(pod, &resources, check_pod_name, false);
}
