/* A CRD as the object of a request. */
#include "registry/judging.h"

static const struct pq_string group = PQ_LITERAL("apiextensions.k8s.io");
static const struct pq_string kind = PQ_LITERAL("CustomResourceDefinition");

static bool judge(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	if (!judging_read(judging, kind, PQ_S("v1")) ||
	    !judging_apply_field_validation(judging, kind, PQ_S("v1"), kind))
		return false;
	if (!pq_crd_default(judging->arena, &judging->document, &judging->document) ||
	    !pq_crd_validate(judging->arena, &judging->document, request->old,
			     &judging->outcome->findings))
		return judging_out_of_room(judging);
	if (pq_findings_is_empty(&judging->outcome->findings))
		return true;
	const struct pq_value *metadata = pq_value_find(&judging->document, PQ_S("metadata"));
	return judging_refuse_invalid(judging, group, kind,
				      pq_value_find_string(metadata, PQ_S("name")));
}

void pq_crd_judge(struct pq_arena *arena, const struct pq_resource_request *request,
		  struct pq_resource_outcome *outcome)
{
	struct judging judging = { .arena = arena, .request = request, .outcome = outcome };
	*outcome = (struct pq_resource_outcome){ 0 };
	pq_findings_init(&outcome->findings, arena, 0);
	pq_findings_init(&outcome->strict, arena, 0);
	if (judge(&judging))
		outcome->object = judging.document;
}
