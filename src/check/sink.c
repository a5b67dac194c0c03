#include "check/sink.h"

static const char *const names[] = {
	[PQ_CHECK_VALID] = "valid",         [PQ_CHECK_INVALID] = "invalid",
	[PQ_CHECK_UNKNOWN] = "unknown",     [PQ_CHECK_SKIPPED] = "skipped",
	[PQ_CHECK_IGNORED] = "ignored",     [PQ_CHECK_NOT_A_MANIFEST] = "not a manifest",
	[PQ_CHECK_ENCRYPTED] = "encrypted", [PQ_CHECK_UNREADABLE] = "unreadable",
};

const char *pq_check_verdict_name(enum pq_check_verdict verdict)
{
	return names[verdict];
}
