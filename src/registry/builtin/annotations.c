/* Annotations that hold fields of versions that are gone (pkg/apis/apps/v1/conversion.go). */
#include "registry/builtin/steps.h"

#include "base/integer.h"
#include "registry/finding.h"
#include "registry/resource.h"
#include "json/write.h"

/* A null is the empty text. */
static struct pq_string text_of(const struct pq_member *annotation)
{
	return annotation->value.kind == PQ_STRING ? pq_value_string(&annotation->value) : PQ_S("");
}

static bool refuse(struct judging *judging, const struct pq_openapi_kind *kind,
		   const struct pq_member *annotation, const char *problem, bool is_named)
{
	const struct pq_path metadata = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_path annotations = pq_path_property(&metadata, PQ_S("annotations"));
	const struct pq_path path = pq_path_key(&annotations, annotation->key);
	struct pq_string text = text_of(annotation);
	struct pq_buffer reason;
	pq_buffer_init_in(&reason, judging->arena, 0);
	if (is_named)
		pq_buffer_append_format(&reason, "failed to parse annotation[%.*s]=%.*s as int64: ",
					PQ_STRING_ARGUMENT(annotation->key),
					PQ_STRING_ARGUMENT(text));
	pq_buffer_append_text(&reason, "strconv.ParseInt: parsing ");
	pq_go_quote(&reason, text);
	pq_buffer_append_format(&reason, ": %s", problem);
	if (pq_buffer_failed(&reason))
		return judging_out_of_room(judging);
	finding_add_invalid(&judging->outcome->findings, &path, &annotation->value,
			    pq_string_from(problem));
	return judging_refuse_undecodable(judging, kind->kind, kind->version, kind->kind,
					  pq_buffer_view(&reason));
}

/* A number that a Deployment does not have may be empty, too. */
bool builtin_check_annotations(struct judging *judging, const struct pq_openapi_kind *kind)
{
	static const struct pq_string keys[] = {
		PQ_LITERAL("deprecated.daemonset.template.generation"),
		PQ_LITERAL("deprecated.deployment.rollback.to"),
	};
	const struct pq_value *annotations =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("annotations"));
	bool is_deployment = pq_string_is(kind->kind, "Deployment");
	if (!pq_string_is(kind->group, "apps") || annotations == NULL ||
	    annotations->kind != PQ_OBJECT ||
	    (!is_deployment && !pq_string_is(kind->kind, "DaemonSet")))
		return true;
	for (size_t i = 0; i < annotations->object->count; i++) {
		const struct pq_member *member = &annotations->object->members[i];
		if (!pq_string_equal(member->key, keys[is_deployment]) ||
		    (is_deployment && text_of(member).length == 0))
			continue;
		int64_t ignored;
		const char *problem = pq_integer_read(text_of(member), &ignored);
		if (problem != NULL)
			return refuse(judging, kind, member, problem, is_deployment);
	}
	return true;
}
