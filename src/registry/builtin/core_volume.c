/* The volumes of a pod. */
#include "registry/builtin/pod.h"

#include "json/write.h"

static struct pq_string claim_name(const struct place *volume, struct pq_string pod,
				   struct pq_string name)
{
	return pq_arena_format(volume->findings->arena, "%.*s-%.*s", PQ_STRING_ARGUMENT(pod),
			       PQ_STRING_ARGUMENT(name));
}

/* An ephemeral volume's claim gets the names of pod and volume. */
static void check_claim_name(const struct place *volume, struct pq_string pod)
{
	const struct place name = place_field(volume, "name");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_buffer quoted;
	if (pod.length == 0 || place_text(&name).length == 0)
		return;
	struct pq_string claim = claim_name(volume, pod, place_text(&name));
	size_t count = pq_names_check_dns1123_subdomain(claim, problems);
	pq_buffer_init_in(&quoted, volume->findings->arena, 0);
	pq_go_quote(&quoted, claim);
	for (size_t i = 0; i < count && !pq_buffer_failed(&quoted); i++)
		refuse_string(&name, place_text(&name), "PVC name %.*s: %s",
			      PQ_STRING_ARGUMENT(pq_buffer_view(&quoted)), problems[i]);
}

size_t pod_check_sources(const struct place *volume, const struct volume_source *sources)
{
	size_t count = 0;
	for (; sources->field != NULL; sources++) {
		const struct place field = place_field(volume, sources->field);
		const char *called = sources->called == NULL ? sources->field : sources->called;
		const struct place source = place_called(&field, called);
		if (!place_is_set(&source))
			continue;
		if (count++ > 0 && !sources->may_be_second) {
			const struct place other = place_called(
				&field,
				sources->forbidden == NULL ? sources->field : sources->forbidden);
			refuse_forbidden(&other, "may not specify more than 1 volume type");
			continue;
		}
		for (size_t i = 0; i < 4 && sources->required[i] != NULL; i++)
			check_required_field(&source, sources->required[i]);
		if (sources->check != NULL)
			sources->check(&source);
	}
	return count;
}

/* validateVolumeSource; a volume without a source becomes an emptyDir. */
static void check_volume(const struct place *volume, struct pq_string pod, bool is_pod)
{
	const struct place name = place_field(volume, "name");
	const struct place iscsi = place_field(volume, "iscsi");
	const struct place initiator = place_field(&iscsi, "initiatorName");
	const struct place portal = place_field(&iscsi, "targetPortal");
	const struct place ephemeral = place_field(volume, "ephemeral");
	const struct place image = place_field(volume, "image");
	size_t sources = pod_check_sources(volume, pod_volume_sources);
	if (is_pod && place_is_set(&image) && sources == 1)
		check_required_field(&image, "reference"); /* a template may leave it open */
	if (place_is_set(&initiator) &&
	    place_text(&name).length + 1 + place_text(&portal).length > 64)
		refuse_string(&name, place_text(&name),
			      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 "
			      "characters if iscsi.initiatorName is specified.");
	if (place_is_set(&ephemeral) && sources <= 1 + (size_t)place_is_set(&image))
		check_claim_name(volume, pod);
	check_required_name(&name, pq_names_check_dns1123_label);
}

static void note_volume(struct pod *pod, const struct place *volume, size_t before)
{
	const struct place name = place_field(volume, "name");
	if (volume->findings->count == before && volume->value != NULL &&
	    !pq_map_put(&pod->good_volumes, place_text(&name), (void *)volume->value, NULL))
		place_out_of_memory(volume);
}

/* A pod must not name the claim that one of its own volumes makes. */
static void check_claim_of_own(const struct pod *pod, const struct place *volume,
			       struct pq_string pod_name)
{
	const struct place claim = place_field(volume, "persistentVolumeClaim");
	const struct place claim_place = place_field(&claim, "claimName");
	if (!place_is_set(&claim) || pod_name.length == 0)
		return;
	for (size_t i = 0; i < place_count(pod->volumes); i++) {
		const struct place other = place_item(pod->volumes, i);
		const struct place ephemeral = place_field(&other, "ephemeral");
		const struct place name = place_field(&other, "name");
		if (place_is_set(&ephemeral) &&
		    pq_string_equal(claim_name(volume, pod_name, place_text(&name)),
				    place_text(&claim_place))) {
			refuse_string(&claim_place, place_text(&claim_place),
				      "must not reference a PVC that gets created for an ephemeral "
				      "volume");
			return;
		}
	}
}

/* What devices may be taken from. */
static const struct pq_value *claimed_volume(const struct pod *pod)
{
	static const struct pq_string key = PQ_LITERAL("persistentVolumeClaim");
	static const struct pq_value yes = { .kind = PQ_BOOLEAN, .boolean = true };
	const struct pq_member member = { .key = key, .value = yes };
	struct pq_value *volume = pq_arena_alloc(pod->spec->findings->arena, sizeof *volume);
	if (volume == NULL ||
	    !pq_value_from_members(pod->spec->findings->arena, &member, 1, volume))
		return NULL;
	return volume;
}

/* volumesToAddForTemplates: the claims are volumes of their own names in front of the others; how
 * many there are. The server has them in any order. */
static size_t add_claims(struct pod *pod)
{
	const struct pq_value *volume = claimed_volume(pod);
	pq_cleanup_map struct pq_map seen;
	size_t count = 0;
	pq_map_init(&seen);
	for (size_t i = 0; volume != NULL && i < place_count(pod->claims); i++) {
		const struct place claim = place_item(pod->claims, i);
		const struct place metadata = place_field(&claim, "metadata");
		const struct place name = place_field(&metadata, "name");
		struct place told = claim;
		size_t before = claim.findings->count;
		if (!place_note(&claim, &seen, place_text(&name)))
			continue;
		told.path = pq_path_index(place_path(pod->volumes), count++);
		const struct place source = place_field(&told, "persistentVolumeClaim");
		const struct place claim_name = place_field(&source, "claimName");
		if (place_text(&name).length == 0)
			refuse_required(&claim_name, "");
		struct place told_name = place_field(&told, "name");
		told_name.value = name.value;
		told_name.offset = name.offset;
		check_required_name(&told_name, pq_names_check_dns1123_label);
		if (claim.findings->count == before &&
		    !pq_map_put(&pod->good_volumes, place_text(&name), (void *)volume, NULL))
			place_out_of_memory(&claim);
	}
	return count;
}

static bool is_claimed(const struct pod *pod, struct pq_string name)
{
	for (size_t i = 0; pod->claims != NULL && i < place_count(pod->claims); i++) {
		const struct place claim = place_item(pod->claims, i);
		const struct place metadata = place_field(&claim, "metadata");
		const struct place claim_place = place_field(&metadata, "name");
		if (pq_string_equal(place_text(&claim_place), name))
			return true;
	}
	return false;
}

void pod_check_volumes(struct pod *pod, struct pq_string pod_name)
{
	size_t index = pod->claims == NULL ? 0 : add_claims(pod);
	for (size_t i = 0; i < place_count(pod->volumes); i++) {
		struct place volume = place_item(pod->volumes, i);
		const struct place name = place_field(&volume, "name");
		size_t before = volume.findings->count;
		if (is_claimed(pod, place_text(&name)))
			continue;
		volume.path = pq_path_index(place_path(pod->volumes), index++);
		check_volume(&volume, pod_name, pod->is_pod);
		if (pq_map_find(&pod->good_volumes, place_text(&name)) != NULL)
			refuse_duplicate(&name, place_text(&name));
		note_volume(pod, &volume, before);
		check_claim_of_own(pod, &volume, pod_name);
	}
}
