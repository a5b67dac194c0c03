/* Words that several formats use. Private to this folder. */
#ifndef PQ_REPORT_WORDS_H
#define PQ_REPORT_WORDS_H

#include "base/buffer.h"
#include "check/sink.h"

/* Whether a finding is of severity error. */
bool report_is_refused(const struct pq_check_outcome *outcome);

/* Why a document was neither accepted nor refused: its note, or what its verdict says. */
struct pq_string report_reason_not_judged(const struct pq_check_outcome *outcome);

/* "MyApp team/hello", "Service web (web/templates/service.yaml)", "document 3": what to call a
 * document. */
void report_write_title(struct pq_buffer *text, const struct pq_check_outcome *outcome);

/* "spec.replicas: Required value", and whose word it is where that is not the API server's:
 * " (AdmissionSchema images)". */
void report_write_finding(struct pq_buffer *text, const struct pq_check_finding *finding);

/* The same without the field. */
void report_write_message(struct pq_buffer *text, const struct pq_check_finding *finding);

/* ":3:1", or nothing for what has no place in its file. */
void report_write_place(struct pq_buffer *text, uint32_t line, uint32_t column);

/* "error" or "warning". */
const char *report_severity_name(enum pq_check_severity severity);

#endif
