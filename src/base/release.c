#include "base/release.h"

const struct pq_change_facts pq_changes[PQ_CHANGE_COUNT] = {
	[PQ_CHANGE_LENGTHS_IN_BYTES] = { 32,
					 "`maxLength`: \"may not be more than 5 bytes\", before "
					 "\"may not be longer than 5\"" },
	[PQ_CHANGE_UNITS_IN_SINGULAR] = { 34, "\"1 byte\" and \"1 item\", before \"1 bytes\" and "
					      "\"1 items\"" },
	[PQ_CHANGE_BARE_NULL] = { 34, "an absent value is shown as null, before \"null\"" },
	[PQ_CHANGE_FORMAT_WARNINGS] = { 34, "a CRD with a format nobody knows is warned of" },
	[PQ_CHANGE_LABELS_IN_BYTES] = { 35, "keys and values of labels: \"no more than 63 bytes\", "
					    "before \"characters\"" },
	[PQ_CHANGE_NUMBER_RANGES] = { 36, "values and bounds must fit int32, int64 and float" },
};

const char *pq_release_plural(int64_t count)
{
	return count == 1 && pq_release_has(PQ_CHANGE_UNITS_IN_SINGULAR) ? "" : "s";
}
