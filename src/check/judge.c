#include "check/judge.h"

#include "check/classify.h"
#include "check/overlays.h"
#include "formats/names.h"
#include "registry/builtin.h"

/* A document while it is judged. */
struct hearing {
	const struct check_world *world;
	const struct check_source *source;
	const struct check_document *document;
	struct check_draft *draft;
	struct pq_policy_subject subject;
};

static void add_outcome(struct check_draft *draft, const struct pq_resource_outcome *outcome)
{
	struct pq_status *status = pq_arena_alloc_raw(draft->arena, sizeof *status);
	check_draft_add_findings(draft, PQ_CHECK_ERROR, &outcome->strict);
	if (outcome->status.code != 0 && pq_findings_is_empty(&outcome->findings))
		check_draft_add_message(draft, PQ_CHECK_ERROR, outcome->status.message);
	else if (outcome->status.code != 0)
		check_draft_add_findings(draft, PQ_CHECK_ERROR, &outcome->findings);
	if (status != NULL)
		*status = outcome->status;
	draft->outcome.status = status;
	draft->outcome.warnings = outcome->warnings;
	draft->outcome.warning_count = outcome->warning_count;
}

/* The request that would create the object. */
static struct pq_resource_request creation(const struct hearing *hearing)
{
	struct pq_string namespace = hearing->subject.namespace;
	return (struct pq_resource_request){
		.document = &hearing->document->value,
		.reading = &hearing->document->reading,
		.field_validation = PQ_FIELDS_IGNORE,
		.namespace = namespace.length > 0 ? namespace : PQ_S("default"),
	};
}

/* An API server would know the kind, but not this version of it. */
static const struct pq_crd *find_other_version(const struct hearing *hearing)
{
	const struct pq_policy *policy = hearing->world->policy;
	for (size_t i = 0; i < pq_policy_crd_count(policy); i++) {
		const struct pq_crd *crd = pq_policy_crd_at(policy, i);
		if (pq_string_equal(crd->group, hearing->subject.group) &&
		    pq_string_equal(crd->kind, hearing->subject.kind))
			return crd;
	}
	return NULL;
}

static bool judge_by_crd(struct hearing *hearing)
{
	const struct pq_policy_subject *subject = &hearing->subject;
	struct pq_resource_request request = creation(hearing);
	struct pq_resource_outcome outcome;
	struct check_draft *draft = hearing->draft;
	request.crd = pq_policy_find_kind(hearing->world->policy, subject->group, subject->version,
					  subject->kind, &request.version);
	const struct pq_crd *known =
		request.crd != NULL ? request.crd : find_other_version(hearing);
	if (known == NULL)
		return false;
	if (request.crd == NULL || !request.version->served) {
		check_draft_add_message(draft, PQ_CHECK_ERROR,
					pq_arena_format(draft->arena,
							"%.*s does not serve version %.*s",
							PQ_STRING_ARGUMENT(known->name),
							PQ_STRING_ARGUMENT(subject->version)));
		return true;
	}
	pq_custom_resource_judge(draft->arena, &request, &outcome);
	add_outcome(draft, &outcome);
	return true;
}

static bool judge_as_builtin(struct hearing *hearing)
{
	const struct pq_policy_subject *subject = &hearing->subject;
	const struct pq_resource_request request = creation(hearing);
	struct pq_resource_outcome outcome;
	struct pq_openapi_kind kind;
	if (!pq_openapi_find_kind(hearing->world->openapi, subject->group, subject->version,
				  subject->kind, &kind))
		return false;
	pq_builtin_judge(hearing->draft->arena, hearing->world->openapi, &kind, &request, &outcome);
	add_outcome(hearing->draft, &outcome);
	return true;
}

static void judge_object(struct hearing *hearing)
{
	struct check_draft *draft = hearing->draft;
	struct pq_policy_subject *subject = &hearing->subject;
	*subject = (struct pq_policy_subject){
		.group = pq_names_group_of(draft->outcome.api_version),
		.version = pq_names_version_of(draft->outcome.api_version),
		.kind = draft->outcome.kind,
		.namespace = draft->outcome.namespace,
		.object = &hearing->document->value,
		.namespace_labels =
			check_world_find_labels(hearing->world, draft->outcome.namespace),
	};
	bool is_known = judge_by_crd(hearing) || judge_as_builtin(hearing);
	size_t overlays =
		check_judge_by_overlays(hearing->world, &hearing->document->value, subject, draft);
	if (!is_known)
		check_draft_add_findings(draft, PQ_CHECK_ERROR, &hearing->document->reading);
	if (!is_known && overlays == 0)
		draft->outcome.verdict = PQ_CHECK_UNKNOWN;
}

static void judge_schema(struct hearing *hearing, enum check_class class)
{
	const struct pq_error *refusal =
		check_world_find_refusal(hearing->world, hearing->source, hearing->document);
	struct check_draft *draft = hearing->draft;
	struct pq_resource_outcome outcome;
	if (class == CHECK_CRD) {
		const struct pq_resource_request request = creation(hearing);
		pq_crd_judge(draft->arena, &request, &outcome);
		add_outcome(draft, &outcome);
	}
	if (refusal == NULL || draft->is_refused)
		return;
	if (refusal->code == PQ_ERROR_CONFLICT)
		check_draft_add_message(
			draft, PQ_CHECK_WARNING,
			pq_arena_format(draft->arena, "not used: %s", refusal->message));
	else
		check_draft_add_error(draft, refusal);
}

void check_judge_document(const struct check_world *world, struct check_source *source,
			  const struct check_document *document, struct pq_arena *arena,
			  struct check_draft *draft)
{
	check_draft_init(draft, arena, source, document);
	struct hearing hearing = {
		.world = world,
		.source = source,
		.document = document,
		.draft = draft,
	};
	enum check_class class = check_classify(&document->value);
	if (document->error.code != PQ_ERROR_NONE)
		check_draft_add_error(draft, &document->error);
	else if (class == CHECK_NO_OBJECT)
		check_draft_add_message(
			draft, PQ_CHECK_ERROR,
			PQ_S("not a Kubernetes object: apiVersion and kind must be set"));
	else if (check_is_schema(class))
		judge_schema(&hearing, class);
	else
		judge_object(&hearing);
	check_draft_finish(draft);
}
