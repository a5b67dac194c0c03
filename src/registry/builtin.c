#include "registry/builtin.h"

#include "formats/names.h"
#include "registry/builtin_steps.h"
#include "registry/object_meta.h"
#include "registry/resource.h"

enum name_rule { NAMED_BY_PATH_SEGMENT, NAMED_BY_SUBDOMAIN, NOT_NAMED };

/* The first row that fits counts; a name must be fit for a URL in any case. */
static const struct {
	const char *group;
	const char *kind; /* NULL: all of the group */
	enum name_rule rule;
} name_rules[] = {
	{ "", "Binding", NOT_NAMED },
	{ "", "Event", NAMED_BY_PATH_SEGMENT },
	{ "", NULL, NAMED_BY_SUBDOMAIN },
	{ "admissionregistration.k8s.io", NULL, NAMED_BY_SUBDOMAIN },
	{ "apps", NULL, NAMED_BY_SUBDOMAIN },
	{ "authentication.k8s.io", NULL, NOT_NAMED },
	{ "authorization.k8s.io", NULL, NOT_NAMED },
	{ "autoscaling", NULL, NAMED_BY_SUBDOMAIN },
	{ "batch", NULL, NAMED_BY_SUBDOMAIN },
	{ "coordination.k8s.io", NULL, NAMED_BY_SUBDOMAIN },
	{ "discovery.k8s.io", NULL, NAMED_BY_SUBDOMAIN },
	{ "flowcontrol.apiserver.k8s.io", NULL, NAMED_BY_SUBDOMAIN },
	{ "networking.k8s.io", "IPAddress", NAMED_BY_PATH_SEGMENT },
	{ "networking.k8s.io", NULL, NAMED_BY_SUBDOMAIN },
	{ "scheduling.k8s.io", "PriorityClass", NAMED_BY_SUBDOMAIN },
	{ "storage.k8s.io", "CSIDriver", NAMED_BY_SUBDOMAIN },
	{ "storage.k8s.io", "CSIStorageCapacity", NAMED_BY_SUBDOMAIN },
	{ "storage.k8s.io", "StorageClass", NAMED_BY_SUBDOMAIN },
};

static enum name_rule find_name_rule(const struct pq_openapi_kind *kind)
{
	for (size_t i = 0; i < sizeof name_rules / sizeof name_rules[0]; i++) {
		if (pq_string_is(kind->group, name_rules[i].group) &&
		    (name_rules[i].kind == NULL || pq_string_is(kind->kind, name_rules[i].kind)))
			return name_rules[i].rule;
	}
	return NAMED_BY_PATH_SEGMENT;
}

/* A missing kind or apiVersion is the URL's. */
static bool check_kind(struct judging *judging, const struct pq_openapi_kind *wanted)
{
	struct pq_string kind = pq_value_find_string(&judging->document, PQ_S("kind"));
	struct pq_string sent = pq_value_find_string(&judging->document, PQ_S("apiVersion"));
	bool same_kind = kind.length == 0 || pq_string_equal(kind, wanted->kind);
	bool same_version =
		sent.length == 0 || (pq_string_equal(pq_names_group_of(sent), wanted->group) &&
				     pq_string_equal(pq_names_version_of(sent), wanted->version));
	if (same_kind && same_version)
		return true;
	if (kind.length == 0)
		kind = wanted->kind;
	struct pq_string reason =
		pq_arena_format(judging->arena,
				"no kind \"%.*s\" is registered for version \"%.*s\" in scheme "
				"\"pkg/api/legacyscheme/scheme.go:30\"",
				PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(sent));
	if (reason.data == NULL)
		return judging_out_of_room(judging);
	return judging_refuse_undecodable(judging, kind, pq_names_version_of(sent), wanted->kind,
					  reason.data);
}

/* Metadata as its Go type holds it: without nulls, so that its rules can be applied. */
static bool read_metadata(struct judging *judging, const struct pq_openapi_kind *kind)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_value none = pq_value_null();
	const struct pq_value *sent = resource_metadata_of(&judging->document);
	struct pq_value metadata;
	struct pq_error error;
	if (pq_object_meta_coerce(judging->arena, sent == NULL ? &none : sent, &path, NULL,
				  &metadata, &error))
		return judging_set_member(judging, &judging->document, "metadata", &metadata,
					  &judging->document);
	if (pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	return judging_refuse_undecodable(judging, kind->kind, kind->version, kind->kind,
					  error.message);
}

/* A LimitRange without a name gets one that the server makes up. */
static bool name_limit_range(struct judging *judging, const struct pq_openapi_kind *kind)
{
	struct pq_value name = pq_value_from_string(PQ_S("xxxxx"));
	return !pq_string_is(kind->kind, "LimitRange") ||
	       resource_name_of(&judging->document).length > 0 ||
	       resource_set_metadata(judging, "name", &name);
}

static void check_metadata(struct judging *judging, const struct pq_openapi_kind *kind)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	enum name_rule rule = find_name_rule(kind);
	if (rule != NOT_NAMED)
		pq_object_meta_validate(judging->arena, resource_metadata_of(&judging->document),
					kind->namespaced,
					rule == NAMED_BY_SUBDOMAIN ? PQ_NAME_DNS1123_SUBDOMAIN
								   : PQ_NAME_PATH_SEGMENT,
					&path, &judging->outcome->findings);
}

static bool judge(struct judging *judging, const struct pq_openapi *openapi,
		  const struct pq_openapi_kind *kind)
{
	if (!judging_read(judging, kind->kind, kind->version) || !check_kind(judging, kind))
		return false;
	bool is_merged = judging->outcome->strict.count > 0;
	if (judging->document.kind == PQ_NULL &&
	    !pq_value_from_members(judging->arena, NULL, 0, &judging->document))
		return judging_out_of_room(judging);
	if (!builtin_decode(judging, openapi, kind) || !read_metadata(judging, kind) ||
	    !resource_prepare_create(judging) || !name_limit_range(judging, kind))
		return false;
	if (!is_merged)
		check_metadata(judging, kind);
	if (!builtin_validate(judging, openapi, kind, is_merged))
		return false;
	if (!is_merged)
		builtin_check_selector(judging, kind);
	return judging_refuse_if_found(judging, kind->kind);
}

void pq_builtin_judge(struct pq_arena *arena, const struct pq_openapi *openapi,
		      const struct pq_openapi_kind *kind, const struct pq_resource_request *request,
		      struct pq_resource_outcome *outcome)
{
	/* For the steps that are shared with custom resources. */
	const struct pq_crd resource = {
		.group = kind->group,
		.kind = kind->kind,
		.namespaced = kind->namespaced,
	};
	struct pq_resource_request named = *request;
	struct judging judging = {
		.arena = arena, .request = &named, .outcome = outcome, .is_typed = true
	};
	*outcome = (struct pq_resource_outcome){ 0 };
	named.crd = &resource;
	pq_findings_init(&outcome->findings, arena, 0);
	pq_findings_init(&outcome->strict, arena, 0);
	if (judge(&judging, openapi, kind))
		outcome->object = judging.document;
}
