#include "policy/reload.h"

#include "base/walk.h"

struct reloader {
	struct pq_policy_builder *builder;
	const struct pq_policy_reload *reload;
	struct pq_policy_load_counts counts;
	size_t kept;
};

static void refuse(struct reloader *reloader, const struct pq_error *error)
{
	reloader->counts.refused++;
	reloader->reload->report(error, reloader->reload->context);
}

static bool load_file(struct reloader *reloader, const char *path,
		      struct pq_policy_load_counts *counts, struct pq_error *error)
{
	if (!pq_policy_load(reloader->builder, &path, 1, reloader->reload->report,
			    reloader->reload->context, counts, error))
		return false;
	reloader->counts.added += counts->added;
	reloader->counts.ignored += counts->ignored;
	reloader->counts.refused += counts->refused;
	return true;
}

/* Whether a file that had schemas is as good as it was. */
static bool is_good(struct reloader *reloader, const char *path)
{
	struct pq_policy_load_counts counts = { 0 };
	struct pq_error error;
	if (!load_file(reloader, path, &counts, &error)) {
		refuse(reloader, &error);
		return false;
	}
	if (counts.refused > 0 || counts.added > 0)
		return counts.refused == 0;
	/* Whoever empties a file before writing it anew, or has spoilt it, does not mean to do
	 * without. */
	pq_error_set_at(&error, PQ_ERROR_INVALID, path,
			"%s, but had schemas: delete the file to do without them",
			counts.ignored == 0 ? "is empty" : "has no schemas");
	refuse(reloader, &error);
	return false;
}

static bool keep(struct reloader *reloader, const char *path, struct pq_policy_mark mark,
		 struct pq_error *error)
{
	const struct pq_policy_reload *reload = reloader->reload;
	if (!pq_policy_builder_rewind(reloader->builder, mark, error))
		return false;
	reloader->kept++;
	reload->keep(path, reload->context);
	if (!pq_policy_builder_adopt(reloader->builder, reload->previous, pq_string_from(path),
				     error))
		refuse(reloader, error);
	return true;
}

static bool reload_file(const char *path, void *context, struct pq_error *error)
{
	struct reloader *reloader = context;
	struct pq_policy_load_counts counts = { 0 };
	struct pq_policy_mark mark = pq_policy_builder_mark(reloader->builder);
	if (!pq_policy_has_origin(reloader->reload->previous, pq_string_from(path)))
		return load_file(reloader, path, &counts, error);
	return is_good(reloader, path) || keep(reloader, path, mark, error);
}

static bool is_wanted(const char *path, enum pq_walk_kind kind, void *context)
{
	(void)context;
	return kind != PQ_WALK_FILE || pq_policy_is_source(pq_string_from(path));
}

bool pq_policy_load_over(struct pq_policy_builder *builder, const char *const *paths,
			 size_t path_count, const struct pq_policy_reload *reload,
			 struct pq_policy_load_counts *counts, size_t *kept, struct pq_error *error)
{
	struct reloader reloader = { .builder = builder, .reload = reload };
	struct pq_walk walk = {
		.is_wanted = is_wanted,
		.visit = reload_file,
		.context = &reloader,
	};
	bool fine = true;
	pq_walk_init(&walk);
	for (size_t i = 0; fine && i < path_count; i++)
		fine = pq_walk_path(&walk, paths[i], error);
	pq_walk_done(&walk);
	if (fine) {
		*counts = reloader.counts;
		*kept = reloader.kept;
	}
	return fine;
}
