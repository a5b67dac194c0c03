/* What of a Service is the old one's, and what may not change. */
#include "registry/builtin/update.h"

static struct pq_string text_of(const struct pq_value *spec, const char *field)
{
	return pq_value_find_string(spec, pq_string_from(field));
}

static bool is_type(const struct pq_value *spec, const char *type)
{
	struct pq_string text = text_of(spec, "type");
	return pq_string_is(text.length > 0 ? text : PQ_S("ClusterIP"), type);
}

static bool needs_address(const struct pq_value *spec)
{
	return !is_type(spec, "ExternalName");
}

static bool needs_node_port(const struct pq_value *spec)
{
	return is_type(spec, "NodePort") || is_type(spec, "LoadBalancer");
}

static bool needs_health_port(const struct pq_value *spec)
{
	return is_type(spec, "LoadBalancer") &&
	       pq_string_is(text_of(spec, "externalTrafficPolicy"), "Local");
}

/* ExternallyAccessible */
static bool is_accessible(const struct pq_value *spec)
{
	const struct pq_value *addresses = pq_value_find(spec, PQ_S("externalIPs"));
	return needs_node_port(spec) ||
	       (is_type(spec, "ClusterIP") && addresses != NULL && addresses->length > 0);
}

static bool set_spec(struct judging *judging, const struct pq_value *spec, const char *field,
		     const struct pq_value *value)
{
	struct pq_value made;
	return judging_set_member(judging, spec, field, value, &made) &&
	       judging_set_member(judging, &judging->document, "spec", &made, &judging->document);
}

/* What the server has filled in may be anything where a file leaves it out and otherwise is NULL.
 */
static bool may_be_old(const struct pq_value *spec, const struct pq_value *before,
		       const char *field, const struct pq_value *otherwise)
{
	const struct pq_value *value = pq_value_find(spec, pq_string_from(field));
	const struct pq_value *old = pq_value_find(before, pq_string_from(field));
	if (old == NULL || old->kind == PQ_NULL)
		old = otherwise;
	return old == NULL || (pq_value_is_zero(old) && old->kind != PQ_BOOLEAN) || value == NULL ||
	       pq_value_equal(value, old);
}

static int64_t node_port_of(const struct pq_value *port)
{
	const struct pq_value *number = pq_value_find(port, PQ_S("nodePort"));
	return number != NULL && number->kind == PQ_INTEGER ? number->integer : 0;
}

static bool may_be_old_node_port(const struct pq_value *port, const struct pq_value *old_ports)
{
	int64_t number = node_port_of(port);
	bool may_be = number == 0 || old_ports == NULL;
	for (size_t i = 0; !may_be && i < old_ports->length; i++) {
		int64_t old = node_port_of(&old_ports->items[i]);
		may_be = old == 0 || old == number;
	}
	return may_be;
}

/* Unless there are new ones. */
static bool drop_node_ports(struct judging *judging, const struct pq_value *spec,
			    const struct pq_value *before)
{
	const struct pq_value *ports = pq_value_find(spec, PQ_S("ports"));
	const struct pq_value *old_ports = pq_value_find(before, PQ_S("ports"));
	size_t count = ports == NULL ? 0 : ports->length;
	struct pq_value *made = pq_arena_alloc_array(judging->arena, count, sizeof *made);
	if (count == 0)
		return true;
	if (made == NULL)
		return judging_out_of_room(judging);
	for (size_t i = 0; i < count; i++) {
		if (!may_be_old_node_port(&ports->items[i], old_ports))
			return true;
		made[i] = ports->items[i];
		if (node_port_of(&made[i]) != 0 &&
		    !judging_set_member(judging, &made[i], "nodePort", NULL, &made[i]))
			return false;
	}
	struct pq_value list = pq_value_from_items(made, count);
	list.offset = ports->offset;
	return set_spec(judging, spec, "ports", &list);
}

static const struct pq_value *spec_of(const struct pq_value *object)
{
	static const struct pq_value none = { .kind = PQ_NULL };
	const struct pq_value *spec = pq_value_find(object, PQ_S("spec"));
	return spec == NULL ? &none : spec;
}

/* dropTypeDependentFields: what another type has no use for, unless it was changed, too. */
static bool drop_needless(struct judging *judging, const struct pq_value *before)
{
	const struct pq_value sent = *spec_of(&judging->document);
	bool has_addresses = may_be_old(&sent, before, "clusterIP", NULL) &&
			     may_be_old(&sent, before, "clusterIPs", NULL);
	bool was_balanced = is_type(before, "LoadBalancer") && !is_type(&sent, "LoadBalancer");
	bool was_addressed = needs_address(before) && !needs_address(&sent);
	const struct pq_value cluster = pq_value_from_string(PQ_S("Cluster"));
	const struct pq_value yes = pq_value_from_boolean(true);
	const struct {
		const char *field;
		bool is_needless;
		const struct pq_value *otherwise;
	} fields[] = {
		{ "clusterIP", was_addressed && has_addresses, NULL },
		{ "clusterIPs", was_addressed && has_addresses, NULL },
		{ "ipFamilies", was_addressed, NULL },
		{ "ipFamilyPolicy", was_addressed, NULL },
		{ "healthCheckNodePort", needs_health_port(before) && !needs_health_port(&sent),
		  NULL },
		{ "allocateLoadBalancerNodePorts", was_balanced, &yes },
		{ "loadBalancerClass", was_balanced, NULL },
		{ "externalTrafficPolicy", is_accessible(before) && !is_accessible(&sent),
		  &cluster },
	};
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct pq_value *spec = spec_of(&judging->document);
		if (fields[i].is_needless &&
		    pq_value_find(spec, pq_string_from(fields[i].field)) != NULL &&
		    may_be_old(&sent, before, fields[i].field, fields[i].otherwise) &&
		    !set_spec(judging, spec, fields[i].field, NULL))
			return false;
	}
	return !needs_node_port(before) || needs_node_port(&sent) ||
	       drop_node_ports(judging, spec_of(&judging->document), before);
}

/* The addresses that an update leaves out are the stored ones (patchAllocatedValues). */
static bool keep_addresses(struct judging *judging, const struct pq_value *before)
{
	const struct pq_value *spec = spec_of(&judging->document);
	const struct pq_value *address = pq_value_find(before, PQ_S("clusterIP"));
	const struct pq_value *list = pq_value_find(before, PQ_S("clusterIPs"));
	const struct pq_value *sent = pq_value_find(spec, PQ_S("clusterIPs"));
	if (address == NULL || !needs_address(spec) || !needs_address(before) ||
	    text_of(spec, "clusterIP").length > 0)
		return true;
	if (!set_spec(judging, spec, "clusterIP", address))
		return false;
	return list == NULL || (sent != NULL && sent->length > 0) ||
	       set_spec(judging, spec_of(&judging->document), "clusterIPs", list);
}

bool update_prepare_service(struct judging *judging)
{
	const struct pq_value *before = spec_of(judging->request->old);
	return !pq_string_is(judging->request->crd->kind, "Service") || before->kind != PQ_OBJECT ||
	       (keep_addresses(judging, before) && drop_needless(judging, before));
}

/* To addresses without a first one the server adds that of the stored object, which a file need not
 * have; the name of another host may have a first one without addresses. */
bool update_is_service_as_created(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place address = place_field(&spec, "clusterIP");
	const struct place list = place_field(&spec, "clusterIPs");
	const struct place type = place_field(&spec, "type");
	(void)old;
	bool has_list = place_count(&list) > 0, has_first = place_text(&address).length > 0;
	return place_is_text(&type, "ExternalName") ? has_list || !has_first
						    : has_first || !has_list;
}

static bool is_headless(const struct place *spec)
{
	const struct place address = place_field(spec, "clusterIP");
	return place_is_text(&address, "None");
}

/* validateUpgradeDowngradeClusterIPs: the first address; one that is absent is the old one. */
static void check_cluster_ip(const struct place *spec, const struct place *before)
{
	const struct place address = place_field(spec, "clusterIP");
	const struct place old_address = place_field(before, "clusterIP");
	const struct place list = place_field(spec, "clusterIPs");
	if (place_text(&address).length == 0 || place_text(&old_address).length == 0 ||
	    pq_string_equal(place_text(&address), place_text(&old_address)))
		return;
	struct place told = list;
	told.path = pq_path_index(place_path(&list), 0);
	told.offset = address.offset;
	struct pq_string shown =
		place_count(&list) > 0
			? refuse_place_json(&list)
			: pq_arena_format(spec->findings->arena, "[%.*s]",
					  PQ_STRING_ARGUMENT(refuse_place_json(&address)));
	refuse_shown(&told, shown, "may not change once set");
}

/* validateUpgradeDowngradeIPFamilies: the first of as many families */
static void check_ip_family(const struct place *spec, const struct place *before)
{
	const struct place list = place_field(spec, "ipFamilies");
	const struct place old_list = place_field(before, "ipFamilies");
	if (is_headless(spec) || is_headless(before) || place_count(&list) == 0 ||
	    place_count(&list) != place_count(&old_list))
		return;
	struct place told = list;
	told.path = pq_path_index(place_path(&list), 0);
	for (size_t i = 0; i < place_count(&list); i++) {
		const struct place family = place_item(&list, i);
		const struct place old_family = place_item(&old_list, i);
		if (!pq_string_equal(place_text(&family), place_text(&old_family)))
			refuse_shown(&told, refuse_place_json(&list), "may not change once set");
	}
}

/* ValidateServiceUpdate */
void update_check_service(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place type = place_field(&spec, "type");
	const struct place old_type = place_field(&before, "type");
	const struct place class = place_field(&spec, "loadBalancerClass");
	const struct place old_class = place_field(&before, "loadBalancerClass");
	bool is_named =
		place_is_text(&type, "ExternalName") || place_is_text(&old_type, "ExternalName");
	if (!is_named) {
		check_cluster_ip(&spec, &before);
		check_ip_family(&spec, &before);
	}
	if (place_is_text(&type, "LoadBalancer") && place_is_text(&old_type, "LoadBalancer") &&
	    !update_is_same(class.value, old_class.value))
		refuse_shown(&class, refuse_place_json(&class), "may not change once set");
}
